/// One receipt as its views take it.
struct ReceiptPageModel: Sendable {
    var shell: ShellModel
    var receiptsHref = Links.receipts
    var receipt: ReceiptModel
    var activity: ActivityModel
}

struct ReceiptModel: Sendable {
    struct Line: Sendable {
        var productName: String
        var productID: String
        var lineID: String
        var quantity: String
        var price: String
        var discount: String
        var sum: String
        /// The values of the custom fields of lines, in their order.
        var custom: [CustomFact]
    }

    /// The order that the receipt is linked to, or the way to link it.
    struct Link: Sendable {
        var action: String
        var isLinked: Bool
        var orderID: String
        var orderHref: String
        var mayChange: Bool
        var order: FieldModel
    }

    var title: String
    var externalID: String
    var value: String
    var date: String
    var dateISO: String
    var dateExact: String
    var customerName: String
    /// Nil once the customer was erased.
    var customerHref: String?
    var customerID: String
    var customerReceiptsHref: String
    var customerCount: String
    var customerTotal: String
    var deleteHref: String
    var mayDelete: Bool
    var lineCount: String
    var hasLines: Bool
    var lines: [Line]
    var unit: String
    var card: String
    var created: String
    var createdISO: String
    var createdExact: String
    var updated: String
    var updatedISO: String
    var updatedExact: String
    var version: String
    var customGroups: [CustomFactGroup]
    var lineFields: [CustomFact]
    var link: Link?
}

/// The receipts of an order, on the order's page.
struct OrderReceiptsModel: Sendable {
    struct Row: Sendable {
        var title: String
        var href: String
        var detail: String
        var date: String
        var dateISO: String
        var dateExact: String
        var total: String
        var unit: String
        var id: String
    }

    var action: String
    var count: String
    var total: String
    var hasRows: Bool
    var rows: [Row]
    var mayLink: Bool
    var receipt: FieldModel
    var hasSuggestions: Bool
    var suggestions: [Row]
}
