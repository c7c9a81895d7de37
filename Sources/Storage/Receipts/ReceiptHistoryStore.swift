import Database
import Domain

/// What changed in receipts, field by field; rows are added and never altered.
package struct ReceiptHistoryStore: Sendable {
    package init() {}

    private static let last = Statement("SELECT max(seq) FROM receipt_change WHERE bucket = $1 AND receipt_id = $2")

    private static let insert = Statement(
        """
        INSERT INTO receipt_change (bucket, receipt_id, seq, version, field, from_value, to_value, happened_ms,
            arrived_ms, actor, channel)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    )

    /// Adds the changes that brought `receipt` to its version.
    package func append(
        _ changes: [OrderChange], to receipt: Receipt, isNew: Bool, at now: Instant, by origin: Origin, _ tx: Connection
    ) throws {
        var seq: Int64 = 0
        if !isNew {
            seq =
                try tx.first(Self.last) { binder in
                    binder.bind(receipt.id.bucket)
                    binder.bind(receipt.id)
                } read: {
                    $0.integer(0)
                } ?? 0
        }
        for change in changes {
            seq += 1
            try tx.run(Self.insert) { binder in
                binder.bind(receipt.id.bucket)
                binder.bind(receipt.id)
                binder.bind(seq)
                binder.bind(receipt.version)
                binder.bind(change.field)
                binder.bind(change.from)
                binder.bind(change.to)
                binder.bind(change.happenedAt)
                binder.bind(now)
                binder.bind(origin.actor)
                binder.bind(origin.channel.rawValue)
            }
        }
    }

    /// Takes a receipt's history along when it moved to another bucket.
    package func move(from before: Receipt.ID, to after: Receipt.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO receipt_change (bucket, receipt_id, seq, version, field, from_value, to_value, happened_ms,
                arrived_ms, actor, channel)
            SELECT \(after.bucket.rawValue), \(after.rawValue), seq, version, field, from_value, to_value, happened_ms,
                arrived_ms, actor, channel
            FROM receipt_change WHERE bucket = \(before.bucket.rawValue) AND receipt_id = \(before.rawValue)
            """
        )
        try tx.run(
            "DELETE FROM receipt_change WHERE bucket = \(before.bucket.rawValue) AND receipt_id = \(before.rawValue)"
        )
    }

    /// Takes from a receipt's history what was said in some fields; that something changed stays.
    package func blank(of id: Receipt.ID, fields: [String], _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE receipt_change SET from_value = NULL, to_value = NULL
            WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue) AND field IN (\(list: fields))
            """
        )
    }

    /// Up to `limit` changes of a receipt, the newest first, that arrived before the one numbered `before`.
    package func page(
        of id: Receipt.ID, before: Int64 = .max, limit: Int, _ tx: Connection
    ) throws -> [(seq: Int64, change: RecordedChange)] {
        try tx.rows(
            """
            SELECT seq, version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel
            FROM receipt_change
            WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue) AND seq < \(before)
            ORDER BY seq DESC LIMIT \(limit)
            """
        ) { row in
            let change = OrderChange(
                row.text(2), from: row.optionalText(3), to: row.optionalText(4), happenedAt: row.instant(5)
            )
            let origin = Origin(actor: row.text(7), channel: Origin.Channel(rawValue: row.text(8)) ?? .api)
            return (
                row.integer(0),
                RecordedChange(change: change, version: row.integer(1), arrivedAt: row.instant(6), origin: origin)
            )
        }
    }
}
