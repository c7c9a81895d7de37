import Database
import Domain

/// What changed in orders, field by field; rows are added and never altered.
package struct OrderHistoryStore: Sendable {
    package init() {}

    private static let last = Statement("SELECT max(seq) FROM order_change WHERE bucket = $1 AND order_id = $2")

    private static let insert = Statement(
        """
        INSERT INTO order_change (bucket, order_id, seq, version, field, from_value, to_value, happened_ms, arrived_ms,
            actor, channel)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    )

    /// Adds the changes that brought `order` to its version.
    package func append(
        _ changes: [OrderChange], to order: Order, isNew: Bool, at now: Instant, by origin: Origin, _ tx: Connection
    ) throws {
        var seq: Int64 = 0
        if !isNew {
            seq =
                try tx.first(Self.last) { binder in
                    binder.bind(order.id.bucket)
                    binder.bind(order.id)
                } read: {
                    $0.integer(0)
                } ?? 0
        }
        for change in changes {
            seq += 1
            try tx.run(Self.insert) { binder in
                binder.bind(order.id.bucket)
                binder.bind(order.id)
                binder.bind(seq)
                binder.bind(order.version)
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

    /// Takes an order's history along when it moved to another bucket.
    package func move(from before: Order.ID, to after: Order.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO order_change (bucket, order_id, seq, version, field, from_value, to_value, happened_ms,
                arrived_ms, actor, channel)
            SELECT \(after.bucket.rawValue), \(after.rawValue), seq, version, field, from_value, to_value, happened_ms,
                arrived_ms, actor, channel
            FROM order_change WHERE bucket = \(before.bucket.rawValue) AND order_id = \(before.rawValue)
            """
        )
        try tx.run(
            "DELETE FROM order_change WHERE bucket = \(before.bucket.rawValue) AND order_id = \(before.rawValue)"
        )
    }

    /// Up to `limit` changes of an order, the newest first, that arrived before the one numbered `before`.
    package func page(
        of id: Order.ID, before: Int64 = .max, limit: Int, _ tx: Connection
    ) throws -> [(seq: Int64, change: RecordedChange)] {
        try tx.rows(
            """
            SELECT seq, version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel
            FROM order_change
            WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue) AND seq < \(before)
            ORDER BY seq DESC LIMIT \(limit)
            """
        ) { row in
            let change = OrderChange(
                row.text(2), from: row.optionalText(3), to: row.optionalText(4), happenedAt: row.instant(5)
            )
            let origin = Origin(actor: row.text(7), channel: Origin.Channel(rawValue: row.text(8)) ?? .api)
            return (
                row.integer(0),
                RecordedChange(
                    change: change, version: row.integer(1), arrivedAt: row.instant(6), origin: origin
                )
            )
        }
    }
}
