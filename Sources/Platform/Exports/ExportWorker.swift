import Database
import Domain
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Makes the exports that were asked for, two at a time, and clears their files up.
///
/// An export that was broken off, by a kill or a stop, is begun anew: a file has its name only once it is whole. One
/// that fails stops no other.
package struct ExportWorker: Service {
    private let exports: ExportService
    private let logger: Logger
    private let byteLimit: Int64
    /// After how long without news of its worker a run is taken for broken off.
    private let leaseSeconds: Int64

    /// How long a file is kept.
    package static let keptSeconds: Int64 = 86_400
    /// How long a run is remembered after that.
    private static let rememberedSeconds: Int64 = 30 * 86_400
    private static let idle = Duration.milliseconds(200)
    private static let afterFailure = Duration.seconds(2)
    /// How often progress is written down.
    private static let pace = Duration.milliseconds(500)
    private static let clearing = Duration.seconds(60)

    /// - Parameter byteLimit: What all files may hold together.
    package init(_ services: Services, byteLimit: Int, leaseSeconds: Int64 = 60, logger: Logger) {
        (exports, self.byteLimit, self.logger) = (services.exports, Int64(byteLimit), logger)
        self.leaseSeconds = leaseSeconds
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await takeOver()
            } catch {
                logger.error("exports could not be taken over", metadata: ["cause": "\(error)"])
            }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask { await repeatedly(Self.idle, "an export") { while try await workOnce() {} } }
                }
                group.addTask { await repeatedly(Self.clearing, "clearing exports up") { try await clear() } }
            }
        }
    }

    private func repeatedly(_ pause: Duration, _ what: String, _ body: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
            } catch is CancellationError {
                return
            } catch {
                logger.error("\(what) failed", metadata: ["cause": "\(error)"])
                // What fails, as without a database, is not tried so often; nor told of.
                try? await Task.sleep(for: Self.afterFailure)
            }
            // A sleep that is cut short is the end of the loop, which the condition sees.
            try? await Task.sleep(for: pause)
        }
    }

    /// Takes over what an earlier process left: this one alone works on the data directory.
    ///
    /// Beside a server other nodes may work on the directory; what they leave goes by its lease.
    private func takeOver() async throws {
        try FileManager.default.createDirectory(
            atPath: exports.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        guard !exports.engine.isShared else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: exports.directory) where name.hasSuffix(".part")
        {
            try FileManager.default.removeItem(atPath: "\(exports.directory)/\(name)")
        }
        try await exports.engine.write { [runs = exports.runs] tx in try runs.releaseAll(tx) }
    }

    /// Makes the next export, and returns whether there was one.
    package func workOnce() async throws -> Bool {
        let now = exports.surroundings.now()
        guard try exports.engine.read({ tx in try exports.runs.hasWork(at: now, tx) }) else { return false }
        let run = try await exports.engine.write { [exports, leaseSeconds] tx in
            try exports.runs.claim(
                by: exports.identifiers.holder(exports.surroundings), at: now,
                until: now.adding(seconds: leaseSeconds), tx
            )
        }
        guard let run else { return false }
        do {
            try await RunHold.during(leaseSeconds: leaseSeconds) {
                try await renew(run)
            } work: {
                try await make(run)
            }
        } catch is RunHold.Lost {
            logger.info("an export was cancelled, or is another's by now", metadata: ["export": "\(run.id.rawValue)"])
        }
        return true
    }

    private func renew(_ run: ExportRun) async throws -> Bool {
        let lease = exports.surroundings.now().adding(seconds: leaseSeconds)
        return try await exports.engine.write { [runs = exports.runs] tx in try runs.renew(run, until: lease, tx) }
    }

    private func make(_ run: ExportRun) async throws {
        let path = exports.filePath(run)
        let part = "\(path).part"
        var ended = run
        do {
            try FileManager.default.createDirectory(
                atPath: exports.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
            let pace = Pace(Self.pace)
            let written = try await exports.write(run.request, to: .path(part)) { rows, total, bytes in
                guard bytes <= byteLimit else { throw ExportError.tooLarge(limit: byteLimit) }
                if pace.isDue { try await note(run, rows, total) }
            }
            guard written.bytes <= byteLimit else { throw ExportError.tooLarge(limit: byteLimit) }
            try ExportService.settle(part, as: path)
            if exports.files.areUsed {
                let file = ExportRunStore.fileName(run.id, run.holder)
                try await exports.files.store(path, as: file)
                ended.file = file
                remove(path)
            }
            (ended.state, ended.rowsDone, ended.rowsTotal) = (.done, written.rows, written.rows)
            ended.bytes = written.bytes
        } catch is CancellationError {
            for path in [part, path] { remove(path) }
            try await exports.engine.write { [runs = exports.runs] tx in try runs.release(run, tx) }
            throw CancellationError()
        } catch {
            for path in [part, path] { remove(path) }
            // Without its database a server makes no file: the export is begun anew when it is back.
            if exports.files.areUsed, Outage(error) != nil { throw error }
            (ended.state, ended.reason) = (.failed, Self.sentence(error))
            if case .cancelled = error as? ExportError {
            } else {
                logger.error("an export failed", metadata: ["export": "\(run.id.rawValue)", "cause": "\(error)"])
            }
        }
        ended.finishedAt = exports.surroundings.now()
        ended.expiresAt = ended.finishedAt?.adding(seconds: Self.keptSeconds)
        let wasWanted = try await exports.engine.write { [runs = exports.runs, ended] tx in try runs.finish(ended, tx) }
        if !wasWanted { try await exports.removeFile(of: ended) }
    }

    private func note(_ run: ExportRun, _ rows: Int64, _ total: Int64) async throws {
        let isWanted = try await exports.engine.write { [runs = exports.runs] tx in
            try runs.progress(run, rows: rows, of: total, tx)
        }
        guard isWanted else { throw ExportError.cancelled }
    }

    private func remove(_ path: String) {
        // It may not have come into being.
        do { try FileManager.default.removeItem(atPath: path) } catch {}
    }

    /// Removes files whose time is over, that are too many, or that belong to nothing.
    package func clear() async throws {
        let now = exports.surroundings.now()
        let kept = try await exports.engine.write { [runs = exports.runs, byteLimit] tx in
            try runs.expireOldest(keeping: byteLimit, tx)
            try runs.forget(before: now.adding(seconds: -Self.rememberedSeconds), tx)
            return Set(try runs.expire(at: now, tx).map { String($0.rawValue) })
        }
        for file in try await exports.engine.write({ [runs = exports.runs] tx in try runs.forgetFiles(tx) }) {
            try await exports.files.remove(file)
        }
        guard FileManager.default.fileExists(atPath: exports.directory) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: exports.directory) {
            let id = name.prefix { $0 != "." && $0 != "-" }
            if !kept.contains(String(id)) { remove("\(exports.directory)/\(name)") }
        }
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as ExportError: return error.description
        case let faults as Faults: return faults.all.map(\.detail).joined(separator: " ")
        case let refusal as Refusal: return refusal.detail
        default:
            return Outage(error) == nil
                ? "Something went wrong here; it was logged." : "The disk or the database did not take part: try again."
        }
    }
}
