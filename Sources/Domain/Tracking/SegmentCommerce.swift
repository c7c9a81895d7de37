/// What a `track` of the Segment convention is to us: its e-commerce names (version 2), and those of ReorderClient.
struct SegmentCommerce {
    private let message: SegmentMessage
    private let code: String
    private let userID: String?
    private let at: Instant
    private let properties: ShopJSON

    /// - Throws: `Refusal` where the event has no name.
    init(_ message: SegmentMessage, userID: String?, at: Instant) throws {
        guard let code = message.event.flatMap(EventName.code(of:)) else {
            throw Refusal("required", "A track must have an event.")
        }
        (self.message, self.code, self.userID, self.at) = (message, code, userID, at)
        // Properties are looked into only where the name has a meaning here.
        let isRead = Self.meanings[code] != nil
        properties = isRead ? try message.properties.map { try ShopJSON(parsing: $0.utf8) } ?? .null : .null
    }

    /// What follows from an event, beside that it is kept.
    private enum Meaning {
        /// Nothing; it is kept under this name, and is about what one of these properties names.
        case seen(String, about: [String] = [])
        case added(to: String?)
        case removed(from: String?)
        case changed
        case contents
        case cleared
        case cart
        case order(String)
        case status(String, OrderStatusType, whole: String, part: String?)
        case left
    }

    private static let product = ["product", "product_id", "productId", "id", "sku"]
    private static let orderID = ["order_id", "orderId", "id"]

    private static let meanings: [String: Meaning] = [
        "product_viewed": .seen("product_viewed", about: product),
        "product_clicked": .seen("product_clicked", about: product),
        "category_viewed": .seen("category_viewed", about: ["category", "category_id", "list_id"]),
        "product_list_viewed": .seen("category_viewed", about: ["category", "list_id"]),
        "product_searched": .seen("product_searched", about: ["query"]),
        "products_searched": .seen("product_searched", about: ["query"]),
        "checkout_started": .seen("checkout_started", about: orderID),
        "message_opened": .seen("message_opened", about: ["message"]),
        "push_token_registered": .seen("push_token_registered", about: ["platform"]),
        "signed_in": .seen("logged_in"),
        "signed_up": .seen("registered"),
        "account_created": .seen("registered"),
        "product_added": .added(to: "cart"),
        "product_removed": .removed(from: "cart"),
        "cart_viewed": .cart,
        "product_added_to_wishlist": .added(to: "wishlist"),
        "product_removed_from_wishlist": .removed(from: "wishlist"),
        "wishlist_product_added_to_cart": .added(to: "cart"),
        "order_completed": .order("order_completed"),
        "order_updated": .order("order_updated"),
        "order_refunded": .status("order_refunded", .payment, whole: "refunded", part: "partially_refunded"),
        "order_cancelled": .status("order_cancelled", .general, whole: "cancelled", part: nil),
        "order_canceled": .status("order_cancelled", .general, whole: "cancelled", part: nil),
        "signed_out": .left,
        "logged_out": .left,
        "container_item_added": .added(to: nil),
        "container_item_removed": .removed(from: nil),
        "container_item_changed": .changed,
        "container_set": .contents,
        "container_cleared": .cleared,
    ]

    /// What is to be done.
    ///
    /// - Throws: `Refusal` or `Faults` for what cannot be taken.
    func calls(_ reading: TrackedReading) throws -> [TrackedCall] {
        guard let meaning = Self.meanings[code] else { return [.event(try message.event(code))] }
        switch meaning {
        case .seen(let name, let keys): return [.event(try message.event(name, subject: subject(keys)))]
        case .left: return [.logout]
        case .cart: return try cart()
        case .added(let container): return try change(container) { .add($0) }
        case .removed(let container): return try change(container) { .remove(product: $0.product) }
        case .changed: return try change(nil) { .set($0) }
        case .contents:
            let lines = try ContainerLinePatch.list(properties["lines"].list.map(\.written))
            return [.container(code: try container(nil), .replace(lines))]
        case .cleared: return [.container(code: try container(nil), .clear)]
        case .order(let name): return [try order(name, reading)]
        case .status(let name, let type, let whole, let part):
            return [try ended(name, type, whole: whole, part: part, reading)]
        }
    }

    private func subject(_ keys: [String]) -> String? {
        let subject = keys.lazy.compactMap { properties[$0].identifier }.first
        guard let subject, subject.utf8.count > TrackedMessage.keyLimit else { return subject }
        return String(subject.prefix(TrackedMessage.keyLimit))
    }

    // MARK: Containers

    private func container(_ usual: String?) throws(Refusal) -> String {
        guard let code = usual ?? properties["container"].text else {
            throw Refusal("required", "A change must name its container.")
        }
        return code
    }

    private func change(_ usual: String?, _ change: (ContainerLinePatch) -> ContainerChange) throws -> [TrackedCall] {
        let isOurs = usual == nil
        let text = isOurs ? properties["line"].written : message.properties ?? "null"
        guard let line = try ContainerLinePatch(text, isWhole: !isOurs) else {
            throw Refusal("required", "The event must name its product (product_id).")
        }
        return [.container(code: try container(usual), change(line))]
    }

    /// Who shows a cart says what is in it.
    private func cart() throws -> [TrackedCall] {
        let seen = TrackedCall.event(try message.event("cart_viewed"))
        guard case .list(let products) = properties["products"] else { return [seen] }
        let lines = try ContainerLinePatch.list(products.map(\.written), isWhole: true)
        return [seen, .container(code: "cart", .replace(lines))]
    }

    // MARK: Orders

    private func order(_ name: String, _ reading: TrackedReading) throws -> TrackedCall {
        if properties["order"].isObject {
            let text = properties["order"].written
            let patch = try JSONReader.read(text.utf8) { reader in
                try OrderPatch.decode(&reader, base: "/properties/order", reading.context)
            }
            return .order(patch, try message.event(name, subject: patch.externalID))
        }
        guard let id = try orderID() else { return .event(try message.event(name)) }
        let patch = SegmentOrder.patch(id, properties, customer: userID, at: name == "order_completed" ? at : nil)
        return .order(patch, try message.event(name, subject: id))
    }

    private func orderID() throws(Refusal) -> String? {
        guard let id = Self.orderID.lazy.compactMap({ properties[$0].identifier }).first else { return nil }
        return try FieldType.checked(id, limit: FieldType.identifierLimit)
    }

    /// An order was cancelled or paid back; it is only told where the project has such a status.
    private func ended(
        _ name: String, _ type: OrderStatusType, whole: String, part: String?, _ reading: TrackedReading
    ) throws -> TrackedCall {
        let id = try orderID()
        let event = try message.event(name, subject: id)
        let isPart = !properties["products"].list.isEmpty
        let status = isPart ? part ?? whole : whole
        guard let id, reading.statuses.status(type, code: status) != nil else { return .event(event) }
        // It names no customer: of an order that nobody knows there is nothing to end.
        var patch = OrderPatch(externalID: id)
        patch.statuses[type] = .set(status)
        return .order(patch, event)
    }
}

extension ShopJSON {
    /// The value as JSON.
    fileprivate var written: String {
        var writer = JSONWriter()
        write(&writer)
        return writer.text
    }
}
