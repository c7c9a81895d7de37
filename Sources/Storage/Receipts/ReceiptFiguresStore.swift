import Database
import Domain

/// The figures of each customer's receipts, kept current at write; a customer without receipts may have no row.
package struct ReceiptFiguresStore: Sendable {
    package init() {}

    private static let add = Statement(
        """
        UPDATE receipt_figures SET receipt_count = receipt_count + $3, total_e4 = total_e4 + $4,
            first_ms = CASE WHEN first_ms IS NULL OR first_ms > $5 THEN $5 ELSE first_ms END,
            last_ms = CASE WHEN last_ms IS NULL OR last_ms < $5 THEN $5 ELSE last_ms END
        WHERE bucket = $1 AND customer_id = $2 AND total_e4 BETWEEN \(-FiguresStore.sumLimit) - $4
            AND \(FiguresStore.sumLimit) - $4
        """
    )

    private static let make = Statement(
        """
        INSERT INTO receipt_figures (bucket, customer_id, receipt_count, total_e4) VALUES ($1, $2, 0, 0)
        ON CONFLICT DO NOTHING
        """
    )

    /// Writes what the move of one receipt's share from `before` to `after` does to a customer's figures.
    ///
    /// The receipt's own row must be written already: dates that may have gone are found anew in the receipts.
    package func apply(
        from before: ReceiptFigures.Share?, to after: ReceiptFigures.Share?, of customer: Customer.ID, _ tx: Connection
    ) throws {
        switch ReceiptFigures.step(from: before, to: after) {
        case .nothing: return
        case .recompute: try recompute(customer, tx)
        case .add(let receipts, let value, let date):
            func add() throws -> Int {
                try tx.changed(Self.add) { binder in
                    binder.bind(customer.bucket)
                    binder.bind(customer)
                    binder.bind(receipts)
                    binder.bind(value)
                    binder.bind(date)
                }
            }
            guard try add() == 0 else { return }
            try make(customer, tx)
            // Close to the end of 64 bits the database adds up, and refuses what it cannot hold.
            if try add() == 0 { try recompute(customer, tx) }
        }
    }

    /// Makes a customer's row where there is none yet.
    private func make(_ customer: Customer.ID, _ tx: Connection) throws {
        try tx.run(Self.make) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
        }
    }

    private static let find = Statement(
        """
        SELECT receipt_count, total_e4, first_ms, last_ms FROM receipt_figures WHERE bucket = $1 AND customer_id = $2
        """
    )

    package func get(_ customer: Customer.ID, _ tx: Connection) throws -> ReceiptFigures {
        try tx.first(Self.find) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
        } read: {
            Self.figures($0, from: 0)
        } ?? ReceiptFigures()
    }

    private static func figures(_ row: Row, from column: Int) -> ReceiptFigures {
        var figures = ReceiptFigures()
        figures.count = row.integer(column)
        figures.total = Money(tenThousandths: row.integer(column + 1))
        figures.firstDate = row.optionalInstant(column + 2)
        figures.lastDate = row.optionalInstant(column + 3)
        return figures
    }

    /// Forgets the figures of a customer who is no more.
    package func delete(_ customer: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM receipt_figures
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            """
        )
    }

    /// Computes one customer's figures anew.
    package func recompute(_ customer: Customer.ID, _ tx: Connection) throws {
        try make(customer, tx)
        try tx.run(
            """
            UPDATE receipt_figures SET (receipt_count, total_e4, first_ms, last_ms) = (
                SELECT count(*), CAST(coalesce(sum(value_e4), 0) AS BIGINT), min(date_ms), max(date_ms)
                FROM receipt
                WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
                    AND deleted_ms IS NULL)
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            """
        )
    }

    private static let sums: SQL = """
        SELECT bucket, customer_id, count(*) AS receipt_count, CAST(sum(value_e4) AS BIGINT) AS total_e4,
            min(date_ms) AS first_ms, max(date_ms) AS last_ms
        FROM receipt WHERE deleted_ms IS NULL GROUP BY bucket, customer_id
        """

    /// Computes everybody's figures anew.
    package func recomputeAll(_ tx: Connection) throws {
        try tx.run("DELETE FROM receipt_figures")
        try tx.run(
            """
            INSERT INTO receipt_figures (bucket, customer_id, receipt_count, total_e4, first_ms, last_ms)
            SELECT bucket, customer_id, receipt_count, total_e4, first_ms, last_ms FROM (\(Self.sums)) AS s
            """
        )
    }

    /// Customers whose stored figures differ from their receipts, with both: none, unless something is broken.
    package func differences(
        limit: Int, _ tx: Connection
    ) throws -> [(customer: Customer.ID, stored: ReceiptFigures, computed: ReceiptFigures)] {
        try tx.rows(
            """
            SELECT k.customer_id, coalesce(f.receipt_count, 0), coalesce(f.total_e4, 0), f.first_ms, f.last_ms,
                coalesce(s.receipt_count, 0), coalesce(s.total_e4, 0), s.first_ms, s.last_ms
            FROM (SELECT bucket, customer_id FROM receipt_figures UNION SELECT bucket, customer_id FROM receipt) AS k
            LEFT JOIN receipt_figures AS f ON f.bucket = k.bucket AND f.customer_id = k.customer_id
            LEFT JOIN (\(Self.sums)) AS s ON s.bucket = k.bucket AND s.customer_id = k.customer_id
            WHERE coalesce(f.receipt_count, 0) <> coalesce(s.receipt_count, 0)
                OR coalesce(f.total_e4, 0) <> coalesce(s.total_e4, 0) OR f.first_ms IS DISTINCT FROM s.first_ms
                OR f.last_ms IS DISTINCT FROM s.last_ms
            LIMIT \(limit)
            """
        ) { row in (row.id(0), Self.figures(row, from: 1), Self.figures(row, from: 5)) }
    }
}
