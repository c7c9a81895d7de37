import Database
import Domain

/// Who came into segments and went.
package struct SegmentHistoryStore: Sendable {
    package init() {}

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
