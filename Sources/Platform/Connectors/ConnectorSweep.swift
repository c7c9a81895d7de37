import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Forgets after thirty days which messages of shops came, and which were refused.
package struct ConnectorSweep: Service {
    private let engine: Engine
    private let surroundings: Surroundings
    private let logger: Logger

    private static let keptSeconds: Int64 = 30 * 86_400
    private static let batchSize = 500
    private static let interval = Duration.seconds(3600)

    package init(_ services: Services, logger: Logger) {
        (engine, surroundings, self.logger) = (services.engine, services.surroundings, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep()
                } catch {
                    logger.error("forgetting old messages of shops failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Forgets all that is due now.
    package func sweep() async throws {
        let due = surroundings.now().adding(seconds: -Self.keptSeconds)
        while try await engine.write({ tx in
            try ShopConnectionStore().forget(before: due, limit: Self.batchSize, tx)
        }) >= Self.batchSize {}
    }
}
