/// One order as its views take it.
struct OrderPageModel: Sendable {
    var shell: ShellModel
    var ordersHref = Links.orders
    var liveHref: String
    var order: OrderModel
    /// Whether nobody but sites and apps told of it.
    var isUnverified: Bool
    var receipts: OrderReceiptsModel?
    var tabs: Tabs

    struct Tabs: Sendable {
        var activityHref: String
        var metadataHref: String
        var activitySelected: String
        var metadataSelected: String
        var selectedTab: String
        var activity: ActivityModel?
        var metadata: Metadata?
    }

    struct Metadata: Sendable {
        var hasJSON: Bool
        var json: String
        /// Whether it is kept from a role that sees no personal data.
        var isHidden: Bool
    }
}

struct OrderModel: Sendable {
    struct StatusMenu: Sendable {
        var label: String
        var field: String
        var statusAction: String
        var hasStatus: Bool
        var text: String
        var color: String
        var options: [OptionModel]
    }

    struct Line: Sendable {
        var productName: String
        var productID: String
        var lineID: String
        var quantity: String
        var weight: String
        var price: String
        var discount: String
        var sum: String
        var pointsAccrued: String
        var pointsDeducted: String
        var cash: String
        /// The values of the custom fields of lines, in their order.
        var custom: [CustomFact]
    }

    struct Payment: Sendable {
        var type: String
        var provider: String
        var orderValue: String
        var discount: String
        var delivery: String
        var cash: String
        var bonuses: String
        var total: String
    }

    struct Delivery: Sendable {
        var type: String
        var provider: String
        var country: String
        var city: String
        var address: String
        var date: String
        var time: String
        var note: String
    }

    struct Customer: Sendable {
        var href: String
        var name: String
        var externalID: String
        var email: String
        var phone: String
        var ordersHref: String
        var orderCount: String
        var totalValue: String
    }

    var title: String
    var externalID: String
    var orderValue: String
    var date: String
    var dateISO: String
    var dateExact: String
    var customerName: String
    var deleteHref: String
    var statusMenus: [StatusMenu]
    var lineCount: String
    var hasLines: Bool
    var lines: [Line]
    var payment: Payment
    var delivery: Delivery
    var customer: Customer?
    var unit: String
    var offers: String
    var card: String
    var isIncluded: Bool
    var includedWhy: String
    var created: String
    var createdISO: String
    var createdExact: String
    var updated: String
    var updatedISO: String
    var updatedExact: String
    var version: String
    var customGroups: [CustomFactGroup]
    var lineFields: [CustomFact]
}

/// An order's history, the newest first.
struct ActivityModel: Sendable {
    var hasMoments: Bool
    var moments: [Moment]
    var hasMore: Bool
    var moreHref: String

    /// What changed at one moment by one hand.
    struct Moment: Sendable {
        var id: String
        var heading: String
        var when: String
        var iso: String
        var exact: String
        var who: String
        var channel: String
        var hasArrived: Bool
        var arrived: String
        var arrivedExact: String
        var hasChanges: Bool
        var changes: [Change]
    }

    /// A field before and after; chips for statuses, texts for the rest.
    struct Change: Sendable {
        var label: String
        var isStatus: Bool
        var from: ChipModel?
        var to: ChipModel?
        var hasFrom: Bool
        var fromText: String
        var hasTo: Bool
        var toText: String
    }
}
