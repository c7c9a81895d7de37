/// One field of an order or a receipt that changed, as history keeps it for ever (spec orders.md, history).
package struct OrderChange: Hashable, Sendable {
    /// An attribute's path, `items[577].price` for a line's, or one of the names below.
    package var field: String
    package var from: String?
    package var to: String?
    package var happenedAt: Instant

    package init(_ field: String, from: String? = nil, to: String? = nil, happenedAt: Instant) {
        (self.field, self.from, self.to, self.happenedAt) = (field, from, to, happenedAt)
    }

    /// It came into being.
    package static let created = "created"
    /// It was deleted.
    package static let deleted = "deleted"
    /// All that could tell who the customer is was taken from the order.
    package static let customerErased = "customer_erased"
}
