import Database
import Domain

extension ChangeStore where Owner == Customer {
    /// Up to `limit` changes of a customer's profile, orders and receipts, the latest that happened first.
    ///
    /// - Parameters:
    ///   - cursor: The row that comes before what is asked for.
    ///   - kinds: Whose changes are wanted beside the profile's.
    package func timeline(
        of id: Customer.ID, after cursor: TimelineCursor?, kinds: [TimelineRow.Thing.Kind], limit: Int, _ tx: Connection
    ) throws -> [TimelineRow] {
        let last = cursor ?? TimelineCursor(happenedAt: Instant(milliseconds: .max), source: .max, seq: .max)
        return try tx.rows(
            """
            SELECT version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel, source, seq, kind,
                external_id, number
            FROM (
                SELECT h.version, h.field, h.from_value, h.to_value, h.happened_ms, h.arrived_ms, h.actor, h.channel,
                    h.order_id AS source, h.seq, 'order' AS kind, o.external_id, o.number
                FROM orders AS o JOIN order_change AS h ON h.bucket = o.bucket AND h.order_id = o.id
                WHERE o.bucket = \(id.bucket.rawValue) AND o.customer_id = \(id.rawValue) AND o.deleted_ms IS NULL
                    AND \(kinds.contains(.order))
                UNION ALL
                SELECT h.version, h.field, h.from_value, h.to_value, h.happened_ms, h.arrived_ms, h.actor, h.channel,
                    h.receipt_id AS source, h.seq, 'receipt' AS kind, r.external_id, r.number
                FROM receipt AS r JOIN receipt_change AS h ON h.bucket = r.bucket AND h.receipt_id = r.id
                WHERE r.bucket = \(id.bucket.rawValue) AND r.customer_id = \(id.rawValue) AND r.deleted_ms IS NULL
                    AND \(kinds.contains(.receipt))
                UNION ALL
                SELECT version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel,
                    customer_id AS source, seq, NULL AS kind, NULL AS external_id, NULL AS number
                FROM customer_change
                WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)) AS t
            WHERE (happened_ms, source, seq) < (\(last.happenedAt.milliseconds), \(last.source), \(last.seq))
            ORDER BY happened_ms DESC, source DESC, seq DESC LIMIT \(limit)
            """
        ) { row in
            TimelineRow(
                cursor: TimelineCursor(happenedAt: row.instant(4), source: row.integer(8), seq: row.integer(9)),
                change: RecordedChange(row),
                thing: row.optionalText(10).flatMap(TimelineRow.Thing.Kind.init).map { kind in
                    TimelineRow.Thing(kind: kind, externalID: row.text(11), number: row.optionalText(12))
                }
            )
        }
    }
}
