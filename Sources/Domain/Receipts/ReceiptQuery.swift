/// What a list of receipts asks for: filters, order, place; as for orders (spec orders.md, "list").
package struct ReceiptQuery: Hashable, Sendable {
    package var dateFrom: Instant?
    package var dateTo: Instant?
    package var updatedFrom: Instant?
    package var customerExternalID: String?
    package var orderExternalID: String?
    /// Only those that are linked to an order, or only those that are not.
    package var isLinked: Bool?
    package var number: String?
    package var unit: String?
    package var totalFrom: Money?
    package var totalTo: Money?
    /// Free text: number, identifiers, the customer's name, email or phone.
    package var text: String?
    /// Whether the text finds people by what names them or reaches them, and not by identifiers alone.
    package var findsPersonalData = true
    /// Conditions on custom fields, all of which must hold.
    package var custom: [CustomFilter] = []
    package var sort: [OrderSort] = OrderSort.standard

    package init() {}
}
