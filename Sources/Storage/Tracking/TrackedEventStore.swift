import Database
import Domain

/// What customers and visitors did.
package struct TrackedEventStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        id, owner_id, name, kind, subject, source_id, session, url, title, referrer, happened_ms, arrived_ms, context
        """

    private static let insert = Statement(
        """
        INSERT INTO tracked_event (bucket, id, owner_id, name, kind, subject, source_id, session, url, title, referrer,
            happened_ms, arrived_ms, context)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """, gathering: .adds
    )

    package func insert(_ event: TrackedEvent, _ tx: Connection) throws {
        try tx.run(Self.insert) { binder in
            binder.bind(event.owner.bucket)
            binder.bind(event.id)
            binder.bind(event.owner)
            binder.bind(event.call.name)
            binder.bind(event.call.kind.rawValue)
            binder.bind(event.call.subject)
            binder.bind(event.source?.rawValue)
            binder.bind(event.session)
            binder.bind(event.page?.url)
            binder.bind(event.page?.title)
            binder.bind(event.page?.referrer)
            binder.bind(event.happenedAt)
            binder.bind(event.arrivedAt)
            binder.bind(event.call.context)
        }
        tx.note(TrackedNote.event(event))
    }

    private static func event(_ row: Row) -> TrackedEvent {
        let page = TrackedPage(url: row.optionalText(7), title: row.optionalText(8), referrer: row.optionalText(9))
        return TrackedEvent(
            id: row.id(0), owner: row.id(1),
            TrackedEventCall(
                row.text(2), kind: EventName.Kind(rawValue: row.text(3)) ?? .web, subject: row.optionalText(4),
                context: row.optionalText(12)
            ),
            source: row.optionalInteger(5).map { EventSource.ID(rawValue: $0) }, session: row.optionalText(6),
            page: page == TrackedPage() ? nil : page, happenedAt: row.instant(10), arrivedAt: row.instant(11)
        )
    }

    /// Up to `limit` of somebody's events, what happened last first, after `cursor`.
    package func page(
        of owner: TrackedOwner, _ query: TrackedEventQuery = TrackedEventQuery(),
        after cursor: TrackedEventCursor? = nil,
        limit: Int, _ tx: Connection
    ) throws -> [TrackedEvent] {
        var sql: SQL = """
            SELECT \(Self.columns) FROM tracked_event
            WHERE bucket = \(owner.bucket.rawValue) AND owner_id = \(owner.rawValue)
            """
        if let cursor {
            sql.append(" AND (happened_ms, id) < (\(cursor.happenedAt.milliseconds), \(cursor.id.rawValue))")
        }
        if let from = query.from { sql.append(" AND happened_ms >= \(from.milliseconds)") }
        if let to = query.to { sql.append(" AND happened_ms < \(to.milliseconds)") }
        if let name = query.name { sql.append(" AND name = \(name)") }
        if let source = query.source { sql.append(" AND source_id = \(source.rawValue)") }
        sql.append(" ORDER BY happened_ms DESC, id DESC LIMIT \(limit)")
        return try tx.rows(sql, read: Self.event)
    }

    /// How many events somebody has of those asked for.
    package func count(
        of owner: TrackedOwner, _ query: TrackedEventQuery = TrackedEventQuery(), _ tx: Connection
    ) throws -> Int {
        var sql: SQL = """
            SELECT count(*) FROM tracked_event
            WHERE bucket = \(owner.bucket.rawValue) AND owner_id = \(owner.rawValue)
            """
        if let from = query.from { sql.append(" AND happened_ms >= \(from.milliseconds)") }
        if let to = query.to { sql.append(" AND happened_ms < \(to.milliseconds)") }
        if let name = query.name { sql.append(" AND name = \(name)") }
        if let source = query.source { sql.append(" AND source_id = \(source.rawValue)") }
        return try tx.first(sql) { Int($0.integer(0)) } ?? 0
    }

    /// Removes some of somebody's events.
    package func remove(_ events: [TrackedEvent], of owner: TrackedOwner, _ tx: Connection) throws {
        for start in stride(from: 0, to: events.count, by: Self.portion) {
            let ids = events[start..<min(start + Self.portion, events.count)].map { $0.id.rawValue.sqlValue }
            var sql: SQL = "DELETE FROM tracked_event WHERE bucket = \(owner.bucket.rawValue) AND id IN "
            sql.append("(", ids, ")")
            try tx.run(sql)
        }
        for event in events { tx.note(TrackedNote.eventGone(event.id, owner)) }
    }

    private static let portion = 200

    /// Removes somebody's events from before a moment, and returns how many went.
    package func remove(
        of owner: TrackedOwner, before instant: Instant, limit: Int, _ tx: Connection
    ) throws -> Int {
        let old = try page(of: owner, TrackedEventQuery(to: instant), limit: limit, tx)
        try remove(old, of: owner, tx)
        return old.count
    }

    /// Removes the oldest events that came before a moment, and returns how many went.
    ///
    /// Identifiers rise with time, so nothing but what goes is read.
    package func prune(before instant: Instant, limit: Int, _ tx: Connection) throws -> Int {
        let first = max(0, instant.milliseconds - IdentifierMaker.epoch.milliseconds) << 22
        let old = try tx.rows("SELECT id, owner_id FROM tracked_event WHERE id < \(first) ORDER BY id LIMIT \(limit)") {
            (id: $0.id(0) as TrackedEvent.ID, owner: $0.id(1) as TrackedOwner)
        }
        for (bucket, events) in Dictionary(grouping: old, by: \.id.bucket) {
            var sql: SQL = "DELETE FROM tracked_event WHERE bucket = \(bucket.rawValue) AND id IN "
            sql.append("(", events.map(\.id.rawValue.sqlValue), ")")
            try tx.run(sql)
        }
        for event in old { tx.note(TrackedNote.eventGone(event.id, event.owner)) }
        return old.count
    }
}
