/// The few facts of every receipt that lists filter, sort and sum by: the columns of orders, holding receipts.
///
/// An order's columns know dates, values, a point of sale, a number and statuses; a receipt has the same but for its
/// statuses, and being linked to an order or not takes the place of one. So both lists have one implementation.
package struct ReceiptColumns: Sendable {
    /// What is kept of a receipt.
    package struct Entry: Hashable, Sendable {
        package var id: Receipt.ID
        package var customer: Customer.ID
        package var date: Instant
        package var updatedAt: Instant
        package var value: Money
        package var isLinked: Bool
        package var unit: String?
        package var number: String?

        package init(
            id: Receipt.ID, customer: Customer.ID, date: Instant, updatedAt: Instant, value: Money, isLinked: Bool,
            unit: String?, number: String?
        ) {
            (self.id, self.customer, self.date, self.updatedAt, self.value) = (id, customer, date, updatedAt, value)
            (self.isLinked, self.unit, self.number) = (isLinked, unit, number)
        }

        package init(_ receipt: Receipt) {
            self.init(
                id: receipt.id, customer: receipt.customer, date: receipt.date, updatedAt: receipt.updatedAt,
                value: receipt.value, isLinked: receipt.order != nil, unit: receipt.fields.text(.unit),
                number: receipt.fields.text(.number)
            )
        }
    }

    /// What a list shows: one page, and the sums of all that is filtered.
    package struct Answer: Sendable {
        package var page: [Receipt.ID]
        package var total: Int
        package var value: MoneySum
        /// How many of them are linked to an order, and what these are worth; only where it was asked for.
        package var linked: Int
        package var linkedValue: MoneySum
        package var next: OrderCursor?
    }

    private var rows = OrderColumns()

    package init() {}

    package var count: Int { rows.count }

    package mutating func put(_ entry: Entry) {
        rows.put(
            OrderColumns.Entry(
                id: Order.ID(rawValue: entry.id.rawValue), customer: entry.customer, date: entry.date,
                updatedAt: entry.updatedAt, value: entry.value,
                statuses: OrderStatuses(general: entry.isLinked ? Self.linked : Self.unlinked),
                unit: entry.unit, number: entry.number
            )
        )
    }

    package mutating func remove(_ id: Receipt.ID) { rows.remove(Order.ID(rawValue: id.rawValue)) }

    /// Answers a query.
    ///
    /// - Parameters:
    ///   - pointers: What texts and identifiers of the query point to, found by index; a receipt must be in each.
    ///   - sumsLinked: Whether to sum up as well those that are linked to an order.
    package func answer(
        _ query: ReceiptQuery, pointers: [ReceiptPointer] = [], place: PagePlace, limit: Int,
        sumsLinked: Bool = false
    ) -> Answer {
        var rowQuery = OrderQuery()
        (rowQuery.dateFrom, rowQuery.dateTo, rowQuery.updatedFrom) = (query.dateFrom, query.dateTo, query.updatedFrom)
        (rowQuery.totalFrom, rowQuery.totalTo) = (query.totalFrom, query.totalTo)
        (rowQuery.unit, rowQuery.sort) = (query.unit, query.sort)
        if let isLinked = query.isLinked {
            rowQuery.statusCodes = [.general: [isLinked ? Self.linkedCode : Self.unlinkedCode]]
        }
        let answer = rows.answer(
            rowQuery,
            pointers: pointers.map { pointer in
                OrderPointer(
                    orders: Set(pointer.receipts.map { Order.ID(rawValue: $0.rawValue) }), customers: pointer.customers
                )
            }, book: Self.book, place: place, limit: limit, sumsIncluded: sumsLinked
        )
        return Answer(
            page: answer.page.map { Receipt.ID(rawValue: $0.rawValue) }, total: answer.total, value: answer.value,
            linked: answer.included, linkedValue: answer.includedValue, next: answer.next
        )
    }

    /// Whose a receipt is; nil of one that is not there.
    package func customer(of id: Receipt.ID) -> Customer.ID? { rows.customer(of: Order.ID(rawValue: id.rawValue)) }

    /// Points of sale that receipts have named, in alphabetical order, up to `limit`.
    package func units(limit: Int) -> [String] { rows.units(limit: limit) }

    /// Whether both hold the same facts of the same receipts, however they came to them.
    package func hasSameEntries(as other: ReceiptColumns) -> Bool { rows.hasSameEntries(as: other.rows) }

    // MARK: The link as a status

    private static let linked = OrderStatus.ID(rawValue: 1)
    private static let unlinked = OrderStatus.ID(rawValue: 2)
    private static let linkedCode = "linked"
    private static let unlinkedCode = "unlinked"

    private static let book = StatusBook(
        statuses: [
            OrderStatus(
                id: linked, type: .general, code: linkedCode, name: linkedCode, includeInAnalytics: true, position: 1
            ),
            OrderStatus(id: unlinked, type: .general, code: unlinkedCode, name: unlinkedCode, position: 2),
        ]
    )
}

/// Receipts that a text or an identifier points to: some by themselves, and all of some customers.
package struct ReceiptPointer: Sendable {
    package var receipts: Set<Receipt.ID>
    package var customers: Set<Customer.ID>

    package init(receipts: Set<Receipt.ID> = [], customers: Set<Customer.ID> = []) {
        (self.receipts, self.customers) = (receipts, customers)
    }
}
