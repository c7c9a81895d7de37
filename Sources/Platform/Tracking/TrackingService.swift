import Database
import Domain
import Storage

/// What customers and visitors did: where it comes from, and how it is taken and shown (spec tracking.md, "Events").
package struct TrackingService: Sendable {
    let orders: OrderService
    let writer: TrackedWriter
    let audit: AuditLog
    /// Raised when bodies wait to be filed.
    let bell = EventSignal()
    let gauge: InboxGauge
    let lease = FilingLease()

    var engine: Engine { orders.engine }
    var references: ReferenceBoard { orders.references }
    var surroundings: Surroundings { orders.surroundings }
    var identifiers: Identifiers { writer.identifiers }
    var store: EventSourceStore { writer.sources }

    /// The time it is.
    package var now: Instant { surroundings.now() }

    /// All sources and names, as of the last commit.
    package var book: TrackingBook { references.current.tracking }

    // MARK: Bodies

    /// Takes a body as it came; it is on disk when this returns, and filed within the second.
    ///
    /// The caller has checked who sends, and that the body is JSON within the limits.
    ///
    /// - Throws: `TrackingError.busy`.
    package func accept(_ text: String, by door: TrackedDoor, from source: EventSource) async throws {
        let size = text.utf8.count
        try gauge.require(room: size, engine)
        let now = surroundings.now()
        let body = TrackedBody(
            id: gauge.nextID(node: identifiers.node, at: now), source: source.id, door: door, receivedAt: now,
            text: text
        )
        try await engine.write { [writer] tx in
            try writer.inbox.append(body, tx)
        } committed: { [gauge, bell] _ in
            gauge.add(bodies: 1, bytes: size)
            bell.raise()
        }
    }

    // MARK: The shop's own events

    /// What became of an event that the shop told of.
    package struct Registered: Sendable {
        /// As it was sent now; of one that had come before, under the identifier of then.
        package var event: TrackedEvent
        package var isNew: Bool
    }

    /// Keeps events that the shop itself tells of, in one transaction, each on its own; they are there when this returns.
    package func register(
        _ messages: [Result<SourcedMessage, Faults>], by origin: Origin
    ) async throws -> [Result<Registered, Faults>] {
        let book = book
        return try await orders.commit { [self] tx in
            let now = surroundings.now()
            var work = TrackedWork()
            func ground(_ source: EventSource.ID?) -> TrackedWork.Ground {
                TrackedWork.Ground(source: source.flatMap { book[$0] }, origin: origin, now: now, arrivedAt: now)
            }
            try tx.ask {
                for case .success(let sent) in messages { try writer.ask(sent.message, ground(sent.source), tx) }
            }
            let results: [Result<Registered, Faults>] = try messages.map { sent in
                do {
                    let sent = try sent.get()
                    let filed = try writer.apply(sent.message, ground(sent.source), &work, tx)
                    let former = filed.formerEvent.flatMap { sent.asKept($0, at: now) }
                    guard let event = filed.event ?? former ?? sent.asKept(.init(rawValue: 0), at: now) else {
                        return .failure(Faults("/data/attributes", "no_event", "This is no event."))
                    }
                    return .success(Registered(event: event, isNew: !filed.isRepeated))
                } catch let faults as Faults {
                    return .failure(faults)
                } catch let refusal as TrackedRefusal {
                    let field = ["nobody": "customer", "unknown_customer": "customer"][refusal.code] ?? "name"
                    return .failure(Faults("/data/attributes/\(field)", refusal.code, refusal.detail))
                }
            }
            return try work.outcome(results, try store.writerBook(tx))
        }
    }

    // MARK: Reading

    /// A page of a customer's events, what happened last first, and how many there are.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func events(
        of externalID: String, _ query: TrackedEventQuery = TrackedEventQuery(),
        after cursor: TrackedEventCursor? = nil,
        limit: Int
    ) throws -> (page: [TrackedEvent], total: Int) {
        try engine.read { tx in
            guard let id = try writer.customers.store.find(externalID, tx) else {
                throw OrderError.unknownCustomer(externalID)
            }
            let owner = TrackedOwner(id)
            return (
                try writer.events.page(of: owner, query, after: cursor, limit: limit, tx),
                try writer.events.count(of: owner, query, tx)
            )
        }
    }

    /// What came by each source in the last day.
    package func figures() async throws -> [EventSource.ID: SourceFigures] {
        let now = now
        return try await engine.readLong { [store] tx in try store.figures(at: now, tx) }
    }

    /// The last messages of a source that were not taken, the newest first.
    package func refusals(
        of id: EventSource.ID
    ) async throws -> [(receivedAt: Instant, refusal: TrackedRefusal)] {
        try await engine.readLong { [store] tx in try store.refusals(of: id, tx) }
    }
}

/// A message of the shop's own, and the source that it names.
package struct SourcedMessage: Hashable, Sendable {
    package var message: TrackedMessage
    package var source: EventSource.ID?

    package init(_ message: TrackedMessage, source: EventSource.ID? = nil) {
        (self.message, self.source) = (message, source)
    }

    /// The event that it is, where it is one.
    func asKept(_ id: TrackedEvent.ID, at now: Instant) -> TrackedEvent? {
        guard case .event(let event) = message.call else { return nil }
        return TrackedEvent(
            id: id, owner: TrackedOwner(rawValue: 0), event, source: source, session: message.session,
            page: message.page, happenedAt: message.time, arrivedAt: now
        )
    }
}
