public import Foundation

/// Tells what the user does to a container: the cart, or one of the shop's own such as `favourites`.
public struct ContainerCalls: Sendable {
    /// A product in a container.
    public struct Line: Sendable, Equatable {
        /// The product's `external_id`.
        public var product: String
        /// How many there are, to a millionth.
        public var quantity: Decimal
        /// What one costs in the project's currency, to a ten-thousandth.
        public var price: Decimal?
        /// What else is known of the line.
        public var context: [String: JSONValue]

        /// Describes a product in a container.
        public init(
            _ product: String, quantity: Decimal = 1, price: Decimal? = nil, context: [String: JSONValue] = [:]
        ) {
            (self.product, self.quantity, self.price, self.context) = (product, quantity, price, context)
        }
    }

    let client: ReorderClient

    /// Tells that a product was added.
    public func add(_ line: Line, to container: String = "cart") {
        client.track("container_item_added", properties: ["container": .text(container), "line": line.json])
    }

    /// Tells that a product was removed.
    public func remove(_ product: String, from container: String = "cart") {
        let line: JSONValue = ["product": .text(product)]
        client.track("container_item_removed", properties: ["container": .text(container), "line": line])
    }

    /// Tells what a product's line is now.
    public func set(_ line: Line, in container: String = "cart") {
        client.track("container_item_changed", properties: ["container": .text(container), "line": line.json])
    }

    /// Tells the whole contents of a container, as they are now.
    public func set(_ lines: [Line], in container: String = "cart") {
        client.track("container_set", properties: ["container": .text(container), "lines": .list(lines.map(\.json))])
    }

    /// Tells that a container was emptied.
    public func clear(_ container: String = "cart") {
        client.track("container_cleared", properties: ["container": .text(container)])
    }
}

extension ContainerCalls.Line {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["product": .text(product), "quantity": .decimal(quantity.rounded(to: 6))]
        if let price { members["price"] = .decimal(price.rounded(to: 4)) }
        if !context.isEmpty { members["context"] = .object(context) }
        return .object(members)
    }
}

extension Decimal {
    /// A literal such as 9.99 passes through a binary number, whose far digits are not meant.
    fileprivate func rounded(to places: Int) -> Decimal {
        var (given, rounded) = (self, Decimal())
        NSDecimalRound(&rounded, &given, places, .plain)
        return rounded
    }
}
