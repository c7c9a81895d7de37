import Database
import Domain

/// The types of containers that there are.
package struct ContainerTypeStore: Sendable {
    private let memo = WriterMemo<ContainerBook>()

    package init() {}

    package func book(_ tx: Connection) throws -> ContainerBook {
        ContainerBook(
            try tx.rows(
                """
                SELECT id, code, name, lifetime_days, abandoned_after_minutes, emptied_by_order, version
                FROM container_type ORDER BY id
                """
            ) { row in
                var type = ContainerType(id: row.id(0), code: row.text(1), name: row.text(2))
                type.lifetimeDays = row.optionalInteger(3)
                type.abandonedAfterMinutes = row.integer(4)
                type.isEmptiedByOrder = row.boolean(5)
                type.version = row.integer(6)
                return type
            }
        )
    }

    /// The same within a write, remembered from one to the next.
    package func writerBook(_ tx: Connection) throws -> ContainerBook { try memo.value(tx, load: book) }

    /// Stores a type, whether or not it is there.
    package func put(_ type: ContainerType, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO container_type (id, code, name, lifetime_days, abandoned_after_minutes, emptied_by_order, version)
            VALUES (\(type.id.rawValue), \(type.code), \(type.name), \(type.lifetimeDays),
                \(type.abandonedAfterMinutes), \(type.isEmptiedByOrder), \(type.version))
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, lifetime_days = excluded.lifetime_days,
                abandoned_after_minutes = excluded.abandoned_after_minutes,
                emptied_by_order = excluded.emptied_by_order, version = excluded.version
            """
        )
    }

    package func delete(_ id: ContainerType.ID, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run("DELETE FROM container_type WHERE id = \(id.rawValue)")
    }

    // MARK: Containers of a type

    /// How many containers of each type hold something; each is counted by the index.
    package func counts(of types: [ContainerType], _ tx: Connection) throws -> [ContainerType.ID: Int] {
        var counts: [ContainerType.ID: Int] = [:]
        for type in types {
            counts[type.id] = try tx.first(
                "SELECT count(*) FROM container WHERE type_id = \(type.id.rawValue) AND line_count > 0"
            ) { Int($0.integer(0)) }
        }
        return counts
    }

    /// How many containers of a type hold something, counted up to 1,000.
    package func count(of id: ContainerType.ID, _ tx: Connection) throws -> Int {
        try tx.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM container WHERE type_id = \(id.rawValue) AND line_count > 0 LIMIT 1000) AS used
            """
        ) { Int($0.integer(0)) } ?? 0
    }

    /// Forgets up to so many containers of a type that hold nothing, and returns how many it were.
    package func forgetEmpty(of id: ContainerType.ID, limit: Int, _ tx: Connection) throws -> Int {
        let owners = try tx.rows(
            "SELECT owner_id FROM container WHERE type_id = \(id.rawValue) AND line_count = 0 LIMIT \(limit)"
        ) { $0.integer(0) }
        for owner in owners {
            try tx.run(
                """
                DELETE FROM container WHERE bucket = \(owner & Bucket.mask) AND owner_id = \(owner)
                    AND type_id = \(id.rawValue)
                """
            )
            tx.note(TrackedNote.containerGone(id, owner: owner))
        }
        return owners.count
    }

    /// Reckons anew when time does something to the containers of a type, which is not before `now`.
    package func reschedule(_ type: ContainerType, at now: Instant, _ tx: Connection) throws {
        let minutes = type.abandonedAfterMinutes * 60_000
        let life = type.lifetimeDays.map { $0 * 86_400_000 }
        let isAbandonedFirst = life.map { minutes <= $0 } ?? true
        // Of what is not abandoned, and of what is.
        let (fresh, stale) = (isAbandonedFirst ? minutes : life, life)
        try tx.run(
            """
            UPDATE container SET due_ms = CASE WHEN abandoned_ms IS NULL
                THEN \(Self.moment(fresh, now)) ELSE \(Self.moment(stale, now)) END
            WHERE type_id = \(type.id.rawValue) AND line_count > 0
            """
        )
    }

    private static func moment(_ span: Int64?, _ now: Instant) -> SQL {
        guard let span else { return "CAST(NULL AS BIGINT)" }
        return """
            CASE WHEN changed_ms + \(span) > \(now.milliseconds) THEN changed_ms + \(span) ELSE \(now.milliseconds) END
            """
    }
}
