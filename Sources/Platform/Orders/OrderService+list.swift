import Database
import Domain
import Storage

extension OrderService {
    /// One page of a list, with the sums of all that is filtered.
    package struct List: Sendable {
        package var orders: [StoredOrder]
        package var total: Int
        package var value: MoneySum
        /// How many of them count in analytics, and what these are worth; only without lines, as pages ask.
        package var included: Int
        package var includedValue: MoneySum
        package var next: OrderCursor?
    }

    /// Answers a query over all orders (spec orders.md, "list").
    ///
    /// The total is exact.
    ///
    /// - Parameter withLines: Whether each order comes with its lines, as the API shows it. A page goes without, and gets
    ///   the sums of what counts in analytics.
    package func list(_ query: OrderQuery, place: PagePlace, limit: Int, withLines: Bool) throws -> List {
        let columns = board.snapshot
        let (book, fields) = (references.current.book, references.current.fields)
        return try engine.read { tx in
            var pointers: [OrderPointer] = []
            if let externalID = query.customerExternalID {
                let customer = try writer.customers.store.find(externalID, tx)
                pointers.append(OrderPointer(customers: customer.map { [$0] } ?? []))
            }
            if let number = query.number { pointers.append(try search.pointer(number: number, tx)) }
            if let text = query.text {
                pointers.append(try search.pointer(matching: text, personal: query.findsPersonalData, tx))
            }
            for filter in query.custom { pointers.append(try search.pointer(matching: filter, tx)) }
            let answer = columns.answer(
                query, pointers: pointers, book: book, place: place, limit: limit, sumsIncluded: !withLines
            )
            let orders = try answer.page.compactMap { id in
                try withLines ? writer.orders.get(id, fields, tx) : brief(id, fields, tx)
            }
            return List(
                orders: orders, total: answer.total, value: answer.value, included: answer.included,
                includedValue: answer.includedValue, next: answer.next
            )
        }
    }

    /// An order for a list: with its lines only where its value or count follows from them.
    private func brief(_ id: Order.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredOrder? {
        guard let stored = try writer.orders.row(id, fields, tx) else { return nil }
        let values = stored.order.fields
        let isComplete = values.money(.itemsSum) != nil && values.quantity(.itemsCount) != nil
        return isComplete ? stored : try writer.orders.get(id, fields, tx)
    }

    /// Points of sale that orders have named, up to `limit`.
    package func units(limit: Int) -> [String] { board.snapshot.units(limit: limit) }

    private var search: OrderSearch { OrderSearch() }

    /// How many orders there are.
    package var count: Int { board.snapshot.count }

    /// How many orders are in each status now.
    package func countsByStatus() -> [OrderStatus.ID: Int] {
        board.snapshot.countsByStatus()
    }
}
