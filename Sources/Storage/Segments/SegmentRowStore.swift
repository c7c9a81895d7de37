import Database
import Domain

/// Segments and audiences as they were made, and how large they were.
package struct SegmentRowStore: Sendable {
    package init() {}

    private static let columns =
        "id, code, name, description, conditions, version, created_ms, updated_ms, filled_ms"

    /// All of them.
    package func all(_ tx: Connection) throws -> [Segment] {
        try tx.rows("SELECT \(SQL(stringLiteral: Self.columns)) FROM segment ORDER BY id", read: Self.segment)
    }

    package func find(_ code: String, _ tx: Connection) throws -> Segment? {
        try tx.first(
            "SELECT \(SQL(stringLiteral: Self.columns)) FROM segment WHERE code = \(code)", read: Self.segment
        )
    }

    private static func segment(_ row: Row) -> Segment {
        var segment = Segment(id: row.id(0), code: row.text(1), name: row.text(2), createdAt: row.instant(6))
        segment.description = row.optionalText(3)
        segment.conditions = row.optionalText(4)
        segment.version = row.integer(5)
        segment.updatedAt = row.instant(7)
        segment.filledAt = row.optionalInstant(8)
        return segment
    }

    package func insert(_ segment: Segment, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO segment (id, code, name, description, conditions, version, created_ms, updated_ms, filled_ms)
            VALUES (\(segment.id.rawValue), \(segment.code), \(segment.name), \(segment.description),
                \(segment.conditions), \(segment.version), \(segment.createdAt.milliseconds),
                \(segment.updatedAt.milliseconds), \(segment.filledAt?.milliseconds))
            """
        )
    }

    package func update(_ segment: Segment, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE segment SET name = \(segment.name), description = \(segment.description),
                conditions = \(segment.conditions), version = \(segment.version),
                updated_ms = \(segment.updatedAt.milliseconds), filled_ms = \(segment.filledAt?.milliseconds)
            WHERE id = \(segment.id.rawValue)
            """
        )
    }

    /// Notes that the members of a segment are written down whole, or that they are not any more.
    package func setFilled(_ id: Segment.ID, at instant: Instant?, _ tx: Connection) throws {
        try tx.run("UPDATE segment SET filled_ms = \(instant?.milliseconds) WHERE id = \(id.rawValue)")
    }

    /// Forgets a segment and its sizes; its members go by and by (`SegmentMemberStore.clear`).
    package func delete(_ id: Segment.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM segment_size WHERE segment_id = \(id.rawValue)")
        try tx.run("DELETE FROM segment WHERE id = \(id.rawValue)")
    }

    // MARK: Sizes

    package typealias Size = SegmentSize

    /// Notes how many are in a segment; the last note of a day stays.
    package func note(_ size: Size, of id: Segment.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO segment_size (segment_id, day, customers)
            VALUES (\(id.rawValue), \(size.day.number), \(size.customers))
            ON CONFLICT (segment_id, day) DO UPDATE SET customers = excluded.customers
            """
        )
    }

    /// The sizes of a segment from a day on, in the order of days.
    package func sizes(of id: Segment.ID, from day: CalendarDay, _ tx: Connection) throws -> [Size] {
        try tx.rows(
            """
            SELECT day, customers FROM segment_size WHERE segment_id = \(id.rawValue) AND day >= \(day.number)
            ORDER BY day
            """
        ) { Size(day: CalendarDay(number: $0.integer(0)), customers: $0.integer(1)) }
    }
}
