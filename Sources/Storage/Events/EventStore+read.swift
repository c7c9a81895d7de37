import Database
import Domain

/// An event as it was stored.
package struct StoredEvent: Hashable, Sendable {
    /// Its number within its bucket, without gaps.
    package var seq: Int64
    package var event: Event
    package var arrivedAt: Instant
    package var origin: Origin
}

extension EventStore {
    private static let after = Statement(
        """
        SELECT seq, kind, customer_id, order_id, version, status_type, from_code, to_code, happened_ms, arrived_ms,
            actor, channel, receipt_id, segment_id, container_type_id
        FROM event WHERE bucket = $1 AND seq > $2 ORDER BY seq LIMIT $3
        """
    )

    /// Up to `limit` events of a bucket after the one numbered `place`, in their order.
    ///
    /// Kinds that this version does not know are told of as nil, so that a reader can go past them.
    package func events(
        of bucket: Bucket, after place: Int64, limit: Int, _ tx: Connection
    ) throws -> [(seq: Int64, stored: StoredEvent?)] {
        var events: [(seq: Int64, stored: StoredEvent?)] = []
        try tx.each(Self.after) { binder in
            binder.bind(bucket)
            binder.bind(place)
            binder.bind(Int64(limit))
        } read: { row in
            events.append((row.integer(0), Self.stored(row)))
        }
        return events
    }

    private static func stored(_ row: Row) -> StoredEvent? {
        guard let kind = Event.Kind(rawValue: row.text(1)) else { return nil }
        let type = row.optionalText(5).flatMap(OrderStatusType.init)
        let event = Event(
            kind, customer: row.id(2), order: row.optionalID(3), receipt: row.optionalID(12),
            segment: row.optionalID(13), container: row.optionalID(14), version: row.integer(4),
            happenedAt: row.instant(8),
            transition: type.map { StatusTransition(type: $0, from: row.optionalText(6), to: row.optionalText(7)) }
        )
        let origin = Origin(actor: row.text(10), channel: Origin.Channel(rawValue: row.text(11)) ?? .api)
        return StoredEvent(seq: row.integer(0), event: event, arrivedAt: row.instant(9), origin: origin)
    }

    // MARK: What moved

    /// Whether any order or receipt ever moved to another bucket.
    package func hasMoves(_ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM order_move UNION ALL SELECT 1 FROM receipt_move LIMIT 1") { _ in true } ?? false
    }

    /// What an order is called now that was called `id` once; nil where it never moved.
    package func successor(of id: Order.ID, _ tx: Connection) throws -> Order.ID? {
        try tx.first("SELECT order_id FROM order_move WHERE former_id = \(id.rawValue)") { $0.id(0) }
    }

    /// What a receipt is called now that was called `id` once; nil where it never moved.
    package func successor(of id: Receipt.ID, _ tx: Connection) throws -> Receipt.ID? {
        try tx.first("SELECT receipt_id FROM receipt_move WHERE former_id = \(id.rawValue)") { $0.id(0) }
    }

    /// The bucket that an event's order or receipt came from, with the number of that bucket's last event then; nil
    /// where it never moved.
    package func origin(of event: Event, _ tx: Connection) throws -> (bucket: Bucket, seq: Int64)? {
        if let id = event.receipt {
            return try tx.first(
                """
                SELECT former_id, former_seq FROM receipt_move
                WHERE bucket = \(id.bucket.rawValue) AND receipt_id = \(id.rawValue)
                """,
                read: Self.origin
            )
        }
        guard let id = event.order else { return nil }
        return try tx.first(
            """
            SELECT former_id, former_seq FROM order_move
            WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue)
            """,
            read: Self.origin
        )
    }

    private static func origin(_ row: Row) -> (bucket: Bucket, seq: Int64) {
        let former: Order.ID = row.id(0)
        return (former.bucket, row.integer(1))
    }
}
