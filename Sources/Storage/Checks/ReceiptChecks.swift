import Database
import Domain

/// Receipts, their keys and the figures of them.
extension StoredCheck {
    static let receipts =
        keys(
            of: "receipt", found: "every receipt is found by its key", owned: "every receipt's key has its receipt",
            all: Statement("SELECT id, external_id FROM receipt WHERE deleted_ms IS NULL ORDER BY id"),
            table: "receipt_key", owner: "receipt_id",
            keys: Statement(
                """
                SELECT k.bucket, k.external_id, r.external_id = k.external_id FROM receipt_key AS k
                LEFT JOIN receipt AS r ON r.bucket = k.receipt_id & 4095 AND r.id = k.receipt_id
                    AND r.deleted_ms IS NULL
                """
            )
        ) + [receiptValues, receiptFigures, categoryNames] + receiptFacts

    private static let receiptValues = StoredCheck("receipts' values equal their sums and lines") { limit, tx in
        try ReceiptStore().misvalued(limit: limit, tx).map { receipt in
            "receipt \(receipt.externalID): worth \(receipt.value) by its sum and lines"
        }
    } mend: { tx in
        for receipt in try ReceiptStore().misvalued(limit: .max, tx) {
            try tx.run(
                """
                UPDATE receipt SET value_e4 = \(receipt.value.tenThousandths)
                WHERE bucket = \(receipt.id.bucket.rawValue) AND id = \(receipt.id.rawValue)
                """
            )
        }
    }

    private static let receiptFigures = StoredCheck("figures of customers equal their receipts") { limit, tx in
        try ReceiptFiguresStore().differences(limit: limit, tx).map { difference in
            """
            customer \(difference.customer.rawValue): \(difference.stored.count) receipts worth \
            \(difference.stored.total) stored, \(difference.computed.count) worth \(difference.computed.total) by the \
            receipts
            """
        }
    } mend: { tx in
        try ReceiptFiguresStore().recomputeAll(tx)
    }

    private static let receiptFacts = [
        StoredCheck(
            "every receipt has its customer, in the same bucket",
            rows: """
                SELECT 'receipt ' || r.external_id FROM receipt AS r
                LEFT JOIN customer AS c ON c.bucket = r.bucket AND c.id = r.customer_id
                WHERE c.id IS NULL OR r.bucket <> r.id & 4095
                """
        ),
        StoredCheck(
            "every linked receipt has its order, of the same customer",
            rows: """
                SELECT 'receipt ' || r.external_id FROM receipt AS r
                LEFT JOIN orders AS o ON o.bucket = r.bucket AND o.id = r.order_id AND o.customer_id = r.customer_id
                    AND o.deleted_ms IS NULL
                WHERE r.order_id IS NOT NULL AND (o.id IS NULL OR r.deleted_ms IS NOT NULL)
                """
        ),
        StoredCheck(
            "every line of a receipt has its receipt",
            rows: """
                SELECT 'line of receipt ' || CAST(l.receipt_id AS TEXT) FROM receipt_line AS l
                LEFT JOIN receipt AS r ON r.bucket = l.bucket AND r.id = l.receipt_id WHERE r.id IS NULL
                """
        ),
        StoredCheck(
            "every receipt's history begins with its creation and reaches its version",
            rows: """
                SELECT 'receipt ' || r.external_id FROM receipt AS r
                LEFT JOIN (
                    SELECT bucket, receipt_id, min(seq) AS low, max(seq) AS high, count(*) AS n, max(version) AS version
                    FROM receipt_change GROUP BY bucket, receipt_id) AS h
                    ON h.bucket = r.bucket AND h.receipt_id = r.id
                WHERE h.n IS NULL OR h.low <> 1 OR h.high <> h.n OR h.version <> r.version
                """
        ),
    ]
}

extension ReceiptStore {
    private static let valued = Statement(
        """
        SELECT r.id, r.external_id, r.customer_id, r.date_ms, r.value_e4, r.sum_e4, l.sum_e4
        FROM receipt AS r LEFT JOIN receipt_line AS l ON l.bucket = r.bucket AND l.receipt_id = r.id ORDER BY r.id
        """
    )

    /// Receipts whose stored value is not what their sum and lines say, also deleted ones; no more of them is read than
    /// that.
    fileprivate func misvalued(limit: Int, _ tx: Connection) throws -> [Receipt] {
        var receipts: [Receipt] = []
        var current: (receipt: Receipt, value: Int64)?
        func end() {
            guard let (receipt, value) = current, receipts.count < limit else { return }
            if receipt.value.tenThousandths != value { receipts.append(receipt) }
        }
        try tx.scan(Self.valued) { row in
            if current?.receipt.id != row.id(0) {
                end()
                var receipt = Receipt(
                    id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(3),
                    createdAt: row.instant(3)
                )
                receipt.fields[.sum] = row.money(5)
                current = (receipt, row.integer(4))
            }
            var line = ReceiptLine(externalID: "")
            line.fields[.sum] = row.money(6)
            current?.receipt.lines.append(line)
        }
        end()
        return receipts
    }
}
