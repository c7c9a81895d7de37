/// What a list of orders asks for: filters, order, place (spec orders.md, "list").
package struct OrderQuery: Hashable, Sendable {
    package var dateFrom: Instant?
    package var dateTo: Instant?
    package var updatedFrom: Instant?
    /// Any of these codes, per type; a type that is absent is not looked at.
    package var statusCodes: [OrderStatusType: Set<String>] = [:]
    package var customerExternalID: String?
    package var number: String?
    package var unit: String?
    package var totalFrom: Money?
    package var totalTo: Money?
    /// Free text: number, identifiers, the customer's name, email or phone.
    package var text: String?
    /// Whether the text finds people by what names them or reaches them, and not by identifiers alone.
    package var findsPersonalData = true
    /// Conditions on custom fields of the order, all of which must hold.
    package var custom: [CustomFilter] = []
    package var sort: [OrderSort] = OrderSort.standard

    package init() {}
}

/// What lists of orders and receipts can be sorted by.
package enum OrderSortKey: String, SortKey {
    case date, number, total
    case updatedAt = "updated_at"

    package var isText: Bool { self == .number }
}

package typealias OrderSort = ListSort<OrderSortKey>
package typealias OrderCursor = ListCursor<Order>
package typealias PagePlace = ListPlace<Order>

extension ListSort where Key == OrderSortKey {
    package static var standard: [OrderSort] { [OrderSort(.date, descending: true)] }
}
