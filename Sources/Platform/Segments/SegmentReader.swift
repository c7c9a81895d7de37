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

    /// What became of all that is told of; whose things were that are no more is not known here (`SegmentChange.placed`).
    func changes(_ news: NodeNews) throws -> [SegmentChange] {
        var (changes, gone): ([SegmentChange], [SegmentChange]) = ([], [])
        for id in news.customers.sorted().map(Customer.ID.init(rawValue:)) {
            if let customer = try loader.customer(id) {
                changes.append(.customer(customer))
            } else {
                gone.append(.customerGone(id))
            }
        }
        for id in news.orders.sorted().map(Order.ID.init(rawValue:)) {
            if let (order, stays) = try loader.order(id) {
                changes.append(.order(order, stays: stays, former: (order.customer, id)))
            } else {
                gone.append(.orderGone(id, .nobody))
            }
        }
        for id in news.receipts.sorted().map(Receipt.ID.init(rawValue:)) {
            if let receipt = try loader.receipt(id) {
                changes.append(.receipt(receipt, former: (receipt.customer, id)))
            } else {
                gone.append(.receiptGone(id, .nobody))
            }
        }
        if news.hasProducts {
            var products: [Product] = []
            try loader.products { products.append($0) }
            changes.append(.catalogue(products))
        }
        for code in news.audiences.sorted() {
            guard let segment = try SegmentRowStore().find(code, tx), segment.isAudience else { continue }
            let members = try SegmentMemberStore().page(of: segment.id, after: nil, limit: .max, tx)
            changes.append(.members(code, Set(members)))
        }
        // What is gone goes first: an order that moved is another one now.
        return gone.filter { !$0.isOfGoneCustomer } + changes + gone.filter(\.isOfGoneCustomer)
    }
}

extension SegmentChange {
    /// The change with whose the order or the receipt was before, as lists that were not told of it yet have it.
    func placed(_ orders: OrderColumns, _ receipts: ReceiptColumns) -> SegmentChange {
        switch self {
        case .order(let order, let stays, _):
            .order(order, stays: stays, former: (orders.customer(of: order.id) ?? order.customer, order.id))
        case .orderGone(let id, let customer): .orderGone(id, orders.customer(of: id) ?? customer)
        case .receipt(let receipt, _):
            .receipt(receipt, former: (receipts.customer(of: receipt.id) ?? receipt.customer, receipt.id))
        case .receiptGone(let id, let customer): .receiptGone(id, receipts.customer(of: id) ?? customer)
        default: self
        }
    }
}

extension Customer.ID {
    /// Whom no customer is.
    fileprivate static var nobody: Self { Self(rawValue: 0) }
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
