import Database
import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// How engines find the rows that trees ask for.
struct SegmentPlanTests {
    private let database: ShopDatabase
    private let terms: SegmentTerms
    private let context: ConditionContext

    init() async throws {
        database = try await ShopDatabase()
        let fields = [
            CustomField(id: .init(rawValue: 1), object: .customer, code: "tier", name: "", type: .string),
            CustomField(id: .init(rawValue: 2), object: .customer, code: "points", name: "", type: .integer),
            CustomField(id: .init(rawValue: 3), object: .order, code: "gift", name: "", type: .string),
            CustomField(id: .init(rawValue: 4), object: .orderLine, code: "size", name: "", type: .integer),
        ]
        let statuses = StatusBook(statuses: [
            OrderStatus(id: .init(rawValue: 1), type: .general, code: "new", name: "", includeInAnalytics: true)
        ])
        let calendar = ShopCalendar(zone: .gmt)
        context = ConditionContext(
            registry: ConditionRegistry(FieldBook(custom: fields)), statuses: statuses, calendar: calendar)
        terms = SegmentTerms(
            now: Instant(milliseconds: 1_700_000_000_000), calendar: calendar, statuses: statuses,
            dialect: database.engine.dialect)
    }

    /// Rows for a server to think of: without any it takes whatever comes first.
    private func fill() async throws {
        try await database.engine.write { tx in
            try SegmentIndexes.make(tx)
            for statement in [
                """
                INSERT INTO customer (bucket, id, external_id, email, city, version, created_ms, updated_ms)
                SELECT n & 4095, n, 'c' || n, 'u' || n || '@example.com', 'City ' || n % 700, 1, 0, 0
                FROM generate_series(1, 2000) AS n
                """,
                """
                INSERT INTO customer_figures (bucket, customer_id, order_count, total_e4, items_e6, first_ms, last_ms)
                SELECT n & 4095, n, 3, n, n, 1600000000000, 1600000000000 FROM generate_series(1, 2000) AS n
                """,
                """
                INSERT INTO customer_value (bucket, customer_id, field_id, position, number, text)
                SELECT n & 4095, n, f, 0, CASE WHEN f = 2 THEN n % 700 END, CASE WHEN f = 1 THEN 'Tier ' || n % 700 END
                FROM generate_series(1, 2000) AS n, generate_series(1, 2) AS f
                """,
                """
                INSERT INTO orders (bucket, id, external_id, customer_id, date_ms, general_status_id, value_e4,
                    item_count_e6, version, created_ms, updated_ms)
                SELECT (n % 2000 + 1) & 4095, n << 12 | ((n % 2000 + 1) & 4095), 'o' || n, n % 2000 + 1,
                    1500000000000 + n * 3000000, 1, n, n, 1, 0, 0
                FROM generate_series(CAST(1 AS BIGINT), 6000) AS n
                """,
                """
                INSERT INTO order_line (bucket, order_id, position, external_id, product_external_id, sum_e4)
                SELECT bucket, id, p, 'l', 'P' || (id >> 12) * 2 % 503 + p, p
                FROM orders, generate_series(0, 1) AS p
                """,
                """
                INSERT INTO order_line_value (bucket, order_id, line, field_id, position, number)
                SELECT bucket, order_id, position, 4, 0, (order_id >> 12) % 700 FROM order_line
                """,
                """
                INSERT INTO order_value (bucket, order_id, field_id, position, text)
                SELECT bucket, id, 3, 0, 'Gift ' || (id >> 12) % 700 FROM orders
                """,
                """
                INSERT INTO order_change (bucket, order_id, seq, version, field, to_value, happened_ms, arrived_ms,
                    actor, channel)
                SELECT bucket, id, s, s, CASE WHEN s = 1 THEN 'created' ELSE 'status_code' END, 'new', date_ms, 0, '', ''
                FROM orders, generate_series(1, 2) AS s
                """,
                """
                INSERT INTO receipt (bucket, id, external_id, customer_id, date_ms, value_e4, version, created_ms,
                    updated_ms)
                SELECT bucket, id, external_id, customer_id, date_ms, value_e4, 1, 0, 0 FROM orders
                """,
                """
                INSERT INTO receipt_line (bucket, receipt_id, position, external_id, product_external_id, sum_e4)
                SELECT bucket, order_id, position, external_id, product_external_id, sum_e4 FROM order_line
                """,
            ] { try tx.run(SQL(stringLiteral: statement)) }
            try tx.run("ANALYZE")
        }
    }

    /// Trees by which few customers are found.
    static let selective = [
        #"{"field":"customer.external_id","op":"eq","value":"C77"}"#,
        #"{"field":"customer.email","op":"starts_with","value":"u777@"}"#,
        #"{"field":"customer.city","op":"in","value":["City 77","city 78"]}"#,
        #"{"field":"customer.tier","op":"eq","value":"tier 77"}"#,
        #"{"field":"customer.points","op":"between","value":[77,78]}"#,
        #"{"orders":{"where":{"field":"gift","op":"eq","value":"gift 77"}}}"#,
        #"{"orders":{"where":{"lines":{"where":{"field":"product_external_id","op":"eq","value":"p77"}}}}}"#,
        #"{"orders":{"where":{"lines":{"where":{"field":"size","op":"eq","value":77}}}}}"#,
        #"{"lines":{"where":{"field":"product_external_id","op":"in","value":["p77"]},"have":{"measure":"count","op":"gte","value":2}}}"#,
        #"{"all":[{"field":"customer.city","op":"eq","value":"city 77"},{"orders":{"where":{"field":"value","op":"gt","value":5},"have":{"measure":"count","op":"gte","value":3}}}]}"#,
        #"{"all":[{"field":"customer.city","op":"eq","value":"city 77"},{"field":"orders.median","op":"gt","value":5}]}"#,
        #"{"all":[{"field":"customer.city","op":"eq","value":"city 77"},{"not":{"field":"last_order.status","op":"in","value":["new"]}}]}"#,
        #"{"all":[{"field":"customer.points","op":"eq","value":77},{"any":[{"orders":{"have":{"exactly":0}}},{"orders":{"pick":"last","where":{"lines":{"where":{"field":"sum","op":"gt","value":1}}}}}]}]}"#,
    ]

    @Test(.enabled(if: !TestDatabase.isEmbedded)) func `what few fulfil is found by indexes`() async throws {
        try await fill()
        for text in Self.selective {
            let plan = try plan(SegmentQuery(try Condition.parse(text, context), terms).figures)
            #expect(scanned(plan).isEmpty, "\(text):\n\(plan.joined(separator: "\n"))")
        }
    }

    /// Trees that ask for all there is of a customer.
    static let whole =
        selective + [
            #"{"orders":{"where":{"history":{"where":{"field":"stayed","op":"gt","value":{"n":3,"unit":"day"}}}}}}"#,
            #"{"field":"orders.median","op":"gt","value":5}"#, #"{"field":"orders.last_value","op":"gt","value":5}"#,
            #"{"field":"orders.item_price_average","op":"gt","value":5}"#,
            #"{"lines":{"pick":"last","where":{"field":"product.name","op":"not_contains","value":"x"}}}"#,
            #"{"receipts":{"where":{"lines":{"where":{"field":"product_external_id","op":"ne","value":"x"}}}}}"#,
            #"{"orders":{"have":{"measure":"avg","field":"item_price_average","op":"gt","value":5}}}"#,
        ]

    @Test func `one customer alone is answered from that customer's rows`() async throws {
        if database.engine.isShared { try await fill() }
        for text in Self.whole {
            let tree = try Condition.parse(text, context)
            let plan = try plan(SegmentQuery(tree, of: .init(rawValue: 77), terms).figures)
            #expect(scanned(plan).isEmpty, "\(text):\n\(plan.joined(separator: "\n"))")
        }
    }

    /// The tables that are read whole, or whose index is.
    private func scanned(_ plan: [String]) -> [String] {
        // SQLite calls tables by what the statement calls them.
        guard database.engine.isShared else {
            return plan.filter { line in
                ["c", "n", "y", "o", "l", "r", "t", "h"].contains { "\(line) ".hasPrefix("SCAN \($0) ") }
            }
        }
        let small = ["product", "customer_figures"]
        return zip(plan, plan.dropFirst() + [""]).compactMap { line, next in
            guard let scan = line.firstMatch(of: /(?:Index|Index Only|Bitmap Index|Seq) Scan (?:using \w+ )?on (\w+)/),
                !small.contains(String(scan.output.1)), !next.contains("Index Cond:")
            else { return nil }
            return line
        }
    }

    private func plan(_ statement: SQL) throws -> [String] {
        try database.engine.read { tx in
            try tx.define(SegmentFunctions.all)
            if tx.dialect == .postgres {
                // Whether indexes can serve is asked, not whether so few rows are worth it.
                for setting in ["seqscan", "hashjoin", "mergejoin"] {
                    try tx.run(SQL(stringLiteral: "SET LOCAL enable_\(setting) = off"))
                }
            }
            var explain: SQL = tx.dialect == .sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (COSTS OFF) "
            explain.append(statement)
            return try tx.rows(explain) { $0.text(tx.dialect == .sqlite ? 3 : 0) }
        }
    }
}
