import Database
import Domain
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Imports the files that were sent, and undoes imports, beside the requests: in small transactions, so that orders wait
/// for none of them for long.
///
/// What was broken off, by a kill or a stop, goes on where it stopped.
package struct ImportWorker: Service {
    private let imports: ImportService
    private let logger: Logger
    /// After how long without news of its worker a run is taken for broken off.
    private let leaseSeconds: Int64

    /// Items of one transaction.
    private static let batchSize = 100
    private static let idle = Duration.milliseconds(200)
    private static let afterFailure = Duration.seconds(2)
    private static let clearing = Duration.seconds(300)
    /// How long a file is kept, for another look or try.
    private static let uploadSeconds: Int64 = 7 * 86_400
    /// How long refused rows are kept, and an import can be undone.
    package static let traceSeconds: Int64 = 30 * 86_400

    package init(_ services: Services, leaseSeconds: Int64 = 60, logger: Logger) {
        (imports, self.leaseSeconds, self.logger) = (services.imports, leaseSeconds, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                // This process alone works on the data directory. On a server other nodes' runs end by their leases.
                if !imports.orders.engine.isShared {
                    try await imports.orders.engine.write { [runs = imports.runs] tx in try runs.releaseAll(tx) }
                }
            } catch {
                logger.error("imports could not be taken over", metadata: ["cause": "\(error)"])
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await repeatedly(Self.idle, "an import") { while try await workOnce() {} } }
                group.addTask { await repeatedly(Self.clearing, "clearing imports up") { try await clear() } }
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

    /// Does the next import or undoing to its end, and returns whether there was one.
    package func workOnce() async throws -> Bool {
        let now = imports.orders.surroundings.now()
        guard try imports.orders.engine.read({ tx in try imports.runs.hasWork(at: now, tx) }) else { return false }
        let run = try await imports.orders.engine.write { [imports, leaseSeconds] tx in
            try imports.runs.claim(
                by: imports.identifiers.holder(imports.orders.surroundings), at: now,
                until: now.adding(seconds: leaseSeconds), tx
            )
        }
        guard let run else { return false }
        do {
            try await RunHold.during(leaseSeconds: leaseSeconds) {
                try await renew(run)
            } work: {
                if run.state == .undoing { try await undo(run) } else { try await make(run) }
            }
        } catch is RunHold.Lost {
            logger.info("an import was cancelled, or is another's by now", metadata: ["import": "\(run.id.rawValue)"])
        } catch let error where error is CancellationError || Outage(error) != nil {
            // Another worker, or this one later, goes on.
            try await imports.orders.engine.write { [runs = imports.runs] tx in
                try runs.release(run.id, by: run.holder, tx)
            }
            throw error
        }
        return true
    }

    private func renew(_ run: ImportRun) async throws -> Bool {
        let lease = imports.orders.surroundings.now().adding(seconds: leaseSeconds)
        return try await imports.orders.engine.write { [runs = imports.runs] tx in
            try runs.renew(run.id, by: run.holder, until: lease, tx)
        }
    }

    private func undo(_ run: ImportRun) async throws {
        var run = run
        while run.state == .undoing {
            try Task.checkCancellation()
            run = try await ImportUndo(imports: imports).step(run)
        }
    }

    private func make(_ run: ImportRun) async throws {
        let last = Latest(run)
        do {
            var ended = try await read(run, last)
            ended.state = run.request.isDryRun ? .checked : .done
            ended.bytesDone = ended.bytesTotal
            try await end(ended)
        } catch is ImportService.Cancelled {
            logger.info("an import was cancelled", metadata: ["import": "\(run.id.rawValue)"])
        } catch let error where error is ImportError || error is FeatureOff {
            var ended = last.run
            ended.state = .failed
            ended.reason = "\(ImportService.renamed(error, imports.path(of: run) ?? "", run.source))"
            try await end(ended)
        }
    }

    private func read(_ run: ImportRun, _ last: Latest) async throws -> ImportRun {
        try await imports.bring(run)
        guard let path = imports.path(of: run), let kind = ImportKind(rawValue: run.kind) else {
            throw ImportError(.file, file: run.source, "The file is not there any more: send it again.")
        }
        if let feature = kind.feature { try imports.orders.references.require(feature) }
        var options = ImportService.Options()
        options.startsCampaigns = run.request.startsCampaigns
        options.isDryRun = run.request.isDryRun
        options.batchSize = Self.batchSize
        var start = run
        // A dry run keeps nothing, so it has no place to go on from.
        if run.request.isDryRun { start = try await fresh(run) }
        let reader = try ImportReader(
            paths: [path], kind: kind, request: run.request, context: imports.orders.references.current.reading
        )
        let refused = DryRefused()
        let ended = try await imports.work(start, reader, options) { progress, rows in
            last.set(progress.run)
            if run.request.isDryRun { refused.add(rows, progress.run) }
        }
        if run.request.isDryRun { try await keep(refused.items, ended) }
        return ended
    }

    private func fresh(_ run: ImportRun) async throws -> ImportRun {
        var start = ImportRun(
            id: run.id, kind: run.kind, source: run.source, fingerprint: run.fingerprint, startedAt: run.startedAt
        )
        (start.state, start.actor, start.request, start.holder) = (run.state, run.actor, run.request, run.holder)
        (start.upload, start.bytesTotal) = (run.upload, run.bytesTotal)
        return start
    }

    private func keep(_ rows: [RefusedItem], _ run: ImportRun) async throws {
        try await imports.orders.engine.write { [traces = imports.traces] tx in
            try traces.deleteRefused(of: run.id, tx)
            for row in rows { try traces.insert(row, of: run.id, tx) }
        }
    }

    private func end(_ run: ImportRun) async throws {
        var ended = run
        ended.finishedAt = ended.state == .checked ? nil : imports.orders.surroundings.now()
        try await imports.orders.engine.write { [runs = imports.runs, ended] tx in
            // Somebody may have cancelled it meanwhile.
            guard let now = try runs.get(ended.id, tx), now.state == .running, now.holder == ended.holder else {
                return
            }
            try runs.update(ended, tx)
        }
    }

    /// Removes files that are not wanted any more, and forgets what was kept for undoing.
    package func clear() async throws {
        let now = imports.orders.surroundings.now()
        let wanted = try await imports.orders.engine.write { [imports] tx in
            try imports.traces.forget(before: now.adding(seconds: -Self.traceSeconds), tx)
            return try imports.runs.expireUploads(before: now.adding(seconds: -Self.uploadSeconds), tx)
        }
        try await imports.files.clear { tx in
            try imports.runs.uploads(tx).union(ExportRunStore().files(tx))
        }
        let directory = imports.directory
        guard FileManager.default.fileExists(atPath: directory) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !wanted.contains(name) {
            let path = "\(directory)/\(name)"
            let changed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            // One that is being sent just now has no run yet.
            guard let changed, now.date.timeIntervalSince(changed) > 86_400 else { continue }
            try FileManager.default.removeItem(atPath: path)
        }
    }
}
