import Logging
import ServiceLifecycle

/// Lets time pass for segments: whoever enters or leaves by that alone does so within a second.
package struct SegmentClock: Service {
    private let board: SegmentBoard
    private let logger: Logger

    private static let interval = Duration.milliseconds(250)
    /// How often it is looked whether a snapshot is due.
    private static let lookInterval = Duration.seconds(10)

    package init(_ services: Services, logger: Logger) { (board, self.logger) = (services.segmentBoard, logger) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            async let snapshots: Void = leaveSnapshots()
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
            await snapshots
        }
    }

    /// Leaves a snapshot of the index now and then, so that a process that is killed is soon back.
    private func leaveSnapshots() async {
        while !Task.isCancelled {
            do { try await board.leaveSnapshotWhereDue() } catch {
                logger.warning("a snapshot of segments cannot be written", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: Self.lookInterval)
        }
    }
}
