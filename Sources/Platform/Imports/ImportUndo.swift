import Database
import Domain
import Storage

/// Undoes an import, a few at a time (ARCHITECTURE.md, "Import"); here what it did to orders.
///
/// An order that the import made is deleted, unless somebody else wrote to it since. Of an order that the import changed,
/// each field goes back to what it was before, unless somebody else changed that field since. What is left is
/// noted with who stands in the way. Done twice it changes nothing more.
struct ImportUndo: Sendable {
    let imports: ImportService

    /// Orders, or other things, of one transaction.
    static let batchSize = 50

    /// Undoes the next few, and returns the run as it is then.
    func step(_ run: ImportRun) async throws -> ImportRun {
        if let kind = ImportKind(rawValue: run.kind), kind != .orders { return try await step(run, of: kind) }
        let engine = imports.orders.engine
        let traces = imports.traces
        if run.undone.place >= 0 {
            // Identifiers count the time, so that what came before the run need not be looked at.
            let beginning = (run.startedAt.milliseconds - IdentifierMaker.epoch.milliseconds) << 22 - 1
            let place = max(run.undone.place, beginning)
            let created = try await engine.readLong { tx in
                try traces.created(by: run.origin, after: place, limit: Self.batchSize, tx)
            }
            return try await write(run) { run, tx, now in
                run.undone.place = created.last?.rawValue ?? -1
                return try created.compactMap { try delete($0, &run, at: now, tx) }
            }
        }
        return try await write(run) { run, tx, now in
            let kept = try traces.kept(of: run.id, limit: Self.batchSize, tx)
            if kept.isEmpty { (run.state, run.finishedAt) = (.undone, now) }
            return try kept.compactMap { externalID, json in
                try traces.forget(externalID, of: run.id, tx)
                return try restore(externalID, json, &run, at: now, tx)
            }
        }
    }

    private func write(
        _ run: ImportRun,
        _ body: @escaping @Sendable (inout ImportRun, Connection, Instant) throws -> [OrderWriter.Written]
    ) async throws -> ImportRun {
        try await imports.orders.write { tx in
            var run = run
            let written = try body(&run, tx, imports.orders.surroundings.now())
            guard try imports.runs.undoProgress(run, tx) else { throw RunHold.Lost() }
            return (written, run)
        }
    }

    func terms(_ run: ImportRun) -> OrderWriter.Terms {
        OrderWriter.Terms(
            origin: Origin(actor: "undoing of import \(run.id.rawValue)", channel: .import), startsCampaigns: false
        )
    }

    private func delete(
        _ id: Order.ID, _ run: inout ImportRun, at now: Instant, _ tx: Connection
    ) throws -> OrderWriter.Written? {
        let writer = imports.orders.writer
        // One that was deleted since is gone as it should be, though another may have its identifier.
        guard let stored = try writer.orders.row(id, .empty, tx),
            try writer.orders.find(stored.order.externalID, tx) == id
        else {
            return nil
        }
        let changes = try imports.traces.changes(of: id, since: run.origin, tx)
        if let other = changes.first(where: { !$0.isOurs }) {
            try leave(stored.order.externalID, "Changed since by \(other.actor).", &run, tx)
            return nil
        }
        run.undone.deleted += 1
        return try writer.delete(stored.order.externalID, terms(run), at: now, tx)
    }

    private func restore(
        _ externalID: String, _ json: String, _ run: inout ImportRun, at now: Instant, _ tx: Connection
    ) throws -> OrderWriter.Written? {
        let writer = imports.orders.writer
        guard let id = try writer.orders.find(externalID, tx) else { return nil }
        var latest: [String: (actor: String, isOurs: Bool)] = [:]
        var ours: Set<String> = []
        for change in try imports.traces.changes(of: id, since: run.origin, tx) {
            let name = change.field.hasPrefix("items") && !change.field.hasPrefix("items_") ? "items" : change.field
            latest[name] = (change.actor, change.isOurs)
            if change.isOurs { ours.insert(name) }
        }
        // Made by the same run, it was dealt with as such.
        guard !ours.contains(OrderChange.created) else { return nil }
        let free = ours.filter { latest[$0]?.isOurs == true }
        for name in ours.subtracting(free).sorted() {
            try leave(externalID, "“\(name)” was changed since by \(latest[name]?.actor ?? "somebody").", &run, tx)
        }
        guard !free.isEmpty else { return nil }
        do {
            let context = imports.orders.references.current.reading
            let before = try JSONReader.read(Array(json.utf8)) { try OrderPatch.decode(&$0, base: "", context) }
            let written = try writer.register(before.only(free, context.fields), terms(run), at: now, tx)
            if written.kind == .updated { run.undone.restored += 1 }
            return written
        } catch let faults as Faults {
            try leave(externalID, faults.all.map(\.detail).joined(separator: " "), &run, tx)
            return nil
        }
    }

    func leave(_ externalID: String, _ reason: String, _ run: inout ImportRun, _ tx: Connection) throws {
        run.undone.left += 1
        try imports.traces.leave(externalID, because: reason, run.id, tx)
    }
}

extension ImportService {
    /// Undoes a run to its end, as the command line does where no server runs.
    ///
    /// - Parameter progress: Called after each few things.
    /// - Throws: `ImportRunError`.
    package func undo(
        _ id: ImportRun.ID, progress: @escaping @Sendable (ImportRun) -> Void = { _ in }
    ) async throws -> ImportRun {
        // One that was broken off goes on.
        if try run(id).state != .undoing { _ = try await startUndo(id, author: .cli) }
        // A process that has the data to itself need not wait for the lease of one that is no more.
        if !orders.engine.isShared { try await orders.engine.write { [runs] tx in try runs.releaseAll(tx) } }
        while true {
            if let run = try await takeUndo(of: id) { return try await undo(run, progress) }
            // A worker of a server is at it.
            let run = try run(id)
            progress(run)
            guard run.state == .undoing else { return run }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func undo(
        _ run: ImportRun, _ progress: @escaping @Sendable (ImportRun) -> Void
    ) async throws -> ImportRun {
        try await RunHold.during(leaseSeconds: Self.undoLeaseSeconds) {
            let lease = orders.surroundings.now().adding(seconds: Self.undoLeaseSeconds)
            return try await orders.engine.write { [runs] tx in
                try runs.renew(run.id, by: run.holder, until: lease, tx)
            }
        } work: {
            var run = run
            while run.state == .undoing {
                run = try await ImportUndo(imports: self).step(run)
                progress(run)
            }
            return run
        }
    }

    private static var undoLeaseSeconds: Int64 { 60 }

    private func takeUndo(of id: ImportRun.ID) async throws -> ImportRun? {
        let now = orders.surroundings.now()
        return try await orders.engine.write { [self] tx in
            try runs.claim(
                by: identifiers.holder(orders.surroundings), at: now,
                until: now.adding(seconds: Self.undoLeaseSeconds), only: id, tx
            )
        }
    }
}
