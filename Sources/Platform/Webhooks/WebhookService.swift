import Database
import Domain
import Storage

/// The receivers of events, and the messages to them (spec operations.md, "Outgoing webhooks").
package struct WebhookService: Sendable {
    let engine: Engine
    let store = WebhookStore()
    let deliveries = WebhookDeliveryStore()
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog
    /// Raised when orders changed.
    let events: EventSignal
    /// Raised when messages were queued.
    let queue = EventSignal()
    package let outcomes = WebhookOutcomes()

    /// The time it is.
    package var now: Instant { surroundings.now() }

    /// A webhook with what became of its messages.
    package struct Overview: Sendable {
        package var webhook: Webhook
        package var counts: WebhookCounts
    }

    /// All webhooks, the oldest first.
    package func all() async throws -> [Overview] {
        try await engine.readLong { [store, deliveries] tx in
            let counts = try deliveries.counts(tx)
            return try store.all(tx).map { Overview(webhook: $0, counts: counts[$0.id] ?? .init()) }
        }
    }

    /// - Throws: `WebhookError.unknown`.
    package func get(_ id: String) throws -> Webhook { try engine.read { tx in try get(id, tx) } }

    /// Makes a webhook; it is told of what happens from now on.
    ///
    /// - Throws: `Faults`, `WebhookError.tooMany`.
    package func create(_ patch: WebhookPatch, by actor: Actor = .system) async throws -> Webhook {
        let now = surroundings.now()
        var webhook = Webhook(
            id: identifiers.next(at: now), name: "", url: "", kinds: [],
            secret: patch.secret ?? Webhook.secret(of: surroundings.randomBytes(32)), createdAt: now
        )
        try patch.apply(to: &webhook, at: now)
        return try await engine.write { [store, audit, webhook] tx in
            let count = try store.all(tx).count
            guard count < Webhook.limit else { throw WebhookError.tooMany }
            if count == 0 { try store.skipToNow(tx) }
            try store.insert(webhook, tx)
            try audit.append(tx, AuditEntry(.webhookAdded, webhook.auditObject, by: actor, after: webhook.facts))
            return webhook
        }
    }

    /// - Throws: `Faults`, `WebhookError.unknown`.
    package func update(_ id: String, _ patch: WebhookPatch, by actor: Actor = .system) async throws -> Webhook {
        let now = surroundings.now()
        return try await engine.write { [self] tx in
            var webhook = try get(id, tx)
            let before = webhook
            try patch.apply(to: &webhook, at: now)
            webhook.updatedAt = now
            try store(webhook, from: before, by: actor, tx)
            return webhook
        } committed: { [queue] _ in
            queue.raise()
        }
    }

    /// Signs with a new secret from now on, and for a day with the one before as well.
    ///
    /// - Throws: `WebhookError.unknown`.
    package func rotateSecret(of id: String, by actor: Actor = .system) async throws -> Webhook {
        let now = surroundings.now()
        let secret = Webhook.secret(of: surroundings.randomBytes(32))
        return try await engine.write { [self] tx in
            let before = try get(id, tx)
            var webhook = before
            webhook.replaceSecret(secret, at: now)
            webhook.updatedAt = now
            try store(webhook, from: before, by: actor, tx)
            return webhook
        }
    }

    /// Removes a webhook with all its messages.
    ///
    /// - Throws: `WebhookError.unknown`.
    package func delete(_ id: String, by actor: Actor = .system) async throws {
        try await engine.write { [self] tx in
            let webhook = try get(id, tx)
            guard try store.delete(webhook.id, tx) else { throw WebhookError.unknown(id) }
            try audit.append(tx, AuditEntry(.webhookDeleted, webhook.auditObject, by: actor, before: webhook.facts))
        }
    }

    // MARK: Messages

    /// Queues a message that only says that it is a test; it is tried once.
    ///
    /// - Throws: `WebhookError.unknown`.
    package func test(_ id: String) async throws -> WebhookDelivery {
        let now = surroundings.now()
        let name = identifiers.next(at: now) as WebhookDelivery.ID
        let subject = "test-\(name.rawValue)"
        let deliveryID: WebhookDelivery.ID = identifiers.next(Bucket(hashOf: subject), at: now)
        return try await engine.write { [self] tx in
            let webhook = try get(id, tx)
            let delivery = WebhookDelivery(
                id: deliveryID, webhook: webhook.id, subject: subject, sequence: 0, kind: WebhookDelivery.testKind,
                body: WebhookBody.test(webhook, at: now), dueAt: now, createdAt: now
            )
            try deliveries.insert(delivery, customer: nil, tx)
            return delivery
        } committed: { [queue] _ in
            queue.raise()
        }
    }

    /// A webhook's messages, the newest first, with their calls: one page, before the one called `before`.
    ///
    /// - Throws: `WebhookError.unknown`.
    package func deliveries(
        of id: String, state: WebhookDelivery.State? = nil, before: Int64 = .max, limit: Int
    ) throws -> [(delivery: WebhookDelivery, attempts: [WebhookAttempt])] {
        try engine.read { tx in
            let webhook = try get(id, tx)
            return try deliveries.page(of: webhook.id, state: state, before: before, limit: limit, tx).map {
                ($0, try deliveries.attempts(of: $0.id, tx))
            }
        }
    }

    /// One message with its calls.
    ///
    /// - Throws: `WebhookError.unknown`, `.unknownDelivery`.
    package func delivery(
        _ deliveryID: String, of id: String
    ) throws -> (delivery: WebhookDelivery, attempts: [WebhookAttempt]) {
        try engine.read { tx in
            let delivery = try delivery(deliveryID, of: try get(id, tx), tx)
            return (delivery, try deliveries.attempts(of: delivery.id, tx))
        }
    }

    /// How many messages of a webhook are in which state.
    package func counts(of id: Webhook.ID) async throws -> WebhookCounts {
        try await engine.readLong { [deliveries] tx in try deliveries.counts(tx)[id] ?? .init() }
    }

    /// Sends a finished message once more, with the same identifier.
    ///
    /// - Throws: `WebhookError.unknown`, `.unknownDelivery`, `.notFinished`.
    package func replay(_ deliveryID: String, of id: String) async throws {
        let now = surroundings.now()
        try await engine.write { [self] tx in
            let delivery = try delivery(deliveryID, of: try get(id, tx), tx)
            guard delivery.finishedAt != nil else { throw WebhookError.notFinished }
            try deliveries.replay(delivery, at: now, tx)
        } committed: { [queue] _ in
            queue.raise()
        }
    }

    /// Sends every message that was given up once more, and returns how many there are.
    ///
    /// - Throws: `WebhookError.unknown`.
    package func replayAll(of id: String) async throws -> Int {
        let now = surroundings.now()
        var (count, last) = (0, Int64(0))
        while true {
            let batch = try await engine.write { [self, last] tx in
                let dead = try deliveries.dead(of: try get(id, tx).id, after: last, limit: Self.batchSize, tx)
                for delivery in dead { try deliveries.replay(delivery, at: now, tx) }
                return dead.map(\.id.rawValue)
            }
            count += batch.count
            guard batch.count == Self.batchSize, let end = batch.last else { break }
            last = end
        }
        queue.raise()
        return count
    }

    /// Messages of one transaction: other writes wait no longer than these take.
    private static let batchSize = 200

    // MARK: Parts

    /// Writes what changed of a webhook, and who did it.
    private func store(_ after: Webhook, from before: Webhook, by actor: Actor, _ tx: Connection) throws {
        try store.update(after, tx)
        let entry = AuditEntry(.webhookChanged, after.auditObject, by: actor, changing: before.facts, to: after.facts)
        try audit.append(tx, entry)
        guard after.secret != before.secret, let former = after.former else { return }
        let facts = ["the one before signs until": former.until.rfc3339]
        try audit.append(tx, AuditEntry(.webhookSecretRotated, after.auditObject, by: actor, after: facts))
    }

    private func get(_ id: String, _ tx: Connection) throws -> Webhook {
        guard let number = Int64(id), let webhook = try store.get(Webhook.ID(rawValue: number), tx) else {
            throw WebhookError.unknown(id)
        }
        return webhook
    }

    private func delivery(_ id: String, of webhook: Webhook, _ tx: Connection) throws -> WebhookDelivery {
        guard let number = Int64(id), let found = try deliveries.get(WebhookDelivery.ID(rawValue: number), tx),
            found.webhook == webhook.id
        else { throw WebhookError.unknownDelivery(id) }
        return found
    }
}
