import Database
import Domain
import Storage

extension OrderService {
    /// One page of a list, with the sums of all that is filtered.
    package struct List: Sendable {
        package var orders: [StoredOrder]
        package var total: Int
        package var value: Money
        package var next: OrderCursor?
    }

    /// Answers a query over all orders (spec orders.md, "list"). The total is exact.
    ///
    /// - Parameter withLines: Whether each order comes with its lines, as the API shows it.
    package func list(_ query: OrderQuery, place: PagePlace, limit: Int, withLines: Bool) throws -> List {
        let columns = board.snapshot
        let book = references.current.book
        return try engine.read { tx in
            var candidates: Set<Order.ID>?
            func narrow(_ found: Set<Order.ID>) { candidates = candidates?.intersection(found) ?? found }
            if let externalID = query.customerExternalID {
                let customer = try writer.customers.store.find(externalID, tx)
                narrow(Set(try customer.map { try writer.orders.identifiers(of: $0, tx) } ?? []))
            }
            if let number = query.number { narrow(try search.identifiers(number: number, tx)) }
            if let text = query.text { narrow(try search.identifiers(matching: text, tx)) }
            let answer = columns.answer(query, candidates: candidates, book: book, place: place, limit: limit)
            let orders = try answer.page.compactMap { id in
                try withLines ? writer.orders.get(id, tx) : writer.orders.row(id, tx)
            }
            return List(orders: orders, total: answer.total, value: answer.value, next: answer.next)
        }
    }

    private var search: OrderSearch { OrderSearch() }

    /// How many orders there are.
    package var count: Int { board.snapshot.count }

    /// How many orders are in each status now.
    package func countsByStatus() -> [OrderStatus.ID: Int] {
        board.snapshot.countsByStatus()
    }
}
