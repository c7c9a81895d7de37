import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Removes messages of webhooks that need be kept no longer.
package struct WebhookSweep: Service {
    private let engine: Engine
    private let surroundings: Surroundings
    private let logger: Logger
    private let deliveries = WebhookDeliveryStore()

    /// What was delivered is kept for a week, what was not for thirty days.
    private static let deliveredSeconds: Int64 = 7 * 86_400
    private static let deadSeconds: Int64 = 30 * 86_400
    /// Messages of one transaction: other writes wait no longer than these take.
    private static let batchSize = 200
    private static let interval = Duration.seconds(1800)

    package init(_ services: Services, logger: Logger) {
        (engine, surroundings, self.logger) = (services.engine, services.surroundings, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await sweep()
                    if count > 0 { logger.info("removed old messages of webhooks", metadata: ["messages": "\(count)"]) }
                } catch {
                    logger.error("removing old messages of webhooks failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Removes all that is due now, and returns how many messages went.
    package func sweep() async throws -> Int {
        let now = surroundings.now()
        let (delivered, dead) = (now.adding(seconds: -Self.deliveredSeconds), now.adding(seconds: -Self.deadSeconds))
        var total = 0
        while true {
            let expired = try await engine.readLong { [deliveries] tx in
                try deliveries.expired(deliveredBefore: delivered, deadBefore: dead, limit: 20 * Self.batchSize, tx)
            }
            for start in stride(from: 0, to: expired.count, by: Self.batchSize) {
                let batch = Array(expired[start..<min(start + Self.batchSize, expired.count)])
                try await engine.write { [deliveries] tx in try deliveries.remove(batch, at: now, tx) }
            }
            total += expired.count
            if expired.isEmpty { break }
        }
        while try await engine.write({ [deliveries] tx in
            try deliveries.removeStrayStreams(limit: Self.batchSize, tx)
        }) == Self.batchSize {}
        return total
    }
}
