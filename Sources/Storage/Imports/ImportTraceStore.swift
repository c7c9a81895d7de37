import Database
import Domain
import Foundation

/// What imports leave behind for people: the rows they refused, what they changed was before, what an undoing left.
package struct ImportTraceStore: Sendable {
    package init() {}

    // MARK: Refused rows

    package func insert(_ refused: RefusedItem, of run: ImportRun.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO import_refused (run_id, item, line, reason, raw)
            VALUES (\(run.rawValue), \(refused.item), \(refused.line), \(refused.reason), \(refused.raw))
            ON CONFLICT (run_id, item) DO NOTHING
            """
        )
    }

    /// Rows that a run refused, in the file's order, from the one after `item` on.
    package func refused(
        of run: ImportRun.ID, after item: Int64 = 0, limit: Int, _ tx: Connection
    ) throws -> [RefusedItem] {
        try tx.rows(
            """
            SELECT item, line, reason, raw FROM import_refused
            WHERE run_id = \(run.rawValue) AND item > \(item) ORDER BY item LIMIT \(limit)
            """
        ) { RefusedItem(item: $0.integer(0), line: $0.integer(1), reason: $0.text(2), raw: $0.text(3)) }
    }

    package func deleteRefused(of run: ImportRun.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM import_refused WHERE run_id = \(run.rawValue)")
    }

    // MARK: Undoing

    /// Keeps what something was before a run changed it; the first time counts.
    package func keep(_ description: String, of externalID: String, _ run: ImportRun.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO import_before (bucket, external_id, run_id, description)
            VALUES (\(Bucket(hashOf: externalID).rawValue), \(externalID), \(run.rawValue), \(description))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Keeps what a run did to something that is no order; what it was the first time counts.
    package func keep(_ trace: ImportTrace, of externalID: String, _ run: ImportRun.ID, _ tx: Connection) throws {
        // What a run made it has written before only where somebody deleted it meanwhile.
        guard trace.before != nil, var latest = try self.trace(of: externalID, run, tx) else {
            return try keep(trace.text, of: externalID, run, tx)
        }
        (latest.id, latest.version) = (trace.id, trace.version)
        try tx.run(
            """
            UPDATE import_before SET description = \(latest.text)
            WHERE bucket = \(Bucket(hashOf: externalID).rawValue) AND external_id = \(externalID)
                AND run_id = \(run.rawValue)
            """
        )
    }

    private func trace(of externalID: String, _ run: ImportRun.ID, _ tx: Connection) throws -> ImportTrace? {
        try tx.first(
            """
            SELECT description FROM import_before WHERE bucket = \(Bucket(hashOf: externalID).rawValue)
                AND external_id = \(externalID) AND run_id = \(run.rawValue)
            """
        ) { try Self.trace($0.text(0)) }
    }

    /// A trace as it is kept.
    package static func trace(_ text: String) throws -> ImportTrace {
        try JSONDecoder().decode(ImportTrace.self, from: Data(text.utf8))
    }

    /// What a run changed, with what it was before; of something that is no order, its trace.
    package func kept(of run: ImportRun.ID, limit: Int, _ tx: Connection) throws -> [(externalID: String, json: String)]
    {
        try tx.rows(
            """
            SELECT external_id, description FROM import_before WHERE run_id = \(run.rawValue)
            ORDER BY external_id LIMIT \(limit)
            """
        ) { ($0.text(0), $0.text(1)) }
    }

    package func forget(_ externalID: String, of run: ImportRun.ID, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM import_before WHERE bucket = \(Bucket(hashOf: externalID).rawValue)
                AND external_id = \(externalID) AND run_id = \(run.rawValue)
            """
        )
    }

    /// Forgets all that imports of a kind keep of something, as when its customer is erased.
    package func forgetEverything(of externalID: String, _ kind: String, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM import_before WHERE bucket = \(Bucket(hashOf: externalID).rawValue)
                AND external_id = \(externalID) AND run_id NOT IN (SELECT id FROM import_run WHERE kind <> \(kind))
            """
        )
    }

    /// Whether anything is kept of what a run did.
    package func hasKept(_ run: ImportRun.ID, _ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM import_before WHERE run_id = \(run.rawValue) LIMIT 1") { _ in true } ?? false
    }

    /// Notes why the undoing of a run left something as it is.
    package func leave(_ externalID: String, because reason: String, _ run: ImportRun.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO import_left (run_id, external_id, reason)
            VALUES (\(run.rawValue), \(externalID), \(reason))
            ON CONFLICT (run_id, external_id) DO UPDATE SET reason = excluded.reason
            """
        )
    }

    package func left(by run: ImportRun.ID, limit: Int, _ tx: Connection) throws -> [(
        externalID: String, reason: String
    )] {
        try tx.rows(
            """
            SELECT external_id, reason FROM import_left WHERE run_id = \(run.rawValue) ORDER BY external_id LIMIT \(limit)
            """
        ) { ($0.text(0), $0.text(1)) }
    }

    /// Orders that a run made and that are named after `id`, in the order of their identifiers.
    ///
    /// The index is found by the condition, word for word.
    package func created(by origin: Origin, after id: Int64, limit: Int, _ tx: Connection) throws -> [Order.ID] {
        try tx.rows(
            """
            SELECT order_id FROM order_change
            WHERE field = 'created' AND channel = 'import' AND actor = \(origin.actor) AND order_id > \(id)
            ORDER BY order_id LIMIT \(limit)
            """
        ) { $0.id(0) }
    }

    /// What happened to an order, field by field, since a run touched it first: who wrote each change.
    package func changes(
        of order: Order.ID, since origin: Origin, _ tx: Connection
    ) throws -> [(field: String, actor: String, isOurs: Bool)] {
        try tx.rows(
            """
            SELECT field, actor, channel = \(origin.channel.rawValue) AND actor = \(origin.actor) FROM order_change
            WHERE bucket = \(order.bucket.rawValue) AND order_id = \(order.rawValue)
                AND seq >= (SELECT min(seq) FROM order_change
                    WHERE bucket = \(order.bucket.rawValue) AND order_id = \(order.rawValue)
                        AND channel = \(origin.channel.rawValue) AND actor = \(origin.actor))
            ORDER BY seq
            """
        ) { ($0.text(0), $0.text(1), $0.boolean(2)) }
    }

    /// Forgets what runs that ended before `instant` left behind.
    package func forget(before instant: Instant, _ tx: Connection) throws {
        let old: SQL = "SELECT id FROM import_run WHERE finished_ms < \(instant.milliseconds)"
        try tx.run("DELETE FROM import_refused WHERE run_id IN (\(old))")
        try tx.run("DELETE FROM import_before WHERE run_id IN (\(old))")
        try tx.run("DELETE FROM import_left WHERE run_id IN (\(old))")
    }
}
