import Crypto
import Database
import Domain
import Foundation
import Storage

/// Brings files of orders, receipts, customers or products in (spec orders.md, "Formats understood on import").
package struct ImportService: Sendable {
    let orders: OrderService
    let receipts: ReceiptWriter
    let products: ProductService
    let identifiers: Identifiers
    let audit: AuditLog
    /// Where the files are that were sent.
    let directory: String
    let files: RunFiles
    let runs = ImportRunStore()
    let traces = ImportTraceStore()

    /// Items of one transaction, where nobody else waits: on a server a commit costs more.
    private var batchSize: Int { orders.engine.isShared ? 1000 : 500 }

    package struct Options: Sendable {
        /// False for history, which starts no campaigns.
        package var startsCampaigns = true
        /// Do everything but keep it.
        package var isDryRun = false
        /// The audience that customers are put into, by its code.
        package var audience: String?
        /// Items of one transaction, many where it is not said: other writes wait as long as these take.
        package var batchSize: Int?

        package init() {}
    }

    /// What the caller is told while an import runs.
    package struct Progress: Sendable {
        package var run: ImportRun
        package var reading: ImportProgress
        /// The header of the CSV in hand, to begin a file of refused rows with.
        package var header: [UInt8]?
    }

    /// A row that was not taken.
    package struct Refused: Sendable {
        package var item: ImportItem
        package var reason: String
    }

    /// Imports all items of `reader`, as the command line does; each batch is on disk before the next is written.
    ///
    /// An import of the same files that was broken off goes on where it stopped.
    ///
    /// - Parameter report: Called after each batch, with the rows it refused.
    /// - Throws: `ImportError` when a file cannot be read further or there is no such audience, `DatabaseError`. What came before stands. `FeatureOff`
    ///   when the project has what is imported switched off.
    package func run(
        _ reader: consuming ImportReader, source: String, fingerprint: String, _ options: Options = Options(),
        report: @Sendable (Progress, [Refused]) throws -> Void
    ) async throws -> ImportRun {
        if let feature = reader.kind.feature { try orders.references.require(feature) }
        try requireAudience(options.audience, of: reader.kind)
        let run = try await begin(reader.kind, source, fingerprint, options)
        var ended = try await work(run, reader, options, report: report)
        ended.finishedAt = orders.surroundings.now()
        ended.state = .done
        guard !options.isDryRun else { return ended }
        try await orders.engine.write { [runs, ended] tx in try runs.update(ended, tx) }
        return ended
    }

    /// Imports the items of `reader` that a run has not had, and returns it as it is then.
    func work(
        _ run: ImportRun, _ reader: consuming ImportReader, _ options: Options,
        report: @Sendable (Progress, [Refused]) throws -> Void
    ) async throws -> ImportRun {
        var (run, reader) = (run, reader)
        for _ in 0..<run.itemsDone { _ = try reader.next() }
        let context = orders.references.current.reading
        let batchSize = options.batchSize ?? batchSize
        var batch = try ImportBatch(from: &reader, limit: batchSize, context)
        while !batch.items.isEmpty {
            try Task.checkCancellation()
            let current = batch
            var before = run
            (before.bytesDone, before.bytesTotal) = (
                Int64(reader.progress.bytesRead), Int64(reader.progress.bytesTotal)
            )
            before.header = reader.rawHeader.map { String(decoding: $0, as: UTF8.self) } ?? before.header
            async let written = write(current, run: before, options)
            // Read while the disk writes.
            batch =
                batch.failure == nil
                ? try ImportBatch(from: &reader, limit: batchSize, context)
                : ImportBatch(failure: batch.failure)
            let done = try await written
            run = done.run
            try report(Progress(run: run, reading: reader.progress, header: reader.rawHeader), done.refused)
        }
        if let failure = batch.failure { throw failure }
        return run
    }

    /// A text that is the same while the files, their mapping and their kind are.
    ///
    /// - Throws: The file system's error for a file that is not there.
    package static func fingerprint(of paths: [String], kind: ImportKind?) throws -> String {
        var hash = SHA256()
        for path in paths {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let size = attributes[.size] as? Int ?? 0
            let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            hash.update(data: Data("\(path) \(size) \(modified)\n".utf8))
        }
        hash.update(data: Data((kind.map { "\($0)" } ?? "").utf8))
        return hash.finalize().map { String($0, radix: 16) }.joined()
    }

    private func begin(
        _ kind: ImportKind, _ source: String, _ fingerprint: String, _ options: Options
    ) async throws -> ImportRun {
        try await orders.engine.write { [self] tx in
            let holder = identifiers.holder(orders.surroundings)
            if !options.isDryRun, var run = try runs.unfinished(fingerprint: fingerprint, tx) {
                (run.state, run.holder) = (.running, holder)
                try runs.update(run, tx)
                return run
            }
            let now = orders.surroundings.now()
            var run = ImportRun(
                id: identifiers.next(at: now), kind: "\(kind)", source: source, fingerprint: fingerprint, startedAt: now
            )
            (run.request.startsCampaigns, run.holder) = (options.startsCampaigns, holder)
            run.request.audience = options.audience
            guard !options.isDryRun else { return run }
            try runs.insert(run, tx)
            try audit.append(tx, AuditEntry(.importStarted, run.auditObject, by: .cli, after: run.facts))
            return run
        }
    }
}
