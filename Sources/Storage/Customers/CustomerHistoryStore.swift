import Database
import Domain

/// What changed in profiles, field by field; rows are added, and go only with the person (ARCHITECTURE.md, "Erasing").
package struct CustomerHistoryStore: Sendable {
    package init() {}

    /// Adds the changes that brought `customer` to its version.
    package func append(
        _ changes: [OrderChange], to customer: Customer, at now: Instant, by origin: Origin, _ tx: Connection
    ) throws {
        var seq = try last(customer.id, tx)
        for change in changes {
            seq += 1
            try tx.run(
                """
                INSERT INTO customer_change (bucket, customer_id, seq, version, field, from_value, to_value,
                    happened_ms, arrived_ms, actor, channel)
                VALUES (\(customer.id.bucket.rawValue), \(customer.id.rawValue), \(seq), \(customer.version),
                    \(change.field), \(change.from), \(change.to), \(change.happenedAt.milliseconds),
                    \(now.milliseconds), \(origin.actor), \(origin.channel.rawValue))
                """
            )
        }
    }

    private func last(_ id: Customer.ID, _ tx: Connection) throws -> Int64 {
        try tx.first(
            """
            SELECT coalesce(max(seq), 0) FROM customer_change
            WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)
            """
        ) { $0.integer(0) } ?? 0
    }

    /// Puts a merged customer's history behind that of the customer it became part of.
    package func move(from before: Customer.ID, to after: Customer.ID, _ tx: Connection) throws {
        let last = try last(after, tx)
        try tx.run(
            """
            INSERT INTO customer_change (bucket, customer_id, seq, version, field, from_value, to_value, happened_ms,
                arrived_ms, actor, channel)
            SELECT \(after.bucket.rawValue), \(after.rawValue), seq + \(last), version, field, from_value, to_value,
                happened_ms, arrived_ms, actor, channel
            FROM customer_change WHERE bucket = \(before.bucket.rawValue) AND customer_id = \(before.rawValue)
            """
        )
        try delete(before, tx)
    }

    package func delete(_ id: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            "DELETE FROM customer_change WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)"
        )
    }

    /// All changes of a profile, oldest first.
    package func all(of id: Customer.ID, _ tx: Connection) throws -> [RecordedChange] {
        try tx.rows(
            """
            SELECT version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel
            FROM customer_change WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue) ORDER BY seq
            """
        ) { Self.change($0, from: 0) }
    }

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
                change: Self.change(row, from: 0),
                thing: row.optionalText(10).flatMap(TimelineRow.Thing.Kind.init).map { kind in
                    TimelineRow.Thing(kind: kind, externalID: row.text(11), number: row.optionalText(12))
                }
            )
        }
    }

    private static func change(_ row: Row, from column: Int) -> RecordedChange {
        RecordedChange(
            change: OrderChange(
                row.text(column + 1), from: row.optionalText(column + 2), to: row.optionalText(column + 3),
                happenedAt: row.instant(column + 4)
            ),
            version: row.integer(column), arrivedAt: row.instant(column + 5),
            origin: Origin(
                actor: row.text(column + 6), channel: Origin.Channel(rawValue: row.text(column + 7)) ?? .api
            )
        )
    }
}
