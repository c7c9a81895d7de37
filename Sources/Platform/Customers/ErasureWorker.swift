import Domain
import Logging
import ServiceLifecycle

/// Goes on with erasures that a stop cut short.
package struct ErasureWorker: Service {
    private let customers: CustomerService
    private let logger: Logger

    private static let interval = Duration.seconds(300)

    package init(_ services: Services, logger: Logger) {
        (customers, self.logger) = (services.customers, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await finish()
                    if count > 0 { logger.info("finished erasures", metadata: ["customers": "\(count)"]) }
                } catch {
                    logger.error("finishing erasures failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Ends what was begun, and returns how many erasures that were.
    package func finish() async throws -> Int { try await customers.finishErasures() }
}
