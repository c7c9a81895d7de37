import Database

/// Statements that find rows which contradict each other: none, unless something is broken.
package struct FactChecks: Sendable {
    package init() {}

    private static let checks: [(name: String, sql: String)] = [
        (
            "every order has its key",
            """
            SELECT 'order ' || o.external_id FROM orders AS o
            LEFT JOIN order_key AS k ON k.external_id = o.external_id AND k.order_id = o.id
            WHERE o.deleted_ms IS NULL AND k.order_id IS NULL
            """
        ),
        (
            "every key has its order",
            """
            SELECT 'key ' || k.external_id FROM order_key AS k
            LEFT JOIN orders AS o ON o.bucket = k.order_id & 4095 AND o.id = k.order_id AND o.deleted_ms IS NULL
            WHERE o.id IS NULL
            """
        ),
        (
            "every order has its customer, in the same bucket",
            """
            SELECT 'order ' || o.external_id FROM orders AS o
            LEFT JOIN customer AS c ON c.bucket = o.bucket AND c.id = o.customer_id
            WHERE c.id IS NULL OR o.bucket <> o.id & 4095
            """
        ),
        (
            "every line has its order",
            """
            SELECT 'line of order ' || CAST(l.order_id AS TEXT) FROM order_line AS l
            LEFT JOIN orders AS o ON o.bucket = l.bucket AND o.id = l.order_id WHERE o.id IS NULL
            """
        ),
        (
            "every order's history begins with its creation and reaches its version",
            """
            SELECT 'order ' || o.external_id FROM orders AS o
            LEFT JOIN (
                SELECT bucket, order_id, min(seq) AS low, max(seq) AS high, count(*) AS n, max(version) AS version
                FROM order_change GROUP BY bucket, order_id) AS h ON h.bucket = o.bucket AND h.order_id = o.id
            WHERE h.n IS NULL OR h.low <> 1 OR h.high <> h.n OR h.version <> o.version
            """
        ),
        (
            "every customer has a key and figures",
            """
            SELECT 'customer ' || c.external_id FROM customer AS c
            LEFT JOIN customer_key AS k ON k.external_id = c.external_id AND k.customer_id = c.id
            LEFT JOIN customer_figures AS f ON f.bucket = c.bucket AND f.customer_id = c.id
            WHERE k.customer_id IS NULL OR f.customer_id IS NULL
            """
        ),
        (
            "events count without gaps in each bucket",
            """
            SELECT 'bucket ' || CAST(s.bucket AS TEXT) FROM bucket_seq AS s
            LEFT JOIN (SELECT bucket, count(*) AS n, max(seq) AS high FROM event GROUP BY bucket) AS e
                ON e.bucket = s.bucket
            WHERE e.n IS NULL OR e.high <> s.n OR e.n <> s.n
            """
        ),
    ]

    /// Runs every check, and returns up to `limit` findings of each.
    package func all(limit: Int, _ tx: Connection) throws -> [(name: String, findings: [String])] {
        try Self.checks.map { check in
            (check.name, try tx.rows(SQL(stringLiteral: "\(check.sql) LIMIT \(limit)")) { $0.text(0) })
        }
    }
}
