import Database
import Delivery
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Sends queued messages, several at once, and writes down what became of each.
///
/// A message is taken for a while, sent, and noted: a process that is killed between leaves it to be sent again, with
/// the same identifier (spec operations.md, "at least once").
package struct WebhookSender: Service {
    private let engine: Engine
    private let webhooks: WebhookService
    private let surroundings: Surroundings
    private let courier: HTTPCourier
    private let logger: Logger
    private let running = Running()
    /// How long a message is taken for: longer than a call may take.
    private let leaseSeconds: Int64

    /// Calls at one time.
    private static let limit = 16
    /// Calls of one webhook's receiver at one time: one that is slow leaves room for the others.
    private static let limitEach = 6
    private static let interval = Duration.milliseconds(500)
    private static let longestCallSeconds: Int64 = 15
    /// The longest that calls may take to end once the server is to stop.
    private static let patience = Duration.seconds(4)

    package init(
        _ services: Services, allowsPrivateAddresses: Bool = false, leaseSeconds: Int64 = 60, logger: Logger
    ) {
        self.leaseSeconds = max(leaseSeconds, Self.longestCallSeconds)
        (engine, webhooks, surroundings) = (services.engine, services.webhooks, services.surroundings)
        (courier, self.logger) = (HTTPCourier(allowsPrivateAddresses: allowsPrivateAddresses), logger)
    }

    package func run() async throws {
        if !engine.isShared {
            // One process owns the data: whoever took messages before is no more.
            try await engine.write { [webhooks] tx in try webhooks.deliveries.handBackAll(tx) }
        }
        let (stream, wake) = webhooks.queue.listen()
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
                    for (delivery, webhook) in await take() {
                        group.addTask {
                            await send(delivery, to: webhook)
                            wake.yield()
                        }
                    }
                }
                await running.settle(within: Self.patience)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            wake.finish()
        }
        await courier.shutDown()
    }

    /// Sends all that is due now, and returns how many calls that took.
    package func sendDue() async -> Int {
        var count = 0
        while true {
            let taken = await take()
            guard !taken.isEmpty else { return count }
            count += taken.count
            await withDiscardingTaskGroup { group in
                for (delivery, webhook) in taken { group.addTask { await send(delivery, to: webhook) } }
            }
        }
    }

    /// Closes the connections; for those who call `sendDue` instead of `run`.
    package func shutDown() async { await courier.shutDown() }

    // MARK: Parts

    /// Takes messages that are due, as many as there is room for.
    private func take() async -> [(WebhookDelivery, Webhook)] {
        let now = surroundings.now()
        do {
            let found = try await engine.readLong { [self] tx in try due(at: now, tx) }
            guard !found.isEmpty else { return [] }
            let end = now.adding(seconds: leaseSeconds)
            let taken = try await engine.write { [webhooks] tx in
                try found.compactMap { id, webhook in
                    try webhooks.deliveries.lease(id, at: now, until: end, tx).map { ($0, webhook) }
                }
            }
            for (_, webhook) in taken { running.begin(webhook.id) }
            return taken
        } catch {
            logger.error("taking messages of webhooks failed", metadata: ["cause": "\(error)"])
            return []
        }
    }

    private func due(at now: Instant, _ tx: Connection) throws -> [(WebhookDelivery.ID, Webhook)] {
        var room = Self.limit - running.count
        var found: [(WebhookDelivery.ID, Webhook)] = []
        for webhook in try webhooks.store.all(tx) where !webhook.isPaused && room > 0 {
            let limit = min(room, Self.limitEach - running.count(of: webhook.id))
            guard limit > 0 else { continue }
            let due = try webhooks.deliveries.due(of: webhook.id, at: now, limit: limit, tx)
            found += due.map { ($0, webhook) }
            room -= due.count
        }
        return found
    }

    private func send(_ delivery: WebhookDelivery, to webhook: Webhook) async {
        defer { running.end(webhook.id) }
        let start = ContinuousClock.now
        let at = surroundings.now()
        let outcome = await courier.post(
            HTTPCourier.Message(
                url: webhook.url, headers: WebhookSignature.headers(of: delivery, to: webhook, at: at),
                body: delivery.body
            ),
            turn: Int(delivery.attempts)
        )
        let spent = (ContinuousClock.now - start).components
        let attempt = WebhookAttempt(
            number: delivery.attempts + 1, at: at,
            milliseconds: spent.seconds * 1000 + spent.attoseconds / 1_000_000_000_000_000, status: outcome.status,
            failure: outcome.failure, answer: outcome.answer
        )
        do {
            // A call that was cut short by the end of the server says nothing about the receiver.
            if outcome.status == nil, Task.isCancelled {
                try await engine.write { [webhooks] tx in try webhooks.deliveries.handBack(delivery.id, tx) }
            } else {
                try await note(attempt, of: delivery, to: webhook, retryAfter: outcome.retryAfter)
            }
        } catch {
            logger.error(
                "what became of a message could not be noted: it will be sent again",
                metadata: ["message": "\(delivery.messageID)", "cause": "\(error)"]
            )
        }
    }

    private func note(
        _ attempt: WebhookAttempt, of delivery: WebhookDelivery, to webhook: Webhook, retryAfter: Int64?
    ) async throws {
        let now = surroundings.now()
        let verdict = WebhookRules.judge(delivery, status: attempt.status, retryAfter: retryAfter, at: now)
        try await engine.write { [webhooks] tx in
            let (state, next): (WebhookDelivery.State, Instant?) =
                switch verdict {
                case .delivered: (.delivered, nil)
                case .dead: (.dead, nil)
                case .again(let next): (.due, next)
                case .gone: (.due, now)
                }
            guard try webhooks.deliveries.note(attempt, of: delivery, state: state, next: next, at: now, tx),
                verdict == .gone, var webhook = try webhooks.store.get(webhook.id, tx)
            else { return }
            webhook.isPaused = true
            webhook.pauseReason = "The receiver answered 410: it is gone for good."
            try webhooks.store.update(webhook, tx)
        }
        switch verdict {
        case .delivered: webhooks.outcomes.note(.delivered)
        case .dead: webhooks.outcomes.note(.dead)
        case .again, .gone: webhooks.outcomes.note(.failed)
        }
    }
}

/// The calls that are under way.
private final class Running: Sendable {
    private let counts = Mutex<[Webhook.ID: Int]>([:])

    var count: Int { counts.withLock { $0.values.reduce(0, +) } }

    func count(of webhook: Webhook.ID) -> Int { counts.withLock { $0[webhook] ?? 0 } }

    func begin(_ webhook: Webhook.ID) { counts.withLock { $0[webhook, default: 0] += 1 } }

    func end(_ webhook: Webhook.ID) {
        counts.withLock { counts in
            let left = (counts[webhook] ?? 0) - 1
            counts[webhook] = left > 0 ? left : nil
        }
    }

    /// Returns once no call is under way, or after `limit`.
    func settle(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while count > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
