/// Somebody whom a site or an app follows by a key of its own, known or not (spec tracking.md).
package struct Visitor: Hashable, Sendable {
    package typealias ID = Identifier<Visitor>

    package var id: ID
    /// What the sender calls them.
    package var key: String
    package var firstAt: Instant
    package var lastAt: Instant
    /// Who they are, once they said so.
    package var customer: Customer.ID?

    package init(id: ID, key: String, firstAt: Instant, lastAt: Instant, customer: Customer.ID? = nil) {
        (self.id, self.key, self.customer) = (id, key, customer)
        (self.firstAt, self.lastAt) = (firstAt, lastAt)
    }

    /// The most days that an anonymous visitor, and what they did, is kept after the last sign of them.
    package static let retentionDays: Int64 = 60
}

/// Whose events and containers something is: a customer's or a visitor's, told apart by who looks.
package typealias TrackedOwner = Identifier<TrackedOwnerKind>

/// Stands for a customer or a visitor in `TrackedOwner`.
package enum TrackedOwnerKind {}

extension Identifier where Entity == TrackedOwnerKind {
    package init(_ customer: Customer.ID) { self.init(rawValue: customer.rawValue) }
    package init(_ visitor: Visitor.ID) { self.init(rawValue: visitor.rawValue) }
}
