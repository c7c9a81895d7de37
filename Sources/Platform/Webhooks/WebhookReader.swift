import Database
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Follows the events, and queues a message of each for every webhook that is told of its kind.
///
/// It keeps its place per bucket in the database, in the transaction that queues: an event is queued once, whenever the
/// process ends.
package struct WebhookReader: Service {
    private let engine: Engine
    private let webhooks: WebhookService
    private let surroundings: Surroundings
    private let identifiers: Identifiers
    private let logger: Logger
    private let events = EventStore()
    private let orders = OrderStore()
    private let receipts = ReceiptStore()
    private let customers = CustomerStore()
    private let segments = SegmentRowStore()
    private let containers = ContainerStore()
    private let containerTypes = ContainerTypeStore()
    private let statuses = StatusStore()
    private let fields = FieldStore()
    private let rotation = Rotation()

    /// Events of one batch: other writes wait no longer than these take.
    private static let batchSize = 200
    /// A rush of commits is read in batches, not one by one.
    private static let pause = Duration.milliseconds(20)
    private static let interval = Duration.seconds(1)

    package init(_ services: Services, logger: Logger) {
        (engine, webhooks, surroundings) = (services.engine, services.webhooks, services.surroundings)
        (identifiers, self.logger) = (services.webhooks.identifiers, logger)
    }

    package func run() async throws {
        let (stream, wake) = webhooks.events.listen()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // A sleep that is cut short is the end of the loop, which the condition sees.
                    while !Task.isCancelled {
                        wake.yield()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                for await _ in stream {
                    await readAll()
                    try? await Task.sleep(for: Self.pause)
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    private func readAll() async {
        do {
            while try await read() > 0, !Task.isCancelled {}
        } catch {
            logger.error("reading events for webhooks failed", metadata: ["cause": "\(error)"])
        }
    }

    /// Reads one batch, and returns how many events it held.
    package func read() async throws -> Int {
        let batch = try await engine.readLong { [self] tx in try gather(tx) }
        for gap in batch.gaps {
            webhooks.outcomes.note(.missedEvents)
            logger.error("events are missing", metadata: ["after": "\(gap)"])
        }
        guard !batch.steps.isEmpty else { return 0 }
        let now = surroundings.now()
        do {
            try await engine.write { [self] tx in
                for step in batch.steps {
                    guard try webhooks.store.advance(step.bucket, from: step.from, to: step.to, tx) else {
                        throw Overtaken()
                    }
                }
                for draft in batch.drafts { try queue(draft, at: now, tx) }
            } committed: { [webhooks] _ in
                if !batch.drafts.isEmpty { webhooks.queue.raise() }
            }
        } catch is Overtaken where engine.isShared {
            // Another node read them first; it looks again after a while.
            return 0
        }
        return batch.events
    }

    // MARK: Reading

    /// What was read, to be stored in one transaction.
    private struct Batch: Sendable {
        var events = 0
        var steps: [(bucket: Bucket, from: Int64, to: Int64)] = []
        var drafts: [Draft] = []
        /// Places, as bucket and number, after which events are missing.
        var gaps: [String] = []
    }

    /// A message to some webhooks that has no number yet.
    private struct Draft: Sendable {
        var webhooks: [Webhook.ID]
        var subject: String
        var customer: Customer.ID
        var kind: Event.Kind
        var body: WebhookBody
    }

    private func gather(_ tx: Connection) throws -> Batch {
        var batch = Batch()
        let receivers = try webhooks.store.all(tx)
        guard !receivers.isEmpty else { return batch }
        let lags = try webhooks.store.lags(tx)
        guard !lags.isEmpty else { return batch }
        let books = (statuses: try statuses.book(tx), fields: try fields.book(tx))
        let hasMoves = try events.hasMoves(tx)
        var places = Dictionary(uniqueKeysWithValues: lags.map { ($0.bucket, $0.place) })
        for lag in rotation.turn(lags) where batch.events < Self.batchSize {
            var place = lag.place
            let found = try events.events(of: lag.bucket, after: place, limit: Self.batchSize - batch.events, tx)
            for (seq, stored) in found {
                if hasMoves, let event = stored?.event, try !isNext(event, places, tx) { break }
                if seq != place + 1 { batch.gaps.append("\(lag.bucket.rawValue)/\(place)") }
                place = seq
                batch.events += 1
                if let stored, let draft = try draft(stored, receivers, books, tx) { batch.drafts.append(draft) }
            }
            places[lag.bucket] = place
            if place > lag.place { batch.steps.append((lag.bucket, lag.place, place)) }
        }
        return batch
    }

    /// Whether all that happened to an event's order or receipt before it came to its bucket has been read.
    private func isNext(_ event: Event, _ places: [Bucket: Int64], _ tx: Connection) throws -> Bool {
        guard let (bucket, seq) = try events.origin(of: event, tx) else { return true }
        // A bucket that is not behind has been read to its end.
        return places[bucket].map { $0 >= seq } ?? true
    }

    private func draft(
        _ stored: StoredEvent, _ receivers: [Webhook], _ books: (statuses: StatusBook, fields: FieldBook),
        _ tx: Connection
    ) throws -> Draft? {
        let event = stored.event
        let interested = receivers.filter { $0.kinds.contains(event.kind) }.map(\.id)
        guard !interested.isEmpty else { return nil }
        if event.segment != nil || event.container != nil {
            return try draftOfCustomer(stored, interested, books.fields, tx)
        }
        if let id = event.receipt {
            guard let found = try receipt(id, books.fields, tx) else { return nil }
            let body = WebhookBody(stored) { writer in
                writer.object("receipt") { ReceiptPayload.attributes(found, books.fields, &$0) }
            }
            return Draft(
                webhooks: interested, subject: WebhookDelivery.receiptPrefix + found.receipt.externalID,
                customer: found.receipt.customer, kind: event.kind, body: body
            )
        }
        guard let id = event.order, let found = try order(id, books.fields, tx) else { return nil }
        let body = WebhookBody(stored) { writer in
            writer.object("order") { OrderPayload.attributes(found, books.statuses, books.fields, &$0) }
        }
        return Draft(
            webhooks: interested, subject: found.order.externalID, customer: found.order.customer, kind: event.kind,
            body: body
        )
    }

    /// The message of somebody who entered a segment or left it, or who left a container alone; nil where either is no more.
    private func draftOfCustomer(
        _ stored: StoredEvent, _ interested: [Webhook.ID], _ fields: FieldBook, _ tx: Connection
    ) throws -> Draft? {
        let event = stored.event
        let segment = try event.segment.flatMap { id in try segments.all(tx).first { $0.id == id } }
        let type = try event.container.flatMap { try containerTypes.book(tx)[id: $0] }
        guard segment != nil || type != nil, let customer = try customers.get(event.customer, fields, tx),
            !customer.externalID.isEmpty
        else { return nil }
        let container = try type.map { ($0, try containers.get($0.id, of: ContainerOwner(customer.id), tx)) }
        let body = WebhookBody(stored) { writer in
            if let (type, container) = container {
                writer.object("container") { ContainerPayload.attributes(container, type, &$0) }
            }
            writer.object("customer") { writer in
                writer.field("city", customer.fields.text(.city))
                writer.field("country", customer.fields.text(.country))
                writer.field("email", customer.fields.text(.email))
                writer.field("external_id", customer.externalID)
                writer.field("first_name", customer.fields.text(.firstName))
                writer.field("last_name", customer.fields.text(.lastName))
                writer.field("locale", customer.fields.text(.locale))
                writer.field("phone", customer.fields.text(.phone))
                writer.fields(customer.custom, fields.custom(.customer))
            }
            if let segment {
                writer.object("segment") { writer in
                    writer.field("id", segment.code)
                    writer.field("name", segment.name)
                }
            }
        }
        return Draft(
            webhooks: interested, subject: WebhookDelivery.customerPrefix + customer.externalID,
            customer: customer.id, kind: event.kind, body: body
        )
    }

    /// The order that was called `id` when the event happened.
    private func order(_ id: Order.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredOrder? {
        if let order = try orders.get(id, fields, tx) { return order }
        guard let next = try events.successor(of: id, tx) else { return nil }
        return try order(next, fields, tx)
    }

    /// The receipt that was called `id` when the event happened.
    private func receipt(_ id: Receipt.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredReceipt? {
        if let receipt = try receipts.get(id, fields, tx) { return receipt }
        guard let next = try events.successor(of: id, tx) else { return nil }
        return try receipt(next, fields, tx)
    }

    // MARK: Queueing

    private func queue(_ draft: Draft, at now: Instant, _ tx: Connection) throws {
        for webhook in draft.webhooks {
            let sequence = try webhooks.deliveries.nextSequence(of: webhook, draft.subject, tx)
            let delivery = WebhookDelivery(
                id: identifiers.next(Bucket(hashOf: draft.subject), at: now), webhook: webhook, subject: draft.subject,
                sequence: sequence, kind: draft.kind.rawValue, body: draft.body.text(sequence: sequence), dueAt: now,
                createdAt: now
            )
            try webhooks.deliveries.insert(delivery, customer: draft.customer, tx)
        }
    }

    /// Another process read the same events meanwhile.
    private struct Overtaken: Error {}
}

/// Begins each batch where the last one ended, so that no bucket waits for ever behind busy ones.
private final class Rotation: Sendable {
    private let last = Mutex<Int64>(-1)

    func turn(_ lags: [WebhookStore.Lag]) -> [WebhookStore.Lag] {
        let from = last.withLock { $0 }
        let later = lags.filter { $0.bucket.rawValue > from }
        let turned = later + lags.filter { $0.bucket.rawValue <= from }
        last.withLock { $0 = turned.first?.bucket.rawValue ?? from }
        return turned
    }
}
