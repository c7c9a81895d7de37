/// An event of a customer as conditions look at it.
package struct EventRecord: Hashable, Sendable {
    package var id: TrackedEvent.ID
    package var customer: Customer.ID
    package var name: String
    package var kind: EventName.Kind
    package var subject: String?
    /// The code of the source that it came by.
    package var source: String?
    package var date: Instant
    /// JSON as it was sent.
    package var context: String?

    package init(
        id: TrackedEvent.ID, customer: Customer.ID, name: String, kind: EventName.Kind, subject: String? = nil,
        source: String? = nil, date: Instant, context: String? = nil
    ) {
        (self.id, self.customer, self.name, self.kind) = (id, customer, name, kind)
        (self.subject, self.source, self.date, self.context) = (subject, source, date, context)
    }
}

/// A container of a customer as conditions look at it.
package struct ContainerRecord: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package var product: String
        package var quantity: Quantity
        package var price: Money?
        package var addedAt: Instant
        package var changedAt: Instant

        package init(
            product: String, quantity: Quantity, price: Money? = nil, addedAt: Instant, changedAt: Instant
        ) {
            (self.product, self.quantity, self.price) = (product, quantity, price)
            (self.addedAt, self.changedAt) = (addedAt, changedAt)
        }

        /// Price times quantity, to the nearest ten-thousandth.
        var sum: Int64 {
            guard let price else { return 0 }
            let product = Int128(price.tenThousandths) * Int128(quantity.millionths)
            return min(Int64(clamping: (product + 500_000) / 1_000_000), ContainerRecord.sumLimit)
        }
    }

    /// Of the type, of which a customer has one container.
    package var type: Int64
    package var code: String
    package var customer: Customer.ID
    package var changedAt: Instant
    /// Since when it is abandoned, or will be if nothing changes; nil where it is empty.
    package var abandonedAt: Instant?
    /// In the order in which they were added.
    package var lines: [Line]

    package init(
        type: Int64, code: String, customer: Customer.ID, changedAt: Instant, abandonedAt: Instant?, lines: [Line]
    ) {
        (self.type, self.code, self.customer) = (type, code, customer)
        (self.changedAt, self.abandonedAt, self.lines) = (changedAt, abandonedAt, lines)
    }

    /// What a line comes to at most, so that those of a container add up within 64 bits.
    package static let sumLimit: Int64 = 9_000_000_000_000_000
}

extension ConditionSource {
    /// - Parameter context: The event's context, where it was read.
    package func fact(of event: EventRecord, _ context: ContextValue?) -> ConditionFact? {
        switch self {
        case .date: .number(event.date.milliseconds)
        case .event(.name): .text(event.name)
        case .event(.source): event.source.map { .text($0) }
        case .event(.kind): .text(event.kind.rawValue)
        case .event(.subject): event.subject.map { .text($0) }
        case .context(let path): context?.texts(path).map { .text($0) }
        case .contextNumber(let path): context?.number(path).map { .number($0) }
        default: nil
        }
    }

    /// The value of a container's field; of `abandoned` the moment since when.
    package func fact(of container: ContainerRecord) -> ConditionFact? {
        switch self {
        case .date: .number(container.changedAt.milliseconds)
        case .container(.code): .text(container.code)
        case .container(.abandoned): container.abandonedAt.map { .number($0.milliseconds) }
        case .container(.empty): .number(container.lines.isEmpty ? 1 : 0)
        case .container(.lines): .number(Int64(container.lines.count))
        case .container(.quantity): .number(container.lines.reduce(0) { $0 + $1.quantity.millionths })
        case .container(.total): .number(container.lines.reduce(0) { $0 + $1.sum })
        default: nil
        }
    }

    package func fact(of line: ContainerRecord.Line) -> ConditionFact? {
        switch self {
        case .containerLine(.product): .text(line.product)
        case .containerLine(.quantity): .number(line.quantity.millionths)
        case .containerLine(.price): line.price.map { .number($0.tenThousandths) }
        case .containerLine(.addedAt): .number(line.addedAt.milliseconds)
        case .containerLine(.changedAt): .number(line.changedAt.milliseconds)
        default: nil
        }
    }
}

extension EventRecord {
    /// An event that was kept, of whoever its owner is.
    package init(_ event: TrackedEvent, _ sources: TrackingBook) {
        self.init(
            id: event.id, customer: Customer.ID(rawValue: event.owner.rawValue), name: event.call.name,
            kind: event.call.kind, subject: event.call.subject, source: event.source.flatMap { sources[$0]?.code },
            date: event.happenedAt, context: event.call.context
        )
    }
}

extension ContainerRecord {
    /// A container of whoever its owner is; nil where its type is no more.
    package init?(_ container: Container, of owner: Customer.ID, _ types: ContainerBook) {
        guard let type = types[id: container.type] else { return nil }
        let due = container.changedAt.adding(seconds: type.abandonedAfterMinutes * 60)
        self.init(
            type: type.id.rawValue, code: type.code, customer: owner, changedAt: container.changedAt,
            abandonedAt: container.lines.isEmpty ? nil : container.abandonedAt ?? due,
            lines: container.lines.map { line in
                Line(
                    product: line.product, quantity: line.quantity, price: line.price, addedAt: line.addedAt,
                    changedAt: line.changedAt)
            }
        )
    }
}
