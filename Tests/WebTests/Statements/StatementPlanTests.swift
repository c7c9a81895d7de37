import Database
import Domain
import Platform
import TestSupport
import Testing

/// Every statement that a tour through the product runs is understood by the engine, and finds its rows by an index.
///
/// New statements join by themselves, as far as the tour comes by them.
struct StatementPlanTests {
    @Test func `every statement finds its rows by an index`() async throws {
        let clock = StillClock()
        let recording = StatementRecording()
        let services = try await StatementRecording.$current.withValue(recording) {
            try await Services.test(clock: clock)
        }
        try await ShopTour(services: services, clock: clock).walk()
        let toured = recording.entries
        // It reads everything, and says so: its statements need only be understood.
        _ = try await services.verifier.verify()
        _ = try await services.verifier.repair()
        let statements = recording.entries.filter { !Self.isOfTheEngine($0.text) }
        #expect(statements.count > 300)
        #expect(
            try StatementRules.findings(statements.map(\.text)) == "", "Statements that ran break a rule of buckets.")
        try await Self.fill(services.engine)
        let indexes = try services.engine.read(TableIndex.all)
        for entry in statements {
            do {
                let plan = try services.engine.read { tx in try StatementPlan(entry, tx) }
                let scanned = plan.scanned(entry.text, services.engine.dialect, indexes)
                    .subtracting(Scans.smallTables)
                guard toured.contains(entry), !scanned.isEmpty, Scans.reason(for: entry.text) == nil else { continue }
                Issue.record(
                    "reads all of \(scanned.sorted()):\n\(entry.text)\n\(plan.lines.joined(separator: "\n"))")
            } catch {
                Issue.record("\(error):\n\(entry.text)")
            }
        }
    }

    @Test(arguments: [
        "SELECT id FROM orders WHERE unit = $1", "SELECT id FROM customer WHERE city IS NOT NULL LIMIT 5",
        "UPDATE orders SET unit = 'x' WHERE card = 'y'", "SELECT order_id FROM order_line WHERE sum_e4 > 5",
    ])
    func `a statement without an index is told of`(_ text: String) async throws {
        let services = try await Services.test()
        let entry = StatementRecording.Entry(text: text, types: text.contains("$1") ? ["text"] : [])
        let scanned = try services.engine.read { tx in
            try StatementPlan(entry, tx).scanned(text, tx.dialect, try TableIndex.all(tx))
        }
        #expect(scanned.count == 1)
    }

    /// What begins and ends transactions, and pages of cursors.
    static func isOfTheEngine(_ text: String) -> Bool {
        ["BEGIN", "COMMIT", "FETCH", "CLOSE", "PRAGMA", "CREATE"].contains { text.hasPrefix($0) }
            || text.contains("pg_") || text.contains("sqlite_schema") || text.contains("information_schema")
    }

    /// Gives a server rows to think of: without any it takes whichever index comes first.
    private static func fill(_ engine: Engine) async throws {
        guard engine.isShared else { return }
        try await engine.write { tx in
            var columns: [String: [(name: String, type: String, mayLack: Bool)]] = [:]
            let sql: SQL = """
                SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), is_nullable = 'YES'
                FROM information_schema.columns WHERE table_schema = current_schema()
                """
            try tx.each(sql) { row in
                columns[row.text(0), default: []].append((row.text(1), row.text(2), row.boolean(3)))
            }
            for (table, columns) in columns where !Scans.smallTables.contains(table) {
                let values = columns.map { column in
                    let value =
                        switch column.type {
                        case "bigint": column.name == "bucket" ? "g & 4095" : "g"
                        case "boolean": "g % 2 = 0"
                        default: "'x' || g"
                        }
                    return column.mayLack ? "CASE WHEN g % 50 = 0 THEN \(value) END" : value
                }
                let names = columns.map(\.name).joined(separator: ", ")
                try tx.run(
                    SQL(
                        stringLiteral: """
                            INSERT INTO \(table) (\(names)) SELECT \(values.joined(separator: ", "))
                            FROM generate_series(CAST(1000000 AS BIGINT), 1003000) AS g ON CONFLICT DO NOTHING
                            """))
            }
            try tx.run("ANALYZE")
        }
    }
}

/// What may be read whole.
enum Scans {
    /// Tables of a few rows, whatever the shop sells.
    static let smallTables: Set<String> = [
        "project", "app_user", "api_key", "order_status", "field", "segment", "segment_keeper", "profile_view",
        "webhook", "container_type",
        "shop_connection",
        "shop_connection_status", "shop_connection_figures", "node", "migration", "writer_turn", "writer_message",
        // At most 4,096 rows.
        "bucket_seq", "webhook_place",
        // A row for what a person started, and for who is about to sign in.
        "import_run", "export_run", "sign_in_step",
        // Sources of events with what little is noted of each, and names.
        "event_source", "event_source_key", "event_source_hour", "event_name", "event_filer", "tracked_refusal",
        // A row for somebody with very many events who is being moved.
        "tracked_move",
        // Who was erased while bodies wait: empty but for moments.
        "tracked_erasure",
    ]

    /// Statements that read a table whole on purpose: how they begin, and why.
    static let known: [(beginning: String, reason: String)] = [
        (
            "SELECT id, customer_id, date_ms, updated_ms, value_e4, general_status_id",
            "the start fills the lists' columns"
        ),
        ("SELECT c.id, c.created_ms, c.updated_ms, c.country", "the start fills the lists' columns"),
        ("SELECT id, customer_id, date_ms, updated_ms, value_e4, order_id", "the start fills the lists' columns"),
        ("SELECT run_id, item, raw, reason FROM import_refused", "an erasure looks for a person in what was refused"),
        ("SELECT id, body, reason FROM shop_refusal", "an erasure looks for a person in what was refused"),
        (
            "SELECT bucket, idempotency_key, api_key_id FROM idempotent_request WHERE body",
            "an erasure looks at a day's answers"
        ),
        ("SELECT count(*) FROM (SELECT 1 FROM orders WHERE", "a status is about to be deleted"),
        ("SELECT count(*) FROM ( SELECT 1 FROM orders WHERE", "a status is about to be deleted"),
        ("SELECT 1 FROM order_change WHERE field =", "a status is about to be deleted"),
        ("UPDATE customer_figures SET (order_count", "a change of the rule computes everybody's figures anew"),
        ("SELECT d.id FROM webhook_delivery AS d LEFT JOIN webhook", "a sweep once in a while, of what is over"),
        ("DELETE FROM webhook_stream WHERE (bucket, subject, webhook_id) IN", "a sweep, once a webhook is deleted"),
        ("SELECT webhook_id, state, count(*), min(created_ms)", "the page that counts messages, from an index alone"),
        ("SELECT count(*) FROM product AS p WHERE", "words in the middle of a name, in a catalogue of some thousands"),
        ("SELECT DISTINCT actor FROM audit_entry", "the names that the log may be filtered by, from an index alone"),
        ("SELECT 1 FROM order_move UNION ALL SELECT 1 FROM receipt_move LIMIT 1", "one row of any"),
        ("SELECT count(*) FROM orders AS o", "an export counts what it will write"),
        ("SELECT count(*) FROM receipt AS r", "an export counts what it will write"),
        ("SELECT s.r, s.f, count(*)", "everybody's scores are given among each other"),
        ("SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT)", "what waits to be filed, which is little"),
        // The index of segments is built from all there is (`SegmentLoader`).
        ("SELECT id, external_id, version, created_ms, updated_ms, email", "the index of segments is built"),
        ("SELECT id, external_id, version, created_ms, updated_ms, name, sku", "the index of segments is built"),
        ("SELECT id, external_id, customer_id, date_ms, general_status_id", "the index of segments is built"),
        ("SELECT id, external_id, customer_id, order_id, date_ms, version", "the index of segments is built"),
        ("SELECT order_id, external_id, product_external_id, cnt_e6", "the index of segments is built"),
        ("SELECT receipt_id, external_id, product_external_id, cnt_e6", "the index of segments is built"),
        (
            "SELECT order_id, field, to_value, happened_ms FROM order_change WHERE field IN",
            "the index of segments is built"
        ),
        (
            "SELECT id, owner_id, name, kind, subject, source_id, happened_ms, NULL FROM tracked_event ORDER",
            "the index of segments is built"
        ),
        (
            "SELECT id, owner_id, name, kind, subject, source_id, happened_ms, context FROM tracked_event ORDER",
            "the index of segments is built"
        ),
        ("SELECT owner_id, type_id, changed_ms, abandoned_ms FROM container ORDER", "the index of segments is built"),
        ("SELECT owner_id, type_id, product, quantity_e6, price_e4", "the index of segments is built"),
    ]

    static func reason(for text: String) -> String? {
        let text = text.replacing(/\s+/, with: " ").replacing(#/^DECLARE \w+ NO SCROLL CURSOR FOR /#, with: "")
        return known.first { text.hasPrefix($0.beginning) }?.reason
    }
}
