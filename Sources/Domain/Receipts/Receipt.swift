/// What a till says was paid (spec orders.md, "Receipts").
///
/// An order may have many receipts, a receipt belongs to one order at most, and both to the same customer.
package struct Receipt: Hashable, Sendable {
    package typealias ID = Identifier<Receipt>

    package var id: ID
    package var externalID: String
    package var customer: Customer.ID
    /// The order it pays for, where somebody linked them.
    package var order: Order.ID?
    package var date: Instant
    package var fields = FieldValues<ReceiptField>()
    package var custom = CustomValues()
    package var lines: [ReceiptLine] = []
    /// A JSON object as the shop wrote it; nil when there is none.
    package var metadata: String?
    /// 1 for a new receipt, one more with each change.
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant
    /// When the shop saw the state that is stored, where it said so.
    package var reportedAt: Instant?

    package init(id: ID, externalID: String, customer: Customer.ID, date: Instant, createdAt: Instant) {
        (self.id, self.externalID, self.customer, self.date) = (id, externalID, customer, date)
        (self.createdAt, self.updatedAt) = (createdAt, createdAt)
    }

    /// What was paid: the receipt's sum, else the sum of its lines, else nothing.
    package var value: Money {
        if let sum = fields.money(.sum) { return sum }
        let sums = lines.compactMap { $0.fields.money(.sum)?.tenThousandths }
        // A thousand lines of the largest sum fit 64 bits, a customer's receipts of such sums would not.
        let largest = FixedPoint.largest(places: FixedPoint.moneyPlaces)
        return Money(tenThousandths: min(max(sums.reduce(0, +), -largest), largest))
    }
}

/// One product of a receipt.
///
/// It keeps its identity, by `externalID`, while the receipt is described anew.
package struct ReceiptLine: Hashable, Sendable {
    package var externalID: String
    package var fields = FieldValues<ReceiptLineField>()
    package var custom = CustomValues()

    package init(externalID: String) { self.externalID = externalID }
}

/// A receipt with what a page or an answer shows of its customer and its order.
package struct StoredReceipt: Hashable, Sendable {
    package var receipt: Receipt
    package var customerExternalID: String
    /// First and last name, where known.
    package var customerName: String?
    /// What the shop calls the order it is linked to.
    package var orderExternalID: String?

    package init(
        receipt: Receipt, customerExternalID: String, customerName: String? = nil, orderExternalID: String? = nil
    ) {
        (self.receipt, self.customerExternalID) = (receipt, customerExternalID)
        (self.customerName, self.orderExternalID) = (customerName, orderExternalID)
    }
}
