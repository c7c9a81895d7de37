import Database
import Domain
import Storage

/// Undoing imports of receipts, customers and products, by what was kept of each that was written.
///
/// What nobody wrote to since goes, or is as it was before; the rest stays, and is noted with why.
extension ImportUndo {
    /// Undoes the next few, and returns the run as it is then.
    func step(_ run: ImportRun, of kind: ImportKind) async throws -> ImportRun {
        try await imports.orders.commit { tx in
            let now = imports.orders.surroundings.now()
            var outcome = OrderService.Outcome(result: run)
            let kept = try imports.traces.kept(of: run.id, limit: Self.batchSize, tx)
            if kept.isEmpty { (outcome.result.state, outcome.result.finishedAt) = (.undone, now) }
            for (externalID, json) in kept {
                try imports.traces.forget(externalID, of: run.id, tx)
                let trace = try ImportTraceStore.trace(json)
                do {
                    switch kind {
                    case .receipts: try undoReceipt(externalID, trace, &outcome, at: now, tx)
                    case .customers: try undoCustomer(externalID, trace, &outcome, at: now, tx)
                    case .products: try undoProduct(externalID, trace, &outcome, at: now, tx)
                    case .orders: break  // done by their history
                    }
                } catch let faults as Faults {
                    let reason = faults.all.map(\.detail).joined(separator: " ")
                    try leave(externalID, reason, &outcome.result, tx)
                }
            }
            guard try imports.runs.undoProgress(outcome.result, tx) else { throw RunHold.Lost() }
            return outcome
        }
    }

    private func undoReceipt(
        _ externalID: String, _ trace: ImportTrace, _ outcome: inout OrderService.Outcome<ImportRun>,
        at now: Instant, _ tx: Connection
    ) throws {
        let writer = imports.receipts
        guard let id = try writer.receipts.find(externalID, tx),
            let receipt = try writer.receipts.row(id, .empty, tx)?.receipt
        else { return }
        let other = try writer.links.history.page(of: id, limit: 1, tx).first?.change.origin.actor
        guard try isUntouched(externalID, trace, (id.rawValue, receipt.version), other, &outcome.result, tx) else {
            return
        }
        let written: ReceiptWriter.Written
        if let before = try trace.patch({ try ReceiptPatch.decode(&$0, base: "", reading) }) {
            written = try writer.register(before, terms(outcome.result), at: now, tx)
            if written.kind == .updated { outcome.result.undone.restored += 1 }
        } else {
            written = try writer.delete(externalID, terms(outcome.result), at: now, tx)
            outcome.result.undone.deleted += 1
        }
        outcome.people += written.people
        outcome.profiles += written.profiles
        outcome.receipts += written.move.map { [$0] } ?? []
        outcome.touched += written.touchedOrder.map { [$0] } ?? []
    }

    private func undoCustomer(
        _ externalID: String, _ trace: ImportTrace, _ outcome: inout OrderService.Outcome<ImportRun>,
        at now: Instant, _ tx: Connection
    ) throws {
        let writer = imports.orders.writer.customers
        guard let found = try writer.store.resolve(externalID, tx),
            let customer = try writer.store.get(found.id, .empty, tx)
        else { return }
        let id = found.id
        guard found.externalID == externalID else {
            return try leave(externalID, "Became part of “\(found.externalID)” since.", &outcome.result, tx)
        }
        var hasLeft = false
        if id.rawValue == trace.id, let code = trace.audience, let change = try imports.leave(id, code, tx) {
            outcome.segments.append(change)
            hasLeft = true
        }
        let other = try writer.history.page(of: id, limit: 1, tx).first?.change.origin.actor
        guard try isUntouched(externalID, trace, (id.rawValue, customer.version), other, &outcome.result, tx) else {
            return
        }
        if let before = try trace.patch({ try CustomerPatch.decode(&$0, base: "", reading) }) {
            let written = try writer.register(before, terms(outcome.result), at: now, tx)
            outcome.people += written.move.map { [$0] } ?? []
            outcome.profiles += written.profile.map { [$0] } ?? []
            if written.kind == .updated || hasLeft { outcome.result.undone.restored += 1 }
            return
        }
        let (orders, receipts) = (imports.orders.writer.orders, imports.receipts.receipts)
        guard try orders.identifiers(of: id, tx).isEmpty, try receipts.identifiers(of: id, tx).isEmpty else {
            return try leave(externalID, "Has orders or receipts.", &outcome.result, tx)
        }
        // What is deleted is found by nobody any more: it goes with the customer.
        for order in try orders.deleted(of: id, tx) { try orders.remove(order, tx) }
        for receipt in try receipts.deleted(of: id, tx) { try receipts.remove(receipt, tx) }
        try writer.remove(customer, terms(outcome.result), at: now, tx)
        outcome.people.append(.remove(id))
        outcome.result.undone.deleted += 1
    }

    private func undoProduct(
        _ externalID: String, _ trace: ImportTrace, _ outcome: inout OrderService.Outcome<ImportRun>,
        at now: Instant, _ tx: Connection
    ) throws {
        let products = imports.products
        guard let product = try products.store.find(externalID, .empty, tx) else { return }
        let state = (product.id.rawValue, product.version)
        guard try isUntouched(externalID, trace, state, nil, &outcome.result, tx) else { return }
        if let before = try trace.patch({ try ProductPatch.decode(&$0, base: "", reading) }) {
            let written = try products.register(before, at: now, by: nil, tx)
            if let change = written.segmentChange { outcome.segments.append(change) }
            if written.kind == .updated { outcome.result.undone.restored += 1 }
        } else {
            try products.store.delete(product.id, tx)
            outcome.segments.append(.products([], gone: [externalID]))
            outcome.result.undone.deleted += 1
        }
    }

    // MARK: Parts

    private var reading: ReadingContext { imports.orders.references.current.reading }

    /// Whether something is as the import left it; what somebody wrote to since is noted.
    ///
    /// - Parameter other: Who wrote to it last, where that is known.
    private func isUntouched(
        _ externalID: String, _ trace: ImportTrace, _ state: (id: Int64, version: Int64), _ other: String?,
        _ run: inout ImportRun, _ tx: Connection
    ) throws -> Bool {
        // What the import made is gone, and this is another that has its name.
        guard state.id == trace.id || trace.before != nil || state.version > trace.version else { return false }
        guard state == (trace.id, trace.version) else {
            try leave(externalID, other.map { "Changed since by \($0)." } ?? "Changed since.", &run, tx)
            return false
        }
        return true
    }
}

extension ImportTrace {
    /// What it was before, as a description; nil where the import made it.
    fileprivate func patch<Patch>(_ decode: (inout JSONReader) throws -> Patch) throws -> Patch? {
        guard let before else { return nil }
        return try JSONReader.read(Array(before.utf8)) { try decode(&$0) }
    }
}
