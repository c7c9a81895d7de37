import Database
import Domain

/// What was noted of segments day by day, and who came and went.
package struct SegmentHistoryStore: Sendable {
    package init() {}

    /// The sizes of all segments from a day on, each in the order of days.
    package func sizes(from day: CalendarDay, _ tx: Connection) throws -> [Segment.ID: [SegmentRowStore.Size]] {
        var sizes: [Segment.ID: [SegmentRowStore.Size]] = [:]
        try tx.each(
            """
            SELECT segment_id, day, customers FROM segment_size WHERE day >= \(day.number) ORDER BY segment_id, day
            """
        ) { row in
            let size = SegmentRowStore.Size(day: CalendarDay(number: row.integer(1)), customers: row.integer(2))
            sizes[row.id(0), default: []].append(size)
        }
        return sizes
    }

    /// Somebody who entered or left.
    package struct Move: Hashable, Sendable {
        package var customer: Customer.ID
        package var isEntry: Bool
        package var happenedAt: Instant
    }

    /// Who entered and left a segment since an instant, the latest first.
    package func moves(of segment: Segment.ID, since instant: Instant, limit: Int, _ tx: Connection) throws -> [Move] {
        try tx.rows(
            """
            SELECT customer_id, kind, happened_ms FROM event
            WHERE segment_id = \(segment.rawValue) AND happened_ms >= \(instant.milliseconds)
            ORDER BY happened_ms DESC, customer_id LIMIT \(limit)
            """
        ) { row in Move(customer: row.id(0), isEntry: row.text(1) == "segment.entered", happenedAt: row.instant(2)) }
    }

    /// How many entered a segment since an instant, and how many left.
    package func moveCounts(
        of segment: Segment.ID, since instant: Instant, _ tx: Connection
    ) throws -> (entered: Int64, left: Int64) {
        try tx.first(
            """
            SELECT COUNT(*) FILTER (WHERE kind = 'segment.entered'), COUNT(*) FILTER (WHERE kind = 'segment.left')
            FROM event WHERE segment_id = \(segment.rawValue) AND happened_ms >= \(instant.milliseconds)
            """
        ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
    }
}
