import Domain
import Platform

/// Writes what the page of one receipt shows.
struct ReceiptMaker {
    let stored: StoredReceipt
    let products: [String: Product]
    /// What all receipts of the customer add up to.
    let figures: ReceiptFigures
    let format: PageFormat
    let fields: FieldBook

    private var receipt: Receipt { stored.receipt }

    /// What people call the receipt by.
    var title: String { receipt.fields.text(.number) ?? receipt.externalID }

    func model(mayChange: Bool, link: ReceiptModel.Link?) -> ReceiptModel {
        ReceiptModel(
            title: title, externalID: receipt.externalID, value: format.money(receipt.value),
            date: format.long(receipt.date), dateISO: receipt.date.rfc3339, dateExact: format.exact(receipt.date),
            customerName: stored.customerExternalID.isEmpty
                ? "Erased customer" : stored.customerName.map(format.mask.name) ?? stored.customerExternalID,
            customerHref: stored.customerExternalID.isEmpty ? nil : Links.customer(stored.customerExternalID),
            customerID: stored.customerExternalID,
            customerReceiptsHref: Links.receipts(
                [(ReceiptListFilter.customer.rawValue, stored.customerExternalID)]
            ),
            customerCount: PageFormat.count(figures.count, "receipt", "receipts"),
            customerTotal: format.money(figures.total), deleteHref: Links.deleteReceipt(receipt.externalID),
            mayDelete: mayChange, lineCount: PageFormat.count(receipt.lines.count), hasLines: !receipt.lines.isEmpty,
            lines: receipt.lines.map(line), unit: receipt.fields.text(.unit) ?? PageFormat.none,
            card: receipt.fields.text(.card).map(format.mask.text) ?? PageFormat.none,
            created: format.short(receipt.createdAt), createdISO: receipt.createdAt.rfc3339,
            createdExact: format.exact(receipt.createdAt), updated: format.relative(receipt.updatedAt),
            updatedISO: receipt.updatedAt.rfc3339, updatedExact: format.exact(receipt.updatedAt),
            version: PageFormat.count(receipt.version),
            customGroups: CustomFactGroup.all(fields.custom(.receipt), receipt.custom, format),
            lineFields: fields.custom(.receiptLine).map { CustomFact($0, CustomValues(), format) }, link: link
        )
    }

    private func line(_ line: ReceiptLine) -> ReceiptModel.Line {
        let product = line.fields.text(.product)
        let name = product.flatMap { products[$0]?.fields.text(.name) }
        return ReceiptModel.Line(
            productName: name ?? product ?? PageFormat.none, productID: name == nil ? "" : product ?? "",
            lineID: line.externalID, quantity: format.quantity(line.fields.quantity(.count)),
            price: format.money(line.fields.money(.price)), discount: format.money(line.fields.money(.discount)),
            sum: format.money(line.fields.money(.sum)),
            custom: fields.custom(.receiptLine).map { CustomFact($0, line.custom, format) }
        )
    }
}

extension OrderReceiptsModel.Row {
    init(_ stored: StoredReceipt, _ format: PageFormat) {
        let receipt = stored.receipt
        let number = receipt.fields.text(.number)
        self.init(
            title: number ?? receipt.externalID, href: Links.receipt(receipt.externalID),
            detail: number == nil ? "" : receipt.externalID, date: format.short(receipt.date),
            dateISO: receipt.date.rfc3339, dateExact: format.exact(receipt.date), total: format.money(receipt.value),
            unit: receipt.fields.text(.unit) ?? PageFormat.none, id: receipt.externalID
        )
    }
}

extension OrderReceiptsModel {
    /// - Parameters:
    ///   - linked: The receipts of the order.
    ///   - candidates: The customer's newest receipts without an order.
    ///   - sent: The identifier that was sent and refused, with the reason.
    init(
        order: String, linked: [StoredReceipt], candidates: [StoredReceipt], mayLink: Bool, format: PageFormat,
        sent: (id: String, error: String)?
    ) {
        action = Links.orderReceipts(order)
        count = PageFormat.count(linked.count)
        total = format.money(Money(tenThousandths: linked.reduce(0) { $0 &+ $1.receipt.value.tenThousandths }))
        hasRows = !linked.isEmpty
        rows = linked.map { Row($0, format) }
        self.mayLink = mayLink
        receipt = FieldModel(name: "receipt", value: sent?.id ?? "", error: sent?.error)
        hasSuggestions = mayLink && !candidates.isEmpty
        suggestions = candidates.map { Row($0, format) }
    }
}
