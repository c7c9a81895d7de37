/// One message of a site or an app, whichever door it came by: who, when, and what.
package struct TrackedMessage: Hashable, Sendable {
    /// The sender's name of the message: one that comes again has no effect.
    package var id: String?
    /// Whom the sender follows without knowing who they are.
    package var visitor: String?
    /// The customer's `external_id`, where the sender knows it.
    package var customer: String?
    package var session: String?
    /// When it happened, corrected for the sender's clock.
    package var time: Instant
    package var page: TrackedPage?
    package var call: TrackedCall

    package init(
        id: String? = nil, visitor: String? = nil, customer: String? = nil, session: String? = nil, time: Instant,
        page: TrackedPage? = nil, call: TrackedCall
    ) {
        (self.id, self.visitor, self.customer, self.session) = (id, visitor, customer, session)
        (self.time, self.page, self.call) = (time, page, call)
    }

    /// The most characters of a message's, a visitor's or a session's name.
    package static let keyLimit = 255
}

/// The page or the screen on which something happened.
package struct TrackedPage: Hashable, Sendable {
    package var url: String?
    package var title: String?
    package var referrer: String?

    package init(url: String? = nil, title: String? = nil, referrer: String? = nil) {
        (self.url, self.title, self.referrer) = (url, title, referrer)
    }

    /// The most characters of each.
    package static let limit = 2000
}

/// What a message asks for.
package enum TrackedCall: Hashable, Sendable {
    /// It happened, and nothing else follows.
    case event(TrackedEventCall)
    /// The visitor, where there is one, is the message's `customer`; the patch is what else is said of them.
    case identify(CustomerPatch?)
    /// A list of the customer's or the visitor's changed; it raises the events that follow from the difference.
    case container(code: String, ContainerChange)
    /// An order is to be registered as described, and the event to be kept.
    ///
    /// Where the order may not be written (by the source, or since the shop itself told of it), the event remains.
    case order(OrderPatch, TrackedEventCall)
    /// The visitor was known by another name before, and both are one.
    case alias(from: String)
    /// Whoever comes next is another visitor; kept as the event `logged_out`.
    case logout
}

/// An event as a message tells of it.
package struct TrackedEventCall: Hashable, Sendable {
    /// The code of its name, `product_viewed`.
    package var name: String
    package var kind: EventName.Kind
    /// What it is about: a product's, a category's or an order's identifier, or what was searched for.
    package var subject: String?
    /// A JSON value as it was sent, and never changed.
    package var context: String?

    package init(_ name: String, kind: EventName.Kind = .web, subject: String? = nil, context: String? = nil) {
        (self.name, self.kind, self.subject, self.context) = (name, kind, subject, context)
    }

    /// The most bytes of a context.
    package static let contextLimit = 32_768
}

/// What happens to a container (spec tracking.md, "Containers").
package enum ContainerChange: Hashable, Sendable {
    /// More of a product; as many as the line says, or one.
    case add(ContainerLinePatch)
    case remove(product: String)
    /// The line of a product is this now.
    case set(ContainerLinePatch)
    /// The whole contents are this now.
    case replace([ContainerLinePatch])
    case clear
}

/// What is said of a line of a container; what is nil is not said.
package struct ContainerLinePatch: Hashable, Sendable {
    /// The product's `external_id`, known or not.
    package var product: String
    package var quantity: Quantity?
    /// Of one.
    package var price: Money?
    /// A JSON value as it was sent.
    package var context: String?
    /// Whether the line has no price, or no context, from now on.
    package var clearsPrice = false
    package var clearsContext = false

    package init(product: String, quantity: Quantity? = nil, price: Money? = nil, context: String? = nil) {
        (self.product, self.quantity, self.price, self.context) = (product, quantity, price, context)
    }
}
