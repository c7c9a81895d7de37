import Database
import Domain
import Foundation

/// Imports, and how far they have come.
package struct ImportRunStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        id, kind, source, fingerprint, state, actor, request, upload, items_done, created, updated, unchanged, refused,
        bytes_done, bytes_total, reason, header, findings, undo_place, undone_deleted, undone_restored, undone_left,
        started_ms, finished_ms, holder
        """

    private static func run(_ row: Row) throws -> ImportRun {
        func decoded<Value: Decodable>(_ column: Int) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(row.text(column).utf8))
        }
        var run = ImportRun(
            id: row.id(0), kind: row.text(1), source: row.text(2), fingerprint: row.text(3), startedAt: row.instant(22)
        )
        run.state = ImportRun.State(rawValue: row.text(4)) ?? .failed
        (run.actor, run.upload) = (row.text(5), row.optionalText(7))
        // A run from before there were requests has an empty one.
        if row.text(6) != "{}" { run.request = try decoded(6) }
        (run.itemsDone, run.created, run.updated) = (row.integer(8), row.integer(9), row.integer(10))
        (run.unchanged, run.refused) = (row.integer(11), row.integer(12))
        (run.bytesDone, run.bytesTotal) = (row.integer(13), row.integer(14))
        (run.reason, run.header) = (row.optionalText(15), row.optionalText(16))
        if !row.isNull(17) { run.findings = try decoded(17) }
        (run.undone.place, run.undone.deleted) = (row.integer(18), row.integer(19))
        (run.undone.restored, run.undone.left) = (row.integer(20), row.integer(21))
        (run.finishedAt, run.holder) = (row.optionalInstant(23), row.text(24))
        return run
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package func insert(_ run: ImportRun, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO import_run (id, kind, source, fingerprint, state, actor, request, upload, items_done, created,
                updated, unchanged, refused, bytes_total, started_ms, holder)
            VALUES (\(run.id.rawValue), \(run.kind), \(run.source), \(run.fingerprint), \(run.state.rawValue),
                \(run.actor), \(try Self.json(run.request)), \(run.upload), 0, 0, 0, 0, 0, \(run.bytesTotal),
                \(run.startedAt.milliseconds), \(run.holder))
            """
        )
    }

    /// Stores all that may have changed, whatever state the run is in.
    package func update(_ run: ImportRun, _ tx: Connection) throws {
        try update(run, where: "TRUE", tx)
    }

    /// The same while the run is being worked on by its holder; false when it was cancelled, or taken by another.
    package func progress(_ run: ImportRun, _ tx: Connection) throws -> Bool {
        try update(run, where: "state = 'running' AND holder = \(run.holder)", tx)
    }

    /// The same of one that is being undone.
    package func undoProgress(_ run: ImportRun, _ tx: Connection) throws -> Bool {
        try update(run, where: "state = 'undoing' AND holder = \(run.holder)", tx)
    }

    @discardableResult
    private func update(_ run: ImportRun, where condition: SQL, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            UPDATE import_run SET state = \(run.state.rawValue), kind = \(run.kind), request = \(try Self.json(run.request)),
                items_done = \(run.itemsDone), created = \(run.created), updated = \(run.updated),
                unchanged = \(run.unchanged), refused = \(run.refused), bytes_done = \(run.bytesDone),
                bytes_total = \(run.bytesTotal), reason = \(run.reason), header = \(run.header),
                findings = \(try run.findings.map(Self.json)), undo_place = \(run.undone.place),
                undone_deleted = \(run.undone.deleted), undone_restored = \(run.undone.restored),
                undone_left = \(run.undone.left), finished_ms = \(run.finishedAt?.milliseconds),
                holder = \(run.holder)
            WHERE id = \(run.id.rawValue) AND \(condition)
            """
        ) > 0
    }

    /// The newest run of the same files that has not finished.
    package func unfinished(fingerprint: String, _ tx: Connection) throws -> ImportRun? {
        try tx.first(
            """
            SELECT \(Self.columns) FROM import_run
            WHERE fingerprint = \(fingerprint) AND finished_ms IS NULL AND state IN ('running', 'stopped')
            ORDER BY id DESC LIMIT 1
            """
        ) { try Self.run($0) }
    }

    package func get(_ id: ImportRun.ID, _ tx: Connection) throws -> ImportRun? {
        try tx.first("SELECT \(Self.columns) FROM import_run WHERE id = \(id.rawValue)") { try Self.run($0) }
    }

    /// The newest runs, from the one before `cursor` on.
    package func page(before cursor: ImportRun.ID?, offset: Int, limit: Int, _ tx: Connection) throws -> [ImportRun] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM import_run WHERE id < \(cursor?.rawValue ?? .max)
            ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ) { try Self.run($0) }
    }

    package func count(_ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM import_run") { Int($0.integer(0)) } ?? 0
    }

    /// Those that wait, run or were checked, the oldest first.
    package func open(_ tx: Connection) throws -> [ImportRun] {
        try tx.rows(
            "SELECT \(Self.columns) FROM import_run WHERE state IN ('queued', 'running', 'checked') ORDER BY id"
        ) { try Self.run($0) }
    }

    /// When the oldest was begun of those that wait or run; nil where none does.
    package func oldestOpen(_ tx: Connection) throws -> Instant? {
        try tx.first("SELECT min(started_ms) FROM import_run WHERE state IN ('queued', 'running', 'undoing')") {
            $0.optionalInstant(0)
        } ?? nil
    }

    /// How many wait or run.
    package func openCount(_ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM import_run WHERE state IN ('queued', 'running', 'undoing')") {
            Int($0.integer(0))
        } ?? 0
    }

    // MARK: Working

    private static func isFree(at now: Instant) -> SQL {
        """
        (state = 'queued' OR (state = 'undoing' AND lease_ms < \(now.milliseconds))
            OR (state = 'running' AND upload IS NOT NULL AND lease_ms < \(now.milliseconds)))
        """
    }

    /// Whether a run waits for a worker.
    package func hasWork(at now: Instant, _ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM import_run WHERE \(Self.isFree(at: now)) LIMIT 1") { _ in true } ?? false
    }

    /// Takes the oldest run that waits, or whose worker has not been heard of, until `lease`.
    ///
    /// - Parameters:
    ///   - holder: A name that nobody has held a run by.
    ///   - wanted: The run to take; nil for whichever is free.
    package func claim(
        by holder: String, at now: Instant, until lease: Instant, only wanted: ImportRun.ID? = nil, _ tx: Connection
    ) throws -> ImportRun? {
        let free = try tx.rows("SELECT id FROM import_run WHERE \(Self.isFree(at: now)) ORDER BY id") {
            $0.integer(0)
        }
        guard let id = free.first(where: { $0 == wanted?.rawValue ?? $0 }) else { return nil }
        return try tx.first(
            """
            UPDATE import_run SET state = CASE WHEN state = 'queued' THEN 'running' ELSE state END,
                lease_ms = \(lease.milliseconds), holder = \(holder)
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ) { try Self.run($0) }
    }

    /// Goes on holding a run; false when it is not being worked on any more, or by another.
    package func renew(_ id: ImportRun.ID, by holder: String, until lease: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            UPDATE import_run SET lease_ms = \(lease.milliseconds)
            WHERE id = \(id.rawValue) AND holder = \(holder) AND state IN ('running', 'undoing')
            """
        ) > 0
    }

    /// Lets go of a run, for the next worker to go on with it; unless `holder` does not hold it any more.
    package func release(_ id: ImportRun.ID, by holder: String, _ tx: Connection) throws {
        try tx.run(
            "UPDATE import_run SET lease_ms = 0 WHERE id = \(id.rawValue) AND holder = \(holder)"
        )
    }

    /// The names of the files that runs may still need.
    package func uploads(_ tx: Connection) throws -> Set<String> {
        Set(try tx.rows("SELECT upload FROM import_run WHERE upload IS NOT NULL") { $0.text(0) })
    }

    /// Lets go of all runs that are held: only for a process that knows that no other one works.
    package func releaseAll(_ tx: Connection) throws {
        try tx.run("UPDATE import_run SET lease_ms = 0 WHERE state IN ('running', 'undoing')")
        try tx.run("UPDATE import_run SET state = 'stopped' WHERE state = 'running' AND upload IS NULL")
    }

    /// Forgets the files that were sent with runs that began before `instant`, and returns which are still wanted.
    package func expireUploads(before instant: Instant, _ tx: Connection) throws -> Set<String> {
        try tx.run(
            """
            UPDATE import_run SET upload = NULL, state = CASE WHEN state IN ('draft', 'checked') THEN 'cancelled' ELSE state END
            WHERE upload IS NOT NULL AND started_ms < \(instant.milliseconds)
                AND state NOT IN ('queued', 'running', 'undoing')
            """
        )
        return try uploads(tx)
    }
}
