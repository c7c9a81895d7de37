import Database
import Domain
import Storage

/// Reads what changed as whole values, for segments.
struct SegmentReader {
    private let loader: SegmentLoader
    private let tx: Connection

    init(_ fields: FieldBook, _ book: StatusBook, _ tx: Connection) {
        loader = SegmentLoader(fields, book, tx)
        self.tx = tx
    }

    /// What became of all that is told of.
    ///
    /// - Parameters:
    ///   - orders: Whose an order was, as far as this process knows; nil for one it does not know.
    ///   - receipts: The same of a receipt.
    func changes(
        _ news: NodeNews, orders: (Order.ID) -> Customer.ID? = { _ in nil },
        receipts: (Receipt.ID) -> Customer.ID? = { _ in nil }
    ) throws -> [SegmentChange] {
        var (changes, gone): ([SegmentChange], [SegmentChange]) = ([], [])
        for id in news.customers.sorted().map(Customer.ID.init(rawValue:)) {
            if let customer = try loader.customer(id) {
                changes.append(.customer(customer))
            } else {
                gone.append(.customerGone(id))
            }
        }
        for id in news.orders.sorted().map(Order.ID.init(rawValue:)) {
            let former = orders(id)
            if let (order, stays) = try loader.order(id) {
                changes.append(.order(order, stays: stays, former: (former ?? order.customer, id)))
            } else if let former {
                changes.append(.orderGone(id, former))
            }
        }
        for id in news.receipts.sorted().map(Receipt.ID.init(rawValue:)) {
            let former = receipts(id)
            if let receipt = try loader.receipt(id) {
                changes.append(.receipt(receipt, former: (former ?? receipt.customer, id)))
            } else if let former {
                changes.append(.receiptGone(id, former))
            }
        }
        return changes + gone
    }
}

extension NodeNews {
    /// Objects whose values changed, by their identifiers.
    init(_ ids: [Int64], of object: FieldObject) {
        self.init()
        switch object {
        case .order, .orderLine: orders = Set(ids)
        case .customer: customers = Set(ids)
        case .receipt, .receiptLine: receipts = Set(ids)
        case .product: hasProducts = true
        }
    }
}
