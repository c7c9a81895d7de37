import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Removes for good what was deleted thirty days ago (spec orders.md, rule 7).
package struct OrderPurge: Service {
    private let engine: Engine
    private let surroundings: Surroundings
    private let logger: Logger

    private static let keptSeconds: Int64 = 30 * 86_400
    /// Orders of one transaction: other writes wait no longer than these take.
    private static let batchSize = 200
    private static let interval = Duration.seconds(3600)

    package init(_ services: Services, logger: Logger) {
        (engine, surroundings, self.logger) = (services.engine, services.surroundings, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await purge()
                    if count > 0 { logger.info("purged deleted orders and receipts", metadata: ["rows": "\(count)"]) }
                } catch {
                    logger.error("purging deleted orders and receipts failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Removes all that is due now, and returns how many orders and receipts went.
    package func purge() async throws -> Int {
        let due = surroundings.now().adding(seconds: -Self.keptSeconds)
        var total = 0
        while true {
            let count = try await engine.write { tx in
                try OrderStore().purge(deletedBefore: due, limit: Self.batchSize, tx)
                    + ReceiptStore().purge(deletedBefore: due, limit: Self.batchSize, tx)
            }
            total += count
            if count < Self.batchSize { return total }
        }
    }
}
