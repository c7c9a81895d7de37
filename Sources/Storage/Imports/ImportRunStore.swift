import Database
import Domain

/// The places of imports.
package struct ImportRunStore: Sendable {
    package init() {}

    package func insert(_ run: ImportRun, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO import_run (id, kind, source, fingerprint, items_done, created, updated, unchanged, refused,
                started_ms)
            VALUES (\(run.id.rawValue), \(run.kind), \(run.source), \(run.fingerprint), 0, 0, 0, 0, 0,
                \(run.startedAt.milliseconds))
            """
        )
    }

    package func update(_ run: ImportRun, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE import_run SET items_done = \(run.itemsDone), created = \(run.created), updated = \(run.updated),
                unchanged = \(run.unchanged), refused = \(run.refused), finished_ms = \(run.finishedAt?.milliseconds)
            WHERE id = \(run.id.rawValue)
            """
        )
    }

    /// The newest run of the same files that has not finished.
    package func unfinished(fingerprint: String, _ tx: Connection) throws -> ImportRun? {
        try tx.first(
            """
            SELECT id, kind, source, fingerprint, items_done, created, updated, unchanged, refused, started_ms
            FROM import_run WHERE fingerprint = \(fingerprint) AND finished_ms IS NULL ORDER BY id DESC LIMIT 1
            """
        ) { row in
            var run = ImportRun(
                id: row.id(0), kind: row.text(1), source: row.text(2), fingerprint: row.text(3),
                startedAt: row.instant(9)
            )
            (run.itemsDone, run.created, run.updated) = (row.integer(4), row.integer(5), row.integer(6))
            (run.unchanged, run.refused) = (row.integer(7), row.integer(8))
            return run
        }
    }
}
