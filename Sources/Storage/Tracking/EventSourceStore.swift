import Database
import Domain

/// Sources of events with their keys, and the names that the shop made.
package struct EventSourceStore: Sendable {
    private let memo = WriterMemo<TrackingBook>()

    package init() {}

    private static let columns: SQL = """
        id, code, name, domains, is_on, takes_orders, learns_names, updates_customers, created_ms, updated_ms
        """

    /// All sources and names.
    package func book(_ tx: Connection) throws -> TrackingBook {
        var sources = try tx.rows("SELECT \(Self.columns) FROM event_source ORDER BY id") { row in
            var source = EventSource(id: row.id(0), code: row.text(1), name: row.text(2), createdAt: row.instant(8))
            source.domains = row.text(3).split(separator: " ").map(String.init)
            (source.isOn, source.takesOrders) = (row.boolean(4), row.boolean(5))
            (source.learnsNames, source.updatesCustomers) = (row.boolean(6), row.boolean(7))
            source.updatedAt = row.instant(9)
            return source
        }
        let keys = try tx.rows(
            "SELECT source_id, write_key, name, created_ms FROM event_source_key ORDER BY created_ms DESC, write_key"
        ) { row in
            (
                source: row.id(0) as EventSource.ID,
                key: WriteKey(text: row.text(1), name: row.text(2), createdAt: row.instant(3))
            )
        }
        for place in sources.indices {
            sources[place].keys = keys.filter { $0.source == sources[place].id }.map(\.key)
        }
        let names = try tx.rows("SELECT code, name, kind FROM event_name ORDER BY code") { row in
            EventName(code: row.text(0), name: row.text(1), kind: EventName.Kind(rawValue: row.text(2)) ?? .web)
        }
        return TrackingBook(sources: sources, names: names)
    }

    /// The same within a write, remembered from one to the next.
    package func writerBook(_ tx: Connection) throws -> TrackingBook { try memo.value(tx, load: book) }

    // MARK: Sources

    package func insert(_ source: EventSource, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO event_source (\(Self.columns))
            VALUES (\(source.id.rawValue), \(source.code), \(source.name), \(source.domains.joined(separator: " ")),
                \(source.isOn), \(source.takesOrders), \(source.learnsNames), \(source.updatesCustomers),
                \(source.createdAt.milliseconds), \(source.updatedAt.milliseconds))
            """
        )
        for key in source.keys { try insert(key, of: source.id, tx) }
    }

    package func update(_ source: EventSource, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            UPDATE event_source SET name = \(source.name), domains = \(source.domains.joined(separator: " ")),
                is_on = \(source.isOn), takes_orders = \(source.takesOrders), learns_names = \(source.learnsNames),
                updates_customers = \(source.updatesCustomers), updated_ms = \(source.updatedAt.milliseconds)
            WHERE id = \(source.id.rawValue)
            """
        )
    }

    /// Removes a source with what was noted of it; events that came by it stay.
    package func delete(_ id: EventSource.ID, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run("DELETE FROM event_source_key WHERE source_id = \(id.rawValue)")
        try tx.run("DELETE FROM event_source_hour WHERE source_id = \(id.rawValue)")
        try tx.run("DELETE FROM tracked_refusal WHERE source_id = \(id.rawValue)")
        try tx.run("DELETE FROM event_source WHERE id = \(id.rawValue)")
    }

    package func insert(_ key: WriteKey, of id: EventSource.ID, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO event_source_key (write_key, source_id, name, created_ms)
            VALUES (\(key.text), \(id.rawValue), \(key.name), \(key.createdAt.milliseconds))
            """
        )
    }

    package func deleteKey(_ text: String, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run("DELETE FROM event_source_key WHERE write_key = \(text)")
    }

    // MARK: Names

    package func save(_ name: EventName, at now: Instant, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO event_name (code, name, kind, created_ms)
            VALUES (\(name.code), \(name.name), \(name.kind.rawValue), \(now.milliseconds))
            ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind
            """
        )
    }

    package func deleteName(_ code: String, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run("DELETE FROM event_name WHERE code = \(code)")
    }

    // MARK: Figures

    package func count(_ figures: SourceFigures, of id: EventSource.ID, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO event_source_hour (source_id, hour, taken, repeated, refused)
            VALUES (\(id.rawValue), \(now.milliseconds / 3_600_000), \(figures.taken), \(figures.repeated),
                \(figures.refused))
            ON CONFLICT (source_id, hour) DO UPDATE SET taken = event_source_hour.taken + excluded.taken,
                repeated = event_source_hour.repeated + excluded.repeated,
                refused = event_source_hour.refused + excluded.refused
            """
        )
    }

    /// What came by each source in the last day.
    package func figures(at now: Instant, _ tx: Connection) throws -> [EventSource.ID: SourceFigures] {
        let first = now.milliseconds / 3_600_000 - 23
        let rows = try tx.rows(
            """
            SELECT source_id, CAST(sum(taken) AS BIGINT), CAST(sum(repeated) AS BIGINT), CAST(sum(refused) AS BIGINT)
            FROM event_source_hour WHERE hour >= \(first) GROUP BY source_id
            """
        ) { row in
            (
                row.id(0) as EventSource.ID,
                SourceFigures(taken: row.integer(1), repeated: row.integer(2), refused: row.integer(3))
            )
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    package func forgetFigures(before instant: Instant, _ tx: Connection) throws {
        try tx.run("DELETE FROM event_source_hour WHERE hour < \(instant.milliseconds / 3_600_000)")
    }

    // MARK: Refusals

    /// Refusals of one source that are kept.
    private static let keptRefusals = 100

    /// Writes down messages that were not taken; of each source the last are kept.
    package func insert(
        _ refusals: [(id: Int64, refusal: TrackedRefusal)], of id: EventSource.ID, at now: Instant, _ tx: Connection
    ) throws {
        for (row, refusal) in refusals.suffix(Self.keptRefusals) {
            try tx.run(
                """
                INSERT INTO tracked_refusal (id, source_id, message_id, code, reason, sample, received_ms)
                VALUES (\(row), \(id.rawValue), \(refusal.messageID), \(refusal.code), \(refusal.detail),
                    \(refusal.sample), \(now.milliseconds))
                """
            )
        }
        try tx.run(
            """
            DELETE FROM tracked_refusal WHERE source_id = \(id.rawValue) AND id <= (
                SELECT r.id FROM tracked_refusal AS r WHERE r.source_id = \(id.rawValue)
                ORDER BY r.id DESC LIMIT 1 OFFSET \(Self.keptRefusals))
            """
        )
    }

    /// The last messages of a source that were not taken, the newest first.
    package func refusals(
        of id: EventSource.ID, _ tx: Connection
    ) throws -> [(receivedAt: Instant, refusal: TrackedRefusal)] {
        try tx.rows(
            """
            SELECT received_ms, code, reason, message_id, sample FROM tracked_refusal
            WHERE source_id = \(id.rawValue) ORDER BY id DESC
            """
        ) { row in
            (
                row.instant(0),
                TrackedRefusal(row.text(1), row.text(2), messageID: row.optionalText(3), sample: row.optionalText(4))
            )
        }
    }

    package func forgetRefusals(before instant: Instant, _ tx: Connection) throws {
        try tx.run("DELETE FROM tracked_refusal WHERE received_ms < \(instant.milliseconds)")
    }
}
