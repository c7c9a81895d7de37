import Database
import Domain
import Storage

/// Reads what changed as whole values, for segments.
struct SegmentReader {
    /// Things that are read by one statement.
    private static let portion = 500

    private let reference: ReferenceBoard.Reference
    private let tx: Connection

    init(_ reference: ReferenceBoard.Reference, _ tx: Connection) { (self.reference, self.tx) = (reference, tx) }

    private var fields: FieldBook { reference.fields }
    private var book: StatusBook { reference.book }

    /// What became of all that is told of; whose things were that are no more is not known here (`SegmentChange.placed`).
    func changes(_ news: NodeNews) throws -> [SegmentChange] {
        var (changes, gone): ([SegmentChange], [SegmentChange]) = ([], [])
        var missing = news.customers
        try each(of: news.customers) { loader in
            try loader.customers { customer in
                missing.remove(customer.id.rawValue)
                changes.append(.customer(customer))
            }
        }
        gone += missing.sorted().map { .customerGone(Customer.ID(rawValue: $0)) }
        missing = news.orders
        try each(of: news.orders) { loader in
            try loader.orders { order, stays in
                missing.remove(order.id.rawValue)
                changes.append(.order(order, stays: stays, former: (order.customer, order.id)))
            }
        }
        gone += missing.sorted().map { .orderGone(Order.ID(rawValue: $0), .nobody) }
        missing = news.receipts
        try each(of: news.receipts) { loader in
            try loader.receipts { receipt in
                missing.remove(receipt.id.rawValue)
                changes.append(.receipt(receipt, former: (receipt.customer, receipt.id)))
            }
        }
        gone += missing.sorted().map { .receiptGone(Receipt.ID(rawValue: $0), .nobody) }
        changes += try tracked(news)
        if news.hasProducts {
            var products: [Product] = []
            try SegmentLoader(fields, book, tx).products { products.append($0) }
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

    /// Events that came by themselves, and all that those have of whom something went.
    private func tracked(_ news: NodeNews) throws -> [SegmentChange] {
        var changes: [SegmentChange] = []
        try each(of: news.events) { loader in
            try loader.events(contexts: true) { changes.append(.event($0)) }
        }
        var (events, containers): ([Customer.ID: [EventRecord]], [Customer.ID: [ContainerRecord]]) = ([:], [:])
        try each(of: news.owners) { loader in
            try loader.events(contexts: true, ofOwners: true) { events[$0.customer, default: []].append($0) }
            try loader.containers(reference.containers) { containers[$0.customer, default: []].append($0) }
        }
        return changes
            + news.owners.sorted().map { owner in
                let customer = Customer.ID(rawValue: owner)
                return .tracked(customer, events[customer] ?? [], containers[customer] ?? [])
            }
    }

    private func each(of ids: Set<Int64>, _ body: (SegmentLoader) throws -> Void) throws {
        let ids = ids.sorted()
        for start in stride(from: 0, to: ids.count, by: Self.portion) {
            let some = Array(ids[start..<min(start + Self.portion, ids.count)])
            try body(SegmentLoader(fields, book, only: some, tx))
        }
    }
}

extension SegmentChange {
    /// The change with whose the order or the receipt was before, as whoever was not told of it yet has it.
    func placed(
        _ orders: (Order.ID) -> Customer.ID?, _ receipts: (Receipt.ID) -> Customer.ID?
    ) -> SegmentChange {
        switch self {
        case .order(let order, let stays, _):
            .order(order, stays: stays, former: (orders(order.id) ?? order.customer, order.id))
        case .orderGone(let id, let customer): .orderGone(id, orders(id) ?? customer)
        case .receipt(let receipt, _):
            .receipt(receipt, former: (receipts(receipt.id) ?? receipt.customer, receipt.id))
        case .receiptGone(let id, let customer): .receiptGone(id, receipts(id) ?? customer)
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
