import Database
import Domain

extension ReceiptStore {
    private static let insertKey = Statement(
        "INSERT INTO receipt_key (bucket, external_id, receipt_id) VALUES ($1, $2, $3)"
    )

    private static let insertReceipt = Statement(
        """
        INSERT INTO receipt (bucket, id, external_id, customer_id, order_id, date_ms, value_e4, metadata, version,
            created_ms, updated_ms, reported_ms, \(Columns.names(of: ReceiptField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 12 + ReceiptField.allCases.count)))
        """
    )

    /// Stores a receipt that is not there yet, with its key and lines.
    package func insert(_ receipt: Receipt, _ tx: Connection) throws {
        try tx.run(Self.insertKey) { binder in
            binder.bind(Bucket(hashOf: receipt.externalID))
            binder.bind(receipt.externalID)
            binder.bind(receipt.id)
        }
        try insertRow(receipt, tx)
        try insertLines(of: receipt, tx)
        if !receipt.custom.isEmpty { try values.save(to: receipt.custom, of: CustomValueStore.Owner(receipt.id), tx) }
    }

    private func insertRow(_ receipt: Receipt, _ tx: Connection) throws {
        try tx.run(Self.insertReceipt) { binder in
            binder.bind(receipt.id.bucket)
            binder.bind(receipt.id)
            binder.bind(receipt.externalID)
            Self.bindState(of: receipt, &binder)
        }
    }

    /// Binds what `insertReceipt` and `updateReceipt` share, in their order.
    private static func bindState(of receipt: Receipt, _ binder: inout Binder) {
        binder.bind(receipt.customer)
        binder.bind(receipt.order)
        binder.bind(receipt.date)
        binder.bind(receipt.value.tenThousandths)
        binder.bind(receipt.metadata)
        binder.bind(receipt.version)
        binder.bind(receipt.createdAt)
        binder.bind(receipt.updatedAt)
        binder.bind(receipt.reportedAt)
        binder.bind(receipt.fields)
    }

    private static let updateReceipt = Statement(
        """
        UPDATE receipt SET customer_id = $3, order_id = $4, date_ms = $5, value_e4 = $6, metadata = $7, version = $8,
            created_ms = $9, updated_ms = $10, reported_ms = $11,
            \(Columns.assignments(of: ReceiptField.self, from: 12))
        WHERE bucket = $1 AND id = $2
        """
    )

    /// Stores a receipt's new state; under a new identifier when it moved to a customer of another bucket.
    package func update(from before: Receipt, to after: Receipt, _ tx: Connection) throws {
        guard before.id == after.id else { return try move(from: before, to: after, tx) }
        try tx.run(Self.updateReceipt) { binder in
            binder.bind(after.id.bucket)
            binder.bind(after.id)
            Self.bindState(of: after, &binder)
        }
        if before.custom != after.custom {
            try values.save(from: before.custom, to: after.custom, of: CustomValueStore.Owner(after.id), tx)
        }
        guard before.lines != after.lines else { return }
        try deleteLines(of: before, tx)
        try insertLines(of: after, tx)
    }

    /// Notes that the shop still saw a receipt's state at `instant`; no change of it.
    package func noteReport(of id: Receipt.ID, at instant: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE receipt SET reported_ms = \(instant.milliseconds)
            WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)
            """
        )
    }

    /// Moves all rows of a receipt to another bucket: a row never changes its bucket in place.
    private func move(from before: Receipt, to after: Receipt, _ tx: Connection) throws {
        try deleteLines(of: before, tx)
        if !before.custom.isEmpty { try values.delete(CustomValueStore.Owner(before.id), tx) }
        try tx.run("DELETE FROM receipt WHERE bucket = \(before.id.bucket.rawValue) AND id = \(before.id.rawValue)")
        try insertRow(after, tx)
        try insertLines(of: after, tx)
        if !after.custom.isEmpty { try values.save(to: after.custom, of: CustomValueStore.Owner(after.id), tx) }
        // Those who follow events find the receipt by it, and tell what happened before the move.
        try tx.run(
            """
            INSERT INTO receipt_move (bucket, receipt_id, former_id, former_seq)
            SELECT \(after.id.bucket.rawValue), \(after.id.rawValue), \(before.id.rawValue), coalesce(max(n), 0)
            FROM bucket_seq WHERE bucket = \(before.id.bucket.rawValue)
            """
        )
        try tx.run(
            """
            UPDATE receipt_key SET receipt_id = \(after.id.rawValue)
            WHERE bucket = \(Bucket(hashOf: after.externalID).rawValue) AND external_id = \(after.externalID)
            """
        )
    }

    private static let insertLine = Statement(
        """
        INSERT INTO receipt_line (bucket, receipt_id, position, external_id, \(Columns.names(of: ReceiptLineField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 4 + ReceiptLineField.allCases.count)))
        """
    )

    private func insertLines(of receipt: Receipt, _ tx: Connection) throws {
        for (position, line) in receipt.lines.enumerated() {
            try tx.run(Self.insertLine) { binder in
                binder.bind(receipt.id.bucket)
                binder.bind(receipt.id)
                binder.bind(Int64(position))
                binder.bind(line.externalID)
                binder.bind(line.fields)
            }
            if !line.custom.isEmpty {
                try lineValues.save(to: line.custom, of: CustomValueStore.Owner(receipt.id, line: position), tx)
            }
        }
    }

    private func deleteLines(of receipt: Receipt, _ tx: Connection) throws {
        try deleteLines(of: receipt.id, tx)
        if receipt.lines.contains(where: { !$0.custom.isEmpty }) {
            try lineValues.delete(CustomValueStore.Owner(receipt.id), tx)
        }
    }

    private func deleteLines(of id: Receipt.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM receipt_line WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue)")
    }

    /// Hides a receipt: its key is free again, its order loses it, and its rows stay until they are purged.
    package func hide(_ receipt: Receipt, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM receipt_key
            WHERE bucket = \(Bucket(hashOf: receipt.externalID).rawValue) AND external_id = \(receipt.externalID)
            """
        )
        try tx.run(
            """
            UPDATE receipt SET deleted_ms = \(now.milliseconds), version = \(receipt.version),
                updated_ms = \(now.milliseconds), order_id = NULL
            WHERE bucket = \(receipt.id.bucket.rawValue) AND id = \(receipt.id.rawValue)
            """
        )
    }

    /// Removes for good up to `limit` receipts that were deleted before `instant`, and returns how many went.
    package func purge(deletedBefore instant: Instant, limit: Int, _ tx: Connection) throws -> Int {
        let identifiers: [Receipt.ID] = try tx.rows(
            "SELECT id FROM receipt WHERE deleted_ms < \(instant.milliseconds) ORDER BY deleted_ms LIMIT \(limit)"
        ) { $0.id(0) }
        for id in identifiers { try remove(id, tx) }
        return identifiers.count
    }

    /// Removes a receipt that was deleted, with its lines and its history.
    package func remove(_ id: Receipt.ID, _ tx: Connection) throws {
        try deleteLines(of: id, tx)
        try lineValues.delete(CustomValueStore.Owner(id), tx)
        try values.delete(CustomValueStore.Owner(id), tx)
        try tx.run("DELETE FROM receipt_change WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue)")
        try tx.run("DELETE FROM receipt WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)")
        try tx.run("DELETE FROM receipt_move WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue)")
    }
}
