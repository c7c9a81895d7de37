/// Who made a change, and by which way it came in (spec orders.md, history).
package struct Origin: Hashable, Sendable {
    package enum Channel: String, CaseIterable, Hashable, Sendable {
        case api, `import`, tracker, sdk, screen, campaign, redemption
        /// Nobody's doing: a segment was entered or left.
        case segment
        /// Nobody's doing: time passed over a container.
        case container
    }

    /// A key's name, a user's email or a file: what a person would recognise.
    package var actor: String
    package var channel: Channel

    package init(actor: String, channel: Channel) { (self.actor, self.channel) = (actor, channel) }
}

/// Something that happened, for campaigns, webhooks, live pages and the log (ARCHITECTURE.md, "Events").
package struct Event: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case orderCreated = "order.created"
        case orderUpdated = "order.updated"
        case orderStatusChanged = "order.status_changed"
        case orderDeleted = "order.deleted"
        case customerCreated = "customer.created"
        case customerUpdated = "customer.updated"
        /// Another customer became part of this one.
        case customerMerged = "customer.merged"
        /// The customer became part of another one, and is no more.
        case customerMergedAway = "customer.merged_away"
        /// All that was personal of the customer is gone.
        case customerErased = "customer.erased"
        case receiptCreated = "receipt.created"
        case receiptUpdated = "receipt.updated"
        case receiptDeleted = "receipt.deleted"
        /// A receipt was linked to the order that the event names.
        case receiptLinked = "receipt.linked"
        /// The customer is in a segment, and was not before.
        case segmentEntered = "segment.entered"
        /// The customer was in a segment, and is no more.
        case segmentLeft = "segment.left"
        /// Nothing changed for a while in a container that holds something.
        case containerAbandoned = "container.abandoned"
    }

    package var kind: Kind
    package var customer: Customer.ID
    /// The order it is about, where there is one.
    package var order: Order.ID?
    /// The receipt it is about, where there is one.
    package var receipt: Receipt.ID?
    /// The segment it is about, where there is one.
    package var segment: Segment.ID?
    /// The type of the container it is about, where there is one.
    package var container: ContainerType.ID?
    /// The version, after the event, of what it is about.
    package var version: Int64
    /// When it happened; when it arrived is the row's own time.
    package var happenedAt: Instant
    /// For a change of status: its type, and the codes before and after.
    package var transition: StatusTransition?

    package init(
        _ kind: Kind, customer: Customer.ID, order: Order.ID? = nil, receipt: Receipt.ID? = nil,
        segment: Segment.ID? = nil, container: ContainerType.ID? = nil, version: Int64, happenedAt: Instant,
        transition: StatusTransition? = nil
    ) {
        (self.kind, self.customer, self.order, self.receipt) = (kind, customer, order, receipt)
        (self.segment, self.container) = (segment, container)
        self.version = version
        (self.happenedAt, self.transition) = (happenedAt, transition)
    }
}

/// An event as it is kept.
package struct RecordedEvent: Hashable, Sendable {
    package var event: Event
    /// The number within its bucket.
    package var seq: Int64
    package var arrivedAt: Instant
    package var origin: Origin

    package init(event: Event, seq: Int64, arrivedAt: Instant, origin: Origin) {
        (self.event, self.seq, self.arrivedAt, self.origin) = (event, seq, arrivedAt, origin)
    }
}

/// A move of one of an order's three statuses; nil is no status.
package struct StatusTransition: Hashable, Sendable {
    package var type: OrderStatusType
    package var from: String?
    package var to: String?

    package init(type: OrderStatusType, from: String?, to: String?) {
        (self.type, self.from, self.to) = (type, from, to)
    }
}
