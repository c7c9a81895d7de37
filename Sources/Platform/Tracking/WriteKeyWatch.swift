import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Notices the write keys that a command made or ended beside a server with data of its own; on a database that several
/// processes share, they tell each other.
package struct WriteKeyWatch: Service {
    private let tracking: TrackingService
    private let logger: Logger

    private static let interval = Duration.seconds(2)

    package init(_ services: Services, logger: Logger) { (tracking, self.logger) = (services.tracking, logger) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await tracking.noticeKeys()
                } catch {
                    logger.error("looking for new write keys failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
