import Crypto
import Database
import Domain
import Foundation
import Storage

/// Brings files of orders, customers or products in (spec orders.md, "Formats understood on import").
package struct ImportService: Sendable {
    let orders: OrderService
    let products: ProductService
    let identifiers: Identifiers
    private let runs = ImportRunStore()

    /// Items of one transaction.
    private static let batchSize = 500

    init(orders: OrderService, products: ProductService, identifiers: Identifiers) {
        (self.orders, self.products, self.identifiers) = (orders, products, identifiers)
    }

    package struct Options: Sendable {
        /// False for history, which starts no campaigns.
        package var startsCampaigns = true
        /// Do everything but keep it.
        package var isDryRun = false

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

    /// Imports all items of `reader`; each batch is on disk before the next is written.
    ///
    /// An import of the same files that was broken off goes on where it stopped.
    ///
    /// - Parameter report: Called after each batch, with the rows it refused.
    /// - Throws: `ImportError` when a file cannot be read further, `DatabaseError`. What came before stands. `FeatureOff`
    ///   when the project has what is imported switched off.
    package func run(
        _ reader: consuming ImportReader, source: String, fingerprint: String, _ options: Options = Options(),
        report: @Sendable (Progress, [Refused]) throws -> Void
    ) async throws -> ImportRun {
        if let feature = reader.kind.feature { try orders.references.require(feature) }
        var reader = reader
        var run = try await begin(reader.kind, source, fingerprint, options)
        for _ in 0..<run.itemsDone { _ = try reader.next() }
        let context = orders.references.current.reading
        var batch = try Self.batch(from: &reader, context)
        while !batch.items.isEmpty {
            let (current, failure) = (batch.items, batch.failure)
            let before = run
            async let written = write(current, run: before, options)
            // Read while the disk writes.
            batch = failure == nil ? try Self.batch(from: &reader, context) : ([], failure)
            let (after, refused) = try await written
            run = after
            try report(Progress(run: run, reading: reader.progress, header: reader.rawHeader), refused)
        }
        if let failure = batch.failure { throw failure }
        return try await finish(run, options)
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
            if !options.isDryRun, let run = try runs.unfinished(fingerprint: fingerprint, tx) { return run }
            let now = orders.surroundings.now()
            let run = ImportRun(
                id: identifiers.next(at: now), kind: "\(kind)", source: source, fingerprint: fingerprint, startedAt: now
            )
            if !options.isDryRun { try runs.insert(run, tx) }
            return run
        }
    }

    private func finish(_ run: ImportRun, _ options: Options) async throws -> ImportRun {
        var run = run
        run.finishedAt = orders.surroundings.now()
        guard !options.isDryRun else { return run }
        return try await orders.engine.write { [runs, run] tx in
            try runs.update(run, tx)
            return run
        }
    }

    // MARK: Reading

    /// An item with what it says, or why it cannot be taken.
    private struct Decoded: Sendable {
        var item: ImportItem
        var content: Result<Content, Faults>
    }

    private enum Content: Sendable {
        case order(OrderPatch, customer: CustomerPatch?)
        case customer(CustomerPatch)
        case product(ProductPatch)
    }

    /// The next items; fewer where a file cannot be read further, with the reason.
    private static func batch(
        from reader: inout ImportReader, _ context: ReadingContext
    ) throws -> (items: [Decoded], failure: ImportError?) {
        var batch: [Decoded] = []
        do {
            while batch.count < batchSize, let item = try reader.next() {
                batch.append(Decoded(item: item, content: try decode(item, reader.kind, context)))
            }
        } catch let error as ImportError {
            return (batch, error)
        }
        return (batch, nil)
    }

    private static func decode(
        _ item: ImportItem, _ kind: ImportKind, _ context: ReadingContext
    ) throws -> Result<Content, Faults> {
        switch item.content {
        case .order(let patch, let customer): return .success(.order(patch, customer: customer))
        case .customer(let patch): return .success(.customer(patch))
        case .product(let patch): return .success(.product(patch))
        case .refused(let reason): return .failure(Faults("", "refused", reason))
        case .json(let bytes):
            do {
                return .success(
                    try JSONReader.read(bytes) { reader in
                        switch kind {
                        case .orders: .order(try OrderPatch.decode(&reader, base: "", context), customer: nil)
                        case .customers: .customer(try CustomerPatch.decode(&reader, base: "", context))
                        case .products: .product(try ProductPatch.decode(&reader, base: "", context))
                        }
                    }
                )
            } catch let faults as Faults {
                return .failure(faults)
            } catch let error as JSONError {
                return .failure(Faults("", "malformed_json", "\(error.message) (byte \(error.offset))"))
            }
        }
    }

    // MARK: Writing

    /// A dry run ends each batch with this, so that the transaction is rolled back.
    private struct DryRun: Error {
        var run: ImportRun
        var refused: [Refused]
    }

    private func write(
        _ batch: [Decoded], run: ImportRun, _ options: Options
    ) async throws -> (ImportRun, [Refused]) {
        let terms = OrderWriter.Terms(
            origin: Origin(actor: run.source, channel: .import), startsCampaigns: options.startsCampaigns
        )
        do {
            return try await orders.commit { [self] tx in
                let now = orders.surroundings.now()
                var (run, refused) = (run, [Refused]())
                var (written, people) = ([OrderWriter.Written](), [CustomerColumns.Move]())
                for decoded in batch {
                    run.itemsDone += 1
                    do {
                        let kind = try write(try decoded.content.get(), terms, at: now, tx, &written, &people)
                        switch kind {
                        case .created: run.created += 1
                        case .updated, .deleted: run.updated += 1
                        case .unchanged, .stale: run.unchanged += 1
                        }
                    } catch let faults as Faults {
                        run.refused += 1
                        refused.append(Refused(item: decoded.item, reason: Self.sentence(faults)))
                    }
                }
                if options.isDryRun { throw DryRun(run: run, refused: refused) }
                try runs.update(run, tx)
                return OrderService.Outcome(written: written, people: people, result: (run, refused))
            }
        } catch let dryRun as DryRun {
            return (dryRun.run, dryRun.refused)
        }
    }

    private func write(
        _ content: Content, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection,
        _ written: inout [OrderWriter.Written], _ people: inout [CustomerColumns.Move]
    ) throws -> OrderWriter.Written.Kind {
        switch content {
        case .customer(let patch):
            let customer = try orders.writer.customers.register(patch, terms, at: now, tx)
            if let move = customer.move { people.append(move) }
            return customer.kind
        case .product(let patch):
            return try products.register(patch, at: now, tx).kind
        case .order(let patch, let customer):
            var terms = terms
            terms.person = customer
            let result = try orders.writer.register(patch, terms, at: now, tx)
            written.append(result)
            return result.kind
        }
    }

    private static func sentence(_ faults: Faults) -> String {
        faults.all.map { fault in
            let path = fault.pointer.replacing("/data/attributes", with: "").split(separator: "/").joined(
                separator: ".")
            return path.isEmpty ? fault.detail : "\(path): \(fault.detail)"
        }.joined(separator: " ")
    }
}
