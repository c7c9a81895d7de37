/// Whose a container is: a customer's, or that of a visitor whom nobody knows yet.
///
/// Both have identifiers of one space, of which the low bits say the bucket that the rows stand in.
package struct ContainerOwner: Hashable, Sendable {
    package let id: Int64
    /// Who they are; nil of a visitor whom nobody knows.
    package let customer: Customer.ID?

    package init(_ customer: Customer.ID) { (id, self.customer) = (customer.rawValue, customer) }

    package init(_ visitor: Visitor.ID) { (id, customer) = (visitor.rawValue, nil) }

    /// The same as events name it.
    package var tracked: TrackedOwner { TrackedOwner(rawValue: id) }

    package var bucket: Bucket { Bucket(rawValue: id & Bucket.mask) }
}

/// One product in a container.
package struct ContainerLine: Hashable, Sendable {
    /// What the shop calls the product; the catalogue need not know it.
    package var product: String
    package var quantity: Quantity
    /// Of one piece.
    package var price: Money?
    package var addedAt: Instant
    package var changedAt: Instant
    /// Any JSON, kept as it was sent.
    package var context: String?

    package init(
        product: String, quantity: Quantity, price: Money? = nil, addedAt: Instant, changedAt: Instant? = nil,
        context: String? = nil
    ) {
        (self.product, self.quantity, self.price, self.context) = (product, quantity, price, context)
        (self.addedAt, self.changedAt) = (addedAt, changedAt ?? addedAt)
    }

    /// Quantity times price, to the nearest ten-thousandth; nil without a price.
    package var sum: MoneySum? {
        guard let price else { return nil }
        let product = Int128(price.tenThousandths) * Int128(quantity.millionths)
        return MoneySum(tenThousandths: (product + 500_000) / 1_000_000)
    }

    /// Whether a line says the same of the same product.
    func says(_ other: ContainerLine) -> Bool {
        (product, quantity, price, context) == (other.product, other.quantity, other.price, other.context)
    }

    /// The most bytes of a context.
    package static let contextLimit = 32 * 1024
    /// One piece.
    package static let one = Quantity(millionths: 1_000_000)
}

/// What somebody has put into a list of theirs.
package struct Container: Hashable, Sendable {
    package var type: ContainerType.ID
    /// Counts changes of the contents, from 1; 0 of a container that was never used.
    package var version: Int64 = 0
    /// The last change of the contents.
    package var changedAt: Instant
    /// When it was abandoned; nil where it is not, or is empty.
    package var abandonedAt: Instant?
    /// In the order in which they were added.
    package var lines: [ContainerLine] = []

    package init(type: ContainerType.ID, changedAt: Instant) { (self.type, self.changedAt) = (type, changedAt) }

    /// The most lines of a container.
    package static let lineLimit = 500
    /// The most bytes of all contexts of a container, which is read whole at each change.
    package static let contextsLimit = 256 * 1024

    /// Since when it holds something.
    package var filledAt: Instant? { lines.first?.addedAt }

    package subscript(product: String) -> ContainerLine? { lines.first { $0.product == product } }

    /// All quantities together: of as many lines as there may be the largest are within 64 bits.
    package var quantity: Quantity { Quantity(millionths: lines.reduce(0) { $0 + $1.quantity.millionths }) }

    /// What the lines with a price add up to.
    package var total: MoneySum { lines.reduce(into: .zero) { $0 += $1.sum ?? .zero } }
}
