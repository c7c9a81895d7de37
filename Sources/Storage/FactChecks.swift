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
            "every value of a custom field has its field and its object",
            """
            SELECT 'order_value of field ' || CAST(v.field_id AS TEXT) FROM order_value AS v
            LEFT JOIN field AS f ON f.id = v.field_id
            LEFT JOIN orders AS o ON o.bucket = v.bucket AND o.id = v.order_id
            WHERE f.id IS NULL OR (o.id IS NULL AND f.deleted_ms IS NULL)
            UNION ALL
            SELECT 'order_line_value of field ' || CAST(v.field_id AS TEXT) FROM order_line_value AS v
            LEFT JOIN field AS f ON f.id = v.field_id
            LEFT JOIN order_line AS l ON l.bucket = v.bucket AND l.order_id = v.order_id AND l.position = v.line
            WHERE f.id IS NULL OR (l.order_id IS NULL AND f.deleted_ms IS NULL)
            UNION ALL
            SELECT 'customer_value of field ' || CAST(v.field_id AS TEXT) FROM customer_value AS v
            LEFT JOIN field AS f ON f.id = v.field_id
            LEFT JOIN customer AS c ON c.bucket = v.bucket AND c.id = v.customer_id
            WHERE f.id IS NULL OR (c.id IS NULL AND f.deleted_ms IS NULL)
            UNION ALL
            SELECT 'product_value of field ' || CAST(v.field_id AS TEXT) FROM product_value AS v
            LEFT JOIN field AS f ON f.id = v.field_id LEFT JOIN product AS p ON p.id = v.product_id
            WHERE f.id IS NULL OR (p.id IS NULL AND f.deleted_ms IS NULL)
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
            WHERE (k.customer_id IS NULL AND c.erased_ms IS NULL) OR f.customer_id IS NULL
            """
        ),
        (
            "every customer's key leads to the customer it names",
            """
            SELECT 'key ' || k.external_id FROM customer_key AS k
            LEFT JOIN customer AS c ON c.bucket = k.customer_id & 4095 AND c.id = k.customer_id
            WHERE c.id IS NULL OR c.external_id <> coalesce(k.alias_of, k.external_id)
            """
        ),
        (
            "who was merged is found as the customer they became part of",
            """
            SELECT 'customer ' || m.merged_external_id FROM customer_merge AS m
            LEFT JOIN customer_key AS k ON k.external_id = m.merged_external_id AND k.customer_id = m.customer_id
            LEFT JOIN customer AS c ON c.bucket = m.merged_id & 4095 AND c.id = m.merged_id
            WHERE k.customer_id IS NULL OR c.id IS NOT NULL OR m.bucket <> m.customer_id & 4095
            """
        ),
        (
            "who was erased has no personal data left",
            """
            SELECT 'customer ' || CAST(c.id AS TEXT) FROM customer AS c
            LEFT JOIN customer_term AS t ON t.bucket = c.bucket AND t.customer_id = c.id
            LEFT JOIN customer_change AS h ON h.bucket = c.bucket AND h.customer_id = c.id
            WHERE c.erased_ms IS NOT NULL AND (c.external_id <> '' OR c.email IS NOT NULL OR c.phone IS NOT NULL
                OR c.last_name IS NOT NULL OR t.term IS NOT NULL OR h.seq IS NOT NULL)
            """
        ),
        (
            "a profile's history counts without gaps and has its customer",
            """
            SELECT 'customer ' || CAST(h.customer_id AS TEXT) FROM (
                SELECT bucket, customer_id, min(seq) AS low, max(seq) AS high, count(*) AS n FROM customer_change
                GROUP BY bucket, customer_id) AS h
            LEFT JOIN customer AS c ON c.bucket = h.bucket AND c.id = h.customer_id
            WHERE c.id IS NULL OR h.low <> 1 OR h.high <> h.n
            """
        ),
        (
            "every receipt has its key",
            """
            SELECT 'receipt ' || r.external_id FROM receipt AS r
            LEFT JOIN receipt_key AS k ON k.external_id = r.external_id AND k.receipt_id = r.id
            WHERE r.deleted_ms IS NULL AND k.receipt_id IS NULL
            """
        ),
        (
            "every receipt's key has its receipt",
            """
            SELECT 'key ' || k.external_id FROM receipt_key AS k
            LEFT JOIN receipt AS r ON r.bucket = k.receipt_id & 4095 AND r.id = k.receipt_id AND r.deleted_ms IS NULL
            WHERE r.id IS NULL
            """
        ),
        (
            "every receipt has its customer, in the same bucket",
            """
            SELECT 'receipt ' || r.external_id FROM receipt AS r
            LEFT JOIN customer AS c ON c.bucket = r.bucket AND c.id = r.customer_id
            WHERE c.id IS NULL OR r.bucket <> r.id & 4095
            """
        ),
        (
            "every linked receipt has its order, of the same customer",
            """
            SELECT 'receipt ' || r.external_id FROM receipt AS r
            LEFT JOIN orders AS o ON o.bucket = r.bucket AND o.id = r.order_id AND o.customer_id = r.customer_id
                AND o.deleted_ms IS NULL
            WHERE r.order_id IS NOT NULL AND (o.id IS NULL OR r.deleted_ms IS NOT NULL)
            """
        ),
        (
            "every line of a receipt has its receipt",
            """
            SELECT 'line of receipt ' || CAST(l.receipt_id AS TEXT) FROM receipt_line AS l
            LEFT JOIN receipt AS r ON r.bucket = l.bucket AND r.id = l.receipt_id WHERE r.id IS NULL
            """
        ),
        (
            "every receipt's history begins with its creation and reaches its version",
            """
            SELECT 'receipt ' || r.external_id FROM receipt AS r
            LEFT JOIN (
                SELECT bucket, receipt_id, min(seq) AS low, max(seq) AS high, count(*) AS n, max(version) AS version
                FROM receipt_change GROUP BY bucket, receipt_id) AS h ON h.bucket = r.bucket AND h.receipt_id = r.id
            WHERE h.n IS NULL OR h.low <> 1 OR h.high <> h.n OR h.version <> r.version
            """
        ),
        (
            "messages to webhooks are due or wait behind one that is",
            """
            SELECT 'message ' || CAST(w.id AS TEXT) FROM webhook_delivery AS w
            LEFT JOIN webhook_delivery AS d ON d.webhook_id = w.webhook_id AND d.subject = w.subject
                AND d.finished_ms IS NULL AND d.state = 'due'
            WHERE w.finished_ms IS NULL AND w.state = 'waiting' AND d.id IS NULL
            """
        ),
        (
            "webhooks were told of no event that is not there",
            """
            SELECT 'bucket ' || CAST(p.bucket AS TEXT) FROM webhook_place AS p
            LEFT JOIN bucket_seq AS s ON s.bucket = p.bucket WHERE p.n > coalesce(s.n, 0)
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
