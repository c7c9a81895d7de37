import Logging
import ServiceLifecycle

/// Lets time pass for segments: whoever enters or leaves by that alone does so within a second.
package struct SegmentClock: Service {
    private let board: SegmentBoard
    private let logger: Logger

    private static let interval = Duration.milliseconds(250)

    package init(_ services: Services, logger: Logger) { (board, self.logger) = (services.segmentBoard, logger) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await board.open()
                    board.pass()
                } catch {
                    logger.error("the index of segments cannot be built", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
