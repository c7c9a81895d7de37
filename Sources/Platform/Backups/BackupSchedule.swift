import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Copies the data every so often while the server runs, and keeps the newest copies.
package struct BackupSchedule: Service {
    /// When, where to and how many.
    package struct Plan: Hashable, Sendable {
        /// 0 for never.
        package var everyHours: Int
        package var folder: String
        /// Older ones of ours are removed.
        package var keep: Int

        package init(everyHours: Int, folder: String, keep: Int) {
            (self.everyHours, self.folder, self.keep) = (everyHours, folder, keep)
        }
    }

    private let data: String
    private let plan: Plan
    private let audit: AuditLog
    private let logger: Logger

    /// How often it looks whether a copy is due; after one that failed it looks again as soon.
    private static let interval = Duration.seconds(60)
    private static let prefix = "reorder-"

    /// - Parameter audit: The log of the data that is copied.
    package init(of data: String, _ plan: Plan, audit: AuditLog, logger: Logger) {
        (self.data, self.plan, self.audit, self.logger) = (data, plan, audit, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Without a plan it only waits for the end, as every service does.
            while plan.everyHours == 0, !Task.isCancelled { try? await Task.sleep(for: Self.interval) }
            while !Task.isCancelled {
                do {
                    if let summary = try await takeIfDue() {
                        logger.info(
                            "backed up", metadata: ["file": "\(summary.file)", "bytes": "\(summary.bytes)"]
                        )
                    }
                } catch is CancellationError {
                    // The server stops; what was begun is thrown away, and made anew after the start.
                    return
                } catch {
                    logger.error("the backup failed", metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Makes a copy where the newest is old enough, and removes the oldest; nil where none is due.
    ///
    /// - Throws: What `Backup.take` throws.
    package func takeIfDue() async throws -> Backup.Summary? {
        let surroundings = audit.surroundings
        let now = surroundings.now()
        if let last = LastBackup.load(from: data)?.at, last <= now,
            now.milliseconds - last.milliseconds < Int64(plan.everyHours) * 3_600_000
        {
            return nil
        }
        let file = "\(plan.folder)/\(Self.prefix)\(now.stamp).sqlite"
        let summary = try await OwnThread.run { [data] in
            try Backup.take(of: data, to: file, surroundings: surroundings)
        }
        try await audit.note(summary.entry(by: .system))
        try Self.removeOldest(in: plan.folder, prefix: Self.prefix, keep: plan.keep, besides: file)
        return summary
    }

    /// Removes all but the newest files of a kind; their names say how old they are.
    ///
    /// - Parameter made: The one just made, which stays even where the clock was set back.
    static func removeOldest(in folder: String, prefix: String, keep: Int, besides made: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".sqlite") && !made.hasSuffix("/" + $0) }.sorted()
        for name in names.dropLast(keep - 1) { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }
}

/// Runs what blocks for long on a thread of its own: those of tasks are few, and answer requests.
enum OwnThread {
    /// - Throws: What `body` throws; `CancellationError` as soon as the task is cancelled, though the thread goes on.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        let waiting = Mutex<CheckedContinuation<Result, any Error>?>(nil)
        let answer: @Sendable (Swift.Result<Result, any Error>) -> Void = { result in
            waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }?.resume(with: result)
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.withLock { $0 = continuation }
                guard !Task.isCancelled else { return answer(.failure(CancellationError())) }
                Thread { answer(Swift.Result { try body() }) }.start()
            }
        } onCancel: {
            answer(.failure(CancellationError()))
        }
    }
}
