import Database
import Domain
import Foundation

/// The exports that were asked for.
package struct ExportRunStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        id, request, actor, state, rows_done, rows_total, bytes, reason, token, created_ms, finished_ms, expires_ms,
        file, holder
        """

    private static func run(_ row: Row) throws -> ExportRun {
        let request = try JSONDecoder().decode(ExportRequest.self, from: Data(row.text(1).utf8))
        var run = ExportRun(
            id: row.id(0), request: request, actor: row.text(2), token: row.text(8), createdAt: row.instant(9)
        )
        run.state = ExportRun.State(rawValue: row.text(3)) ?? .failed
        (run.rowsDone, run.rowsTotal, run.bytes) = (row.integer(4), row.integer(5), row.integer(6))
        run.reason = row.optionalText(7)
        (run.finishedAt, run.expiresAt) = (row.optionalInstant(10), row.optionalInstant(11))
        (run.file, run.holder) = (row.optionalText(12), row.text(13))
        return run
    }

    package func insert(_ run: ExportRun, _ tx: Connection) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let request = String(decoding: try encoder.encode(run.request), as: UTF8.self)
        try tx.run(
            """
            INSERT INTO export_run (id, request, actor, state, rows_done, rows_total, bytes, token, created_ms, lease_ms)
            VALUES (\(run.id.rawValue), \(request), \(run.actor), \(run.state.rawValue), 0, 0, 0, \(run.token),
                \(run.createdAt.milliseconds), 0)
            """
        )
    }

    package func get(_ id: ExportRun.ID, _ tx: Connection) throws -> ExportRun? {
        try tx.first("SELECT \(Self.columns) FROM export_run WHERE id = \(id.rawValue)") { try Self.run($0) }
    }

    package func find(token: String, _ tx: Connection) throws -> ExportRun? {
        try tx.first("SELECT \(Self.columns) FROM export_run WHERE token = \(token)") { try Self.run($0) }
    }

    /// The newest runs, from the one before `cursor` on.
    package func page(before cursor: ExportRun.ID?, offset: Int, limit: Int, _ tx: Connection) throws -> [ExportRun] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM export_run WHERE id < \(cursor?.rawValue ?? .max)
            ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)
            """
        ) { try Self.run($0) }
    }

    package func count(_ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM export_run") { Int($0.integer(0)) } ?? 0
    }

    /// When the oldest was asked for of those that wait or run; nil where none does.
    package func oldestOpen(_ tx: Connection) throws -> Instant? {
        try tx.first("SELECT min(created_ms) FROM export_run WHERE state IN ('queued', 'running')") {
            $0.optionalInstant(0)
        } ?? nil
    }

    /// How many wait or run.
    package func openCount(_ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM export_run WHERE state IN ('queued', 'running')") { Int($0.integer(0)) } ?? 0
    }

    /// Those that wait or run, the oldest first.
    package func open(_ tx: Connection) throws -> [ExportRun] {
        try tx.rows("SELECT \(Self.columns) FROM export_run WHERE state IN ('queued', 'running') ORDER BY id") {
            try Self.run($0)
        }
    }

    // MARK: Working

    /// Whether a run waits for a worker.
    package func hasWork(at now: Instant, _ tx: Connection) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM export_run
            WHERE state = 'queued' OR (state = 'running' AND lease_ms < \(now.milliseconds)) LIMIT 1
            """
        ) { _ in true } ?? false
    }

    /// Takes the oldest run that waits, or whose worker has not been heard of, until `lease`.
    ///
    /// - Parameter holder: A name that nobody has held a run by.
    package func claim(by holder: String, at now: Instant, until lease: Instant, _ tx: Connection) throws -> ExportRun?
    {
        try tx.first(
            """
            UPDATE export_run SET state = 'running', lease_ms = \(lease.milliseconds), holder = \(holder),
                rows_done = 0, bytes = 0
            WHERE id = (SELECT id FROM export_run
                WHERE state = 'queued' OR (state = 'running' AND lease_ms < \(now.milliseconds)) ORDER BY id LIMIT 1)
            RETURNING \(Self.columns)
            """
        ) { try Self.run($0) }
    }

    /// Lets go of all runs that are held: only for a process that knows that no other one works.
    package func releaseAll(_ tx: Connection) throws {
        try tx.run("UPDATE export_run SET lease_ms = 0 WHERE state = 'running'")
    }

    /// Hands a run back that a worker cannot go on with, as when the server stops.
    package func release(_ run: ExportRun, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE export_run SET state = 'queued'
            WHERE id = \(run.id.rawValue) AND state = 'running' AND holder = \(run.holder)
            """
        )
    }

    /// Notes how far a run has come; false when it was cancelled, or another took it.
    package func progress(_ run: ExportRun, rows: Int64, of total: Int64, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            UPDATE export_run SET rows_done = \(rows), rows_total = \(total)
            WHERE id = \(run.id.rawValue) AND state = 'running' AND holder = \(run.holder)
            """
        ) > 0
    }

    /// Goes on holding a run; false when it was cancelled, or another took it.
    package func renew(_ run: ExportRun, until lease: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            UPDATE export_run SET lease_ms = \(lease.milliseconds)
            WHERE id = \(run.id.rawValue) AND state = 'running' AND holder = \(run.holder)
            """
        ) > 0
    }

    /// The names of the files in the database that can be fetched.
    package func files(_ tx: Connection) throws -> Set<String> {
        Set(try tx.rows("SELECT file FROM export_run WHERE file IS NOT NULL AND state = 'done'") { $0.text(0) })
    }

    /// Forgets which files in the database are not to be fetched any more, and returns their names.
    package func forgetFiles(_ tx: Connection) throws -> [String] {
        try tx.rows("UPDATE export_run SET file = NULL WHERE file IS NOT NULL AND state <> 'done' RETURNING id, holder")
        {
            Self.fileName(ExportRun.ID(rawValue: $0.integer(0)), $0.text(1))
        }
    }

    /// What a run's file is called in the database.
    package static func fileName(_ id: ExportRun.ID, _ holder: String) -> String { "export-\(id.rawValue)-\(holder)" }

    /// Ends a run that is worked on by its holder; false when it was cancelled meanwhile, or another took it.
    package func finish(_ run: ExportRun, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            UPDATE export_run SET state = \(run.state.rawValue), rows_done = \(run.rowsDone),
                rows_total = \(run.rowsTotal), bytes = \(run.bytes), reason = \(run.reason),
                finished_ms = \(run.finishedAt?.milliseconds), expires_ms = \(run.expiresAt?.milliseconds),
                file = \(run.file)
            WHERE id = \(run.id.rawValue) AND state = 'running' AND holder = \(run.holder)
            """
        ) > 0
    }

    /// Ends a run as a person asks for: one that has not finished is cancelled, the file of another one goes.
    package func cancel(_ id: ExportRun.ID, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE export_run SET expires_ms = \(now.milliseconds), finished_ms = coalesce(finished_ms, \(now.milliseconds)),
                state = CASE WHEN state = 'done' THEN 'expired' WHEN state IN ('queued', 'running') THEN 'cancelled'
                    ELSE state END
            WHERE id = \(id.rawValue)
            """
        )
    }

    /// Ends the time of the files that are due, and returns which runs keep theirs.
    package func expire(at now: Instant, _ tx: Connection) throws -> [ExportRun.ID] {
        try tx.run(
            "UPDATE export_run SET state = 'expired' WHERE state = 'done' AND expires_ms <= \(now.milliseconds)"
        )
        return try tx.rows("SELECT id FROM export_run WHERE state IN ('running', 'done')") { $0.id(0) }
    }

    /// Ends the time of the oldest files, until the others hold no more than `limit` bytes together.
    package func expireOldest(keeping limit: Int64, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE export_run SET state = 'expired' WHERE id IN (SELECT id FROM (
                SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS together FROM export_run WHERE state = 'done') AS files
                WHERE together > \(limit))
            """
        )
    }

    /// Forgets runs that were made before `instant` and have no file any more.
    package func forget(before instant: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM export_run WHERE created_ms < \(instant.milliseconds)
                AND state IN ('failed', 'cancelled', 'expired')
            """
        )
    }
}
