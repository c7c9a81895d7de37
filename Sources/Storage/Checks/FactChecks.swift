import Database
import Domain

/// What no repair may touch: facts that contradict each other, which nothing but damage or a fault of ours brings about.
extension StoredCheck {
    static let facts = [
        StoredCheck(
            "every order has its customer, in the same bucket",
            rows: """
                SELECT 'order ' || o.external_id FROM orders AS o
                LEFT JOIN customer AS c ON c.bucket = o.bucket AND c.id = o.customer_id
                WHERE c.id IS NULL OR o.bucket <> o.id & 4095
                """
        ),
        StoredCheck(
            "who was merged is no more, and is one with a customer of the same bucket as the note of it",
            rows: """
                SELECT 'customer ' || m.merged_external_id FROM customer_merge AS m
                LEFT JOIN customer AS c ON c.bucket = m.merged_id & 4095 AND c.id = m.merged_id
                LEFT JOIN customer AS o ON o.bucket = m.bucket AND o.id = m.customer_id
                WHERE c.id IS NOT NULL OR o.id IS NULL OR m.bucket <> m.customer_id & 4095
                """
        ),
        StoredCheck(
            "who was erased has no personal data left",
            rows: """
                SELECT 'customer ' || CAST(c.id AS TEXT) FROM customer AS c
                LEFT JOIN customer_term AS t ON t.bucket = c.bucket AND t.customer_id = c.id
                LEFT JOIN customer_change AS h ON h.bucket = c.bucket AND h.customer_id = c.id
                WHERE c.erased_ms IS NOT NULL AND (c.external_id <> '' OR c.email IS NOT NULL OR c.phone IS NOT NULL
                    OR c.last_name IS NOT NULL OR t.term IS NOT NULL OR h.seq IS NOT NULL)
                """
        ),
        StoredCheck(
            "a profile's history counts without gaps and has its customer",
            rows: """
                SELECT 'customer ' || CAST(h.customer_id AS TEXT) FROM (
                    SELECT bucket, customer_id, min(seq) AS low, max(seq) AS high, count(*) AS n FROM customer_change
                    GROUP BY bucket, customer_id) AS h
                LEFT JOIN customer AS c ON c.bucket = h.bucket AND c.id = h.customer_id
                WHERE c.id IS NULL OR h.low <> 1 OR h.high <> h.n
                """
        ),
        StoredCheck(
            "every line has its order",
            rows: """
                SELECT 'line of order ' || CAST(l.order_id AS TEXT) FROM order_line AS l
                LEFT JOIN orders AS o ON o.bucket = l.bucket AND o.id = l.order_id WHERE o.id IS NULL
                """
        ),
        StoredCheck(
            "every order's history begins with its creation and reaches its version",
            rows: """
                SELECT 'order ' || o.external_id FROM orders AS o
                LEFT JOIN (
                    SELECT bucket, order_id, min(seq) AS low, max(seq) AS high, count(*) AS n, max(version) AS version
                    FROM order_change GROUP BY bucket, order_id) AS h ON h.bucket = o.bucket AND h.order_id = o.id
                WHERE h.n IS NULL OR h.low <> 1 OR h.high <> h.n OR h.version <> o.version
                """
        ),
    ]

    /// Events are facts, their counter follows from them.
    static let events = [
        StoredCheck(
            "events count without gaps in each bucket",
            rows: """
                SELECT 'bucket ' || CAST(bucket AS TEXT) || ': ' || CAST(count(*) AS TEXT) || ' events up to number '
                    || CAST(max(seq) AS TEXT)
                FROM event GROUP BY bucket HAVING count(*) <> max(seq)
                """
        ),
        StoredCheck("each bucket's counter stands at its last event") { limit, tx in
            try tx.rows(
                """
                SELECT coalesce(s.bucket, e.bucket), coalesce(s.n, 0), coalesce(e.high, 0) FROM bucket_seq AS s
                FULL JOIN (SELECT bucket, max(seq) AS high FROM event GROUP BY bucket) AS e ON e.bucket = s.bucket
                WHERE coalesce(s.n, 0) <> coalesce(e.high, 0) LIMIT \(limit)
                """
            ) { "bucket \($0.integer(0)): the counter says \($0.integer(1)), the last event is \($0.integer(2))" }
        } mend: { tx in
            try tx.run("DELETE FROM bucket_seq")
            try tx.run("INSERT INTO bucket_seq (bucket, n) SELECT bucket, max(seq) FROM event GROUP BY bucket")
            tx.forgetRemembered()
        },
    ]

    /// What orders and catalogue are filtered and searched by, which follows from their fields.
    static let productNames = StoredCheck("products are searched by their names") { limit, tx in
        try ProductStore().misfolded(limit: limit, tx).map { "product \($0.externalID)" }
    } mend: { tx in
        for product in try ProductStore().misfolded(limit: .max, tx) {
            try tx.run("UPDATE product SET name_folded = \(product.folded) WHERE id = \(product.id.rawValue)")
        }
    }

    static let figures = StoredCheck("figures of customers equal their orders") { limit, tx in
        let store = FiguresStore()
        let missing = try tx.rows(
            """
            SELECT 'customer ' || c.external_id || ' has no figures' FROM customer AS c
            LEFT JOIN customer_figures AS f ON f.bucket = c.bucket AND f.customer_id = c.id
            WHERE f.customer_id IS NULL LIMIT \(limit)
            """
        ) { $0.text(0) }
        let others = try store.differences(try StatusStore().book(tx), limit: limit, tx).map { difference in
            """
            customer \(difference.customer.rawValue): \(difference.stored.orderCount) orders worth \
            \(difference.stored.total) stored, \(difference.computed.orderCount) worth \(difference.computed.total) by \
            the orders
            """
        }
        return Array((missing + others).prefix(limit))
    } mend: { tx in
        try tx.run(
            """
            INSERT INTO customer_figures (bucket, customer_id, order_count, total_e4, items_e6)
            SELECT bucket, id, 0, 0, 0 FROM customer WHERE NOT EXISTS (
                SELECT 1 FROM customer_figures AS f WHERE f.bucket = customer.bucket AND f.customer_id = customer.id)
            """
        )
        try FiguresStore().recomputeAll(try StatusStore().book(tx), tx)
    }
}
