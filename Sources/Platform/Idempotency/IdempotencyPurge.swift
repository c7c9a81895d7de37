import Logging
import ServiceLifecycle

/// Forgets the answers that were kept for a day.
package struct IdempotencyPurge: Service {
    private let idempotency: IdempotencyService
    private let logger: Logger

    private static let interval = Duration.seconds(3600)

    package init(_ services: Services, logger: Logger) { (idempotency, self.logger) = (services.idempotency, logger) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await idempotency.purge()
                    if count > 0 { logger.info("forgot kept answers", metadata: ["answers": "\(count)"]) }
                } catch {
                    logger.error("forgetting kept answers failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
