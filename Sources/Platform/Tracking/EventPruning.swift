import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Removes events that need be kept no longer, and visitors who never said who they are.
package struct EventPruning: Service {
    private let tracking: TrackingService
    private let logger: Logger

    /// Rows of one transaction: other writes wait no longer than these take.
    private static let portion = 500
    private static let interval = Duration.seconds(3600)
    private static let day: Int64 = 86_400
    /// Names of messages are known for so long.
    private static let keyDays: Int64 = 31
    private static let refusalDays: Int64 = 30

    private var writer: TrackedWriter { tracking.writer }
    private var engine: Engine { tracking.engine }

    package init(_ services: Services, logger: Logger) { (tracking, self.logger) = (services.tracking, logger) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await prune()
                    if count > 0 { logger.info("removed old events", metadata: ["events": "\(count)"]) }
                } catch {
                    logger.error("removing old events failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Removes all that is due now, and returns how many events went.
    @discardableResult package func prune() async throws -> Int {
        let now = tracking.now
        @Sendable func ago(_ days: Int64) -> Instant { now.adding(seconds: -days * Self.day) }
        let kept = tracking.references.current.project?.eventDays ?? Project.standardEventDays
        var total = 0
        while true {
            let count = try await tracking.orders.segments.write { [writer] tx in
                try writer.events.prune(before: ago(kept), limit: Self.portion, tx)
            }
            total += count
            if count < Self.portion { break }
        }
        for number in 0..<Bucket.count where !Task.isCancelled {
            total += try await prune(Bucket(rawValue: number), anonymousBefore: ago(Visitor.retentionDays), ago(kept))
            let bucket = Bucket(rawValue: number)
            let hasOld = try engine.read { [writer] tx in
                try writer.inbox.hasOld(in: bucket, before: ago(Self.keyDays), tx)
            }
            guard hasOld else { continue }
            _ = try await engine.write { [writer] tx in
                try writer.inbox.forget(in: bucket, before: ago(Self.keyDays), tx)
            }
        }
        try await engine.write { [writer] tx in
            try writer.sources.forgetRefusals(before: ago(Self.refusalDays), tx)
            try writer.sources.forgetFigures(before: ago(Self.refusalDays), tx)
        }
        return total
    }

    /// Removes what anonymous visitors of a bucket did too long ago, and those of whom there was no sign since.
    private func prune(_ bucket: Bucket, anonymousBefore limit: Instant, _ kept: Instant) async throws -> Int {
        let old = try engine.read { [writer] tx in try writer.visitors.old(in: bucket, before: limit, tx) }
        var total = 0
        for visitor in old {
            guard visitor.customer == nil else {
                // Who they are is the customer's; the key alone goes once it was not seen for as long as events are kept.
                if visitor.lastAt < kept {
                    try await engine.write { [writer] tx in try writer.visitors.delete(visitor.key, tx) }
                }
                continue
            }
            var count = 0
            repeat {
                count = try await engine.write { [writer] tx in
                    // They may have said who they are since this was read.
                    guard let now = try writer.visitors.find(visitor.key, tx), now.customer == nil else { return 0 }
                    let owner = TrackedOwner(visitor.id)
                    let count = try writer.events.remove(of: owner, before: limit, limit: Self.portion, tx)
                    if count < Self.portion, now.lastAt < limit {
                        try writer.visitors.delete(visitor.key, tx)
                        try writer.mover.forgetContainers(of: owner, tx)
                    }
                    return count
                }
                total += count
            } while count == Self.portion
        }
        return total
    }
}
