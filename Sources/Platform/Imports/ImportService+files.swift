import Database
import Domain
import Foundation
import Storage

/// Why something cannot be done with an import.
package enum ImportRunError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown
    /// So many wait already.
    case tooMany(Int)
    /// It is in another state than this needs.
    case wrongState(ImportRun.State)
    /// Nothing is kept any more of what it did.
    case forgotten
    /// The file that was sent is larger than is taken.
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .unknown: "There is no such import."
        case .tooMany(let count): "\(count) imports wait already: try again when some have finished."
        case .wrongState(let state): "This cannot be done now: the import is \(state.rawValue)."
        case .forgotten:
            "What this import did is not known any more, so it cannot be undone: restore a backup instead."
        case .tooLarge(let limit):
            "The file has more than \(limit / 1_000_000) MB: send it in parts, compress it, or raise limits.import."
        }
    }
}

/// A file that is being sent, to be imported.
package final class ImportUpload {
    let name: String
    let path: String
    private let handle: FileHandle
    private let limit: Int
    private var count = 0

    fileprivate init(name: String, path: String, limit: Int) throws {
        let made = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]
        )
        guard made, let handle = FileHandle(forWritingAtPath: path) else {
            throw DatabaseError.unavailable("The file cannot be stored.")
        }
        (self.name, self.path, self.handle, self.limit) = (name, path, handle, limit)
    }

    deinit {
        // Nothing was promised of a file that did not come to its end.
        do { try handle.close() } catch {}
    }

    /// Adds what has arrived.
    ///
    /// - Throws: `ImportRunError.tooLarge`, `DatabaseError.unavailable`.
    package func write(_ bytes: some DataProtocol) throws {
        count += bytes.count
        guard count <= limit else { throw ImportRunError.tooLarge(limit: limit) }
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw DatabaseError.unavailable("The file cannot be stored: \(error)")
        }
    }

    fileprivate func finish() throws -> Int {
        do {
            try handle.synchronize()
        } catch {
            throw DatabaseError.unavailable("The file cannot be stored: \(error)")
        }
        return count
    }
}

extension ImportService {
    /// How many may wait at once.
    private static let waitingLimit = 50

    /// Begins to take a file.
    ///
    /// - Parameter limit: The most bytes that are taken.
    package func upload(limit: Int) throws -> ImportUpload {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        let name = orders.surroundings.token(length: 24)
        return try ImportUpload(name: name, path: "\(directory)/\(name)", limit: limit)
    }

    /// Forgets a file that was not sent to its end, or will not do.
    package func discard(_ upload: ImportUpload) {
        // What cannot be removed now is with the next clearing up.
        do { try FileManager.default.removeItem(atPath: upload.path) } catch {}
    }

    /// Takes a file that was sent; a worker imports it, or a person says first how.
    ///
    /// - Parameter state: `.queued`, or `.draft` where a person is to say what the columns are.
    /// - Throws: `ImportError` when the file cannot be read, `ImportRunError.tooMany`. The file is gone then.
    package func start(
        _ upload: ImportUpload, named source: String, _ kind: ImportKind, _ request: ImportRequest,
        as state: ImportRun.State, by actor: String, author: Actor? = nil
    ) async throws -> ImportRun {
        do {
            if let feature = kind.feature { try orders.references.require(feature) }
            try requireAudience(request.audience, of: kind)
            let size = try upload.finish()
            let context = orders.references.current.reading
            _ = try ImportPreview(path: upload.path, kind: kind, context: context)
            if state == .queued {
                var reader = try ImportReader(paths: [upload.path], kind: kind, request: request, context: context)
                _ = try reader.next()
            }
            if files.areUsed { try await files.store(upload.path, as: upload.name) }
            return try await orders.engine.write { [self, name = upload.name] tx in
                let waiting = try runs.openCount(tx)
                guard waiting < Self.waitingLimit else { throw ImportRunError.tooMany(waiting) }
                let now = orders.surroundings.now()
                var run = ImportRun(
                    id: identifiers.next(at: now), kind: kind.rawValue, source: source, fingerprint: name,
                    startedAt: now
                )
                (run.state, run.actor, run.request, run.upload) = (state, actor, request, name)
                run.bytesTotal = Int64(size)
                try runs.insert(run, tx)
                if state == .queued {
                    let author = author ?? Actor(.system, actor, .system)
                    try audit.append(tx, AuditEntry(.importStarted, run.auditObject, by: author, after: run.facts))
                }
                return run
            }
        } catch {
            discard(upload)
            // What cannot be removed now is with the next clearing up.
            if files.areUsed { do { try await files.remove(upload.name) } catch {} }
            throw Self.renamed(error, upload.path, source)
        }
    }

    /// Brings a run's file here, where another node took it.
    package func bring(_ run: ImportRun) async throws {
        guard files.areUsed, let name = run.upload, let path = path(of: run),
            !FileManager.default.fileExists(atPath: path)
        else { return }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        try await files.fetch(name, to: path)
    }

    /// The beginning of a run's file, which `bring` has brought.
    ///
    /// - Throws: `ImportRunError.unknown` when the file is gone, `ImportError`.
    package func preview(_ run: ImportRun) throws -> ImportPreview {
        guard let path = path(of: run), let kind = ImportKind(rawValue: run.kind) else { throw ImportRunError.unknown }
        do {
            return try ImportPreview(path: path, kind: kind, context: orders.references.current.reading)
        } catch {
            throw Self.renamed(error, path, run.source)
        }
    }

    func path(of run: ImportRun) -> String? { run.upload.map { "\(directory)/\($0)" } }

    /// A message speaks of the file by the name that its sender knows.
    static func renamed(_ error: any Error, _ path: String, _ name: String) -> any Error {
        guard var error = error as? ImportError else { return error }
        error.file = error.file.map { $0.replacing(path, with: name) }
        error.message = error.message.replacing(path, with: name)
        return error
    }

    // MARK: Runs

    /// - Throws: `ImportRunError.unknown`.
    package func run(_ id: ImportRun.ID) throws -> ImportRun {
        guard let run = try orders.engine.read({ tx in try runs.get(id, tx) }) else { throw ImportRunError.unknown }
        return run
    }

    /// The newest runs: one page, and how many there are.
    package func list(
        before cursor: ImportRun.ID? = nil, offset: Int = 0, limit: Int
    ) throws -> (page: [ImportRun], total: Int, next: ImportRun.ID?) {
        try orders.engine.read { tx in
            let found = try runs.page(before: cursor, offset: offset, limit: limit + 1, tx)
            let page = Array(found.prefix(limit))
            return (page, try runs.count(tx), found.count > limit ? page.last?.id : nil)
        }
    }

    /// Starts what was sent before, as a person says it is to be read.
    ///
    /// - Throws: `ImportRunError.wrongState`, `ImportError` when the columns do not go together.
    package func start(
        _ id: ImportRun.ID, _ request: ImportRequest, author: Actor = .system
    ) async throws -> ImportRun {
        let run = try run(id)
        guard run.state.canStart, let path = path(of: run) else { throw ImportRunError.wrongState(run.state) }
        try await bring(run)
        if let kind = ImportKind(rawValue: run.kind) { try requireAudience(request.audience, of: kind) }
        do {
            _ = try ImportReader(
                paths: [path], kind: ImportKind(rawValue: run.kind), request: request,
                context: orders.references.current.reading
            ).opened()
        } catch {
            throw Self.renamed(error, path, run.source)
        }
        return try await change(id) { run, tx in
            guard run.state.canStart else { throw ImportRunError.wrongState(run.state) }
            try traces.deleteRefused(of: id, tx)
            let old = run
            run = ImportRun(
                id: id, kind: old.kind, source: old.source, fingerprint: old.fingerprint, startedAt: old.startedAt
            )
            (run.actor, run.upload, run.bytesTotal) = (old.actor, old.upload, old.bytesTotal)
            (run.request, run.state) = (request, .queued)
            try audit.append(tx, AuditEntry(.importStarted, run.auditObject, by: author, after: run.facts))
        }
    }

    /// Cancels a run that has not finished; what it did so far stands.
    package func cancel(_ id: ImportRun.ID) async throws -> ImportRun {
        try await change(id) { run, _ in
            guard run.state.canStart || run.state == .queued || run.state == .running else {
                throw ImportRunError.wrongState(run.state)
            }
            run.state = .cancelled
            run.finishedAt = orders.surroundings.now()
        }
    }

    /// Asks for a run to be undone (see `ImportUndo`).
    ///
    /// - Throws: `ImportRunError.wrongState`, `.forgotten`.
    package func startUndo(_ id: ImportRun.ID, author: Actor = .system) async throws -> ImportRun {
        try await change(id) { run, tx in
            guard run.state.canUndo else { throw ImportRunError.wrongState(run.state) }
            // Orders tell by their history who made them; of all else only what was kept tells it.
            if run.kind != ImportKind.orders.rawValue, run.created + run.updated > 0 {
                guard try traces.hasKept(id, tx) else { throw ImportRunError.forgotten }
            }
            run.state = .undoing
            run.undone = ImportRun.Undone()
            try audit.append(tx, AuditEntry(.importUndone, run.auditObject, by: author, before: run.facts))
        }
    }

    private func change(
        _ id: ImportRun.ID, _ body: @escaping @Sendable (inout ImportRun, Connection) throws -> Void
    ) async throws -> ImportRun {
        try await orders.engine.write { [self] tx in
            guard var run = try runs.get(id, tx) else { throw ImportRunError.unknown }
            try body(&run, tx)
            try runs.update(run, tx)
            // Its worker is done with it, or is to notice: the next one need not wait for the lease to end.
            if run.state == .undoing { try runs.release(id, by: run.holder, tx) }
            return run
        }
    }

    // MARK: Traces

    /// Rows that a run refused, in the file's order, from the one after `item` on.
    package func refused(_ id: ImportRun.ID, after item: Int64 = 0, limit: Int) throws -> [RefusedItem] {
        try orders.engine.read { tx in try traces.refused(of: id, after: item, limit: limit, tx) }
    }

    /// What the undoing of a run left as it is, with why.
    package func left(_ id: ImportRun.ID, limit: Int) throws -> [(externalID: String, reason: String)] {
        try orders.engine.read { tx in try traces.left(by: id, limit: limit, tx) }
    }
}
