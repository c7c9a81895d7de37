import Database
import Domain
import Storage

extension ImportService {
    /// Somebody cancelled the import, or goes on with it elsewhere; what came before stands.
    struct Cancelled: Error {}

    /// A dry run ends each batch with this, so that the transaction is rolled back.
    private struct DryRun: Error {
        var done: Done
    }

    /// How far a run is after a batch, and what it refused of it.
    struct Done: Sendable {
        var run: ImportRun
        var refused: [Refused] = []
    }

    /// Writes a batch in one transaction, with how far the run is then.
    func write(_ batch: ImportBatch, run: ImportRun, _ options: Options) async throws -> Done {
        let terms = OrderWriter.Terms(origin: run.origin, startsCampaigns: options.startsCampaigns)
        do {
            return try await orders.commit { [self] tx in
                let now = orders.surroundings.now()
                var outcome = OrderService.Outcome(result: Done(run: run))
                if options.isDryRun, run.findings == nil { outcome.result.run.findings = ImportFindings() }
                let audience = try audience(of: run, tx)
                var joined: [Customer.ID] = []
                try tx.ask { for decoded in batch.items { try ask(decoded, tx) } }
                for decoded in batch.items {
                    outcome.result.run.itemsDone += 1
                    do {
                        switch try write(try decoded.content.get(), terms, audience, at: now, tx, &outcome, &joined) {
                        case .created: outcome.result.run.created += 1
                        case .updated, .deleted: outcome.result.run.updated += 1
                        case .unchanged, .stale: outcome.result.run.unchanged += 1
                        }
                    } catch let faults as Faults {
                        outcome.result.run.refused += 1
                        let refused = Refused(item: decoded.item, reason: Self.sentence(faults))
                        outcome.result.refused.append(refused)
                        try note(refused, outcome.result.run, options, tx)
                    }
                }
                if let audience, !joined.isEmpty {
                    outcome.segments.append(.audience(audience.code, added: joined, removed: []))
                }
                if options.isDryRun { throw DryRun(done: outcome.result) }
                guard try runs.progress(outcome.result.run, tx) else { throw Cancelled() }
                return outcome
            }
        } catch let dryRun as DryRun {
            return dryRun.done
        }
    }

    /// Asks ahead for what the writing of an item looks up.
    private func ask(_ decoded: ImportBatch.Decoded, _ tx: Connection) throws {
        switch decoded.content {
        case .success(.order(let patch, _)): try orders.writer.ask(patch, tx)
        case .success(.customer(let patch)): _ = try orders.writer.customers.store.find(patch.externalID, tx)
        case .success(.receipt), .success(.product), .failure: break
        }
    }

    private func note(_ refused: Refused, _ run: ImportRun, _ options: Options, _ tx: Connection) throws {
        guard !options.isDryRun else { return }
        try traces.insert(Self.kept(refused, run.itemsDone), of: run.id, tx)
    }

    static func kept(_ refused: Refused, _ item: Int64) -> RefusedItem {
        RefusedItem(
            item: item, line: Int64(refused.item.line), reason: refused.reason,
            raw: String(decoding: refused.item.raw, as: UTF8.self)
        )
    }

    /// Writes what an item says, and notes in `outcome` what follows from it, and in `joined` who came into `audience`.
    private func write(
        _ content: ImportBatch.Content, _ terms: OrderWriter.Terms, _ audience: Segment?, at now: Instant,
        _ tx: Connection, _ outcome: inout OrderService.Outcome<Done>, _ joined: inout [Customer.ID]
    ) throws -> OrderWriter.Written.Kind {
        let kind: OrderWriter.Written.Kind
        let (externalID, changes): (String, [OrderChange])
        var trace: ImportTrace?
        let fields = try products.fields.writerBook(tx)
        switch content {
        case .order(let patch, let customer):
            var terms = terms
            terms.person = customer
            let written = try orders.writer.register(patch, terms, at: now, tx)
            outcome.written.append(written)
            if let before = written.before { try keep(before, of: outcome.result.run, tx) }
            (kind, externalID, changes) = (written.kind, patch.externalID, written.changes)
        case .receipt(let patch):
            let written = try receipts.register(patch, terms, at: now, tx)
            outcome.people += written.people
            outcome.profiles += written.profiles
            outcome.receipts += written.move.map { [$0] } ?? []
            outcome.touched += written.touchedOrder.map { [$0] } ?? []
            (kind, externalID, changes) = (written.kind, patch.externalID, written.changes)
            let receipt = written.stored.receipt
            let before = written.before.map { ReceiptPatch(restoring: $0, fields).text(fields) }
            trace = ImportTrace(before: before, id: receipt.id.rawValue, version: receipt.version)
        case .customer(let patch):
            let written = try orders.writer.customers.register(patch, terms, at: now, tx)
            outcome.people += written.move.map { [$0] } ?? []
            outcome.profiles += written.profile.map { [$0] } ?? []
            (kind, externalID, changes) = (written.kind, written.customer.externalID, written.changes)
            // Of one who did not change, what is restored is what is there.
            let former = written.kind == .created ? nil : written.before ?? written.customer
            let before = former.map { CustomerPatch(restoring: $0, fields).text(fields) }
            let id = written.customer.id
            trace = ImportTrace(before: before, id: id.rawValue, version: written.customer.version)
            if let audience, try SegmentMemberStore().add(id, to: audience.id, since: now, tx) {
                trace?.audience = audience.code
                joined.append(id)
            }
        case .product(let patch):
            let written = try products.register(patch, at: now, by: nil, tx)
            if let change = written.segmentChange { outcome.segments.append(change) }
            (kind, externalID, changes) = (written.kind, patch.externalID, [])
            let before = written.before.map { ProductPatch(restoring: $0, fields).text(fields) }
            trace = ImportTrace(before: before, id: written.product.id.rawValue, version: written.product.version)
        }
        switch kind {
        case .created: outcome.result.run.findings?.note(created: externalID)
        case .updated: outcome.result.run.findings?.note(changed: externalID, changes)
        case .unchanged, .stale, .deleted: guard trace?.audience != nil else { return kind }
        }
        if let trace { try traces.keep(trace, of: externalID, outcome.result.run.id, tx) }
        return kind
    }

    /// Keeps what an order was before a run changed it, for the run to be undone.
    private func keep(_ before: StoredOrder, of run: ImportRun, _ tx: Connection) throws {
        let book = try orders.writer.statuses.writerBook(tx)
        let fields = orders.references.current.reading.fields
        let description = OrderPatch(restoring: before, book, fields).text(fields)
        try traces.keep(description, of: before.order.externalID, run.id, tx)
    }

    private static func sentence(_ faults: Faults) -> String {
        // A row may say the same wrong thing several times, as in its history.
        var said: Set<Fault> = []
        return faults.all.filter { said.insert($0).inserted }.map { fault in
            let path = fault.pointer.replacing("/data/attributes", with: "").split(separator: "/").joined(
                separator: ".")
            return path.isEmpty ? fault.detail : "\(path): \(fault.detail)"
        }.joined(separator: " ")
    }
}
