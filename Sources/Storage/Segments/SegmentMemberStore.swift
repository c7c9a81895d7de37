import Database
import Domain

/// Who is in which segment: of an audience the truth, of a segment what was last told.
package struct SegmentMemberStore: Sendable {
    package init() {}

    private static let insert = Statement(
        """
        INSERT INTO segment_member (bucket, customer_id, segment_id, since_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
        """
    )

    private static let delete = Statement(
        "DELETE FROM segment_member WHERE bucket = $1 AND customer_id = $2 AND segment_id = $3"
    )

    /// Puts a customer into a segment; returns whether they were not in it.
    package func add(
        _ customer: Customer.ID, to segment: Segment.ID, since instant: Instant, _ tx: Connection
    ) throws -> Bool {
        try tx.changed(Self.insert) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
            binder.bind(segment)
            binder.bind(instant)
        } > 0
    }

    /// Takes a customer out of a segment; returns whether they were in it.
    package func remove(_ customer: Customer.ID, from segment: Segment.ID, _ tx: Connection) throws -> Bool {
        try tx.changed(Self.delete) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
            binder.bind(segment)
        } > 0
    }

    /// Takes out up to so many members of a segment; returns how many there were.
    package func clear(_ segment: Segment.ID, limit: Int, _ tx: Connection) throws -> Int {
        let members = try page(of: segment, after: nil, limit: limit, tx)
        for member in members { _ = try remove(member, from: segment, tx) }
        return members.count
    }

    /// Takes a customer out of every segment, as when they are erased.
    package func remove(_ customer: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM segment_member
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            """
        )
    }

    /// The segments that a customer is in, with since when.
    package func segments(of customer: Customer.ID, _ tx: Connection) throws -> [(id: Segment.ID, since: Instant)] {
        try tx.rows(
            """
            SELECT segment_id, since_ms FROM segment_member
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            """
        ) { ($0.id(0), $0.instant(1)) }
    }

    /// How many are in a segment.
    package func count(of segment: Segment.ID, _ tx: Connection) throws -> Int64 {
        try tx.first("SELECT count(*) FROM segment_member WHERE segment_id = \(segment.rawValue)") {
            $0.integer(0)
        } ?? 0
    }

    /// Members of a segment by their identifiers, from the one after `customer` on.
    package func page(
        of segment: Segment.ID, after customer: Customer.ID?, limit: Int, _ tx: Connection
    ) throws -> [Customer.ID] {
        try tx.rows(
            """
            SELECT customer_id FROM segment_member
            WHERE segment_id = \(segment.rawValue) AND customer_id > \(customer?.rawValue ?? .min)
            ORDER BY customer_id LIMIT \(limit)
            """
        ) { $0.id(0) }
    }

    /// Everybody's segments, for what keeps them in memory.
    package func scan(_ tx: Connection, _ body: (Customer.ID, Segment.ID) throws -> Void) throws {
        try tx.scan(Statement("SELECT customer_id, segment_id FROM segment_member")) { row in
            try body(row.id(0), row.id(1))
        }
    }

    /// A statement that answers the members of a segment, for trees that name it.
    package static func members(of segment: Segment.ID) -> SQL {
        "SELECT bucket, customer_id FROM segment_member WHERE segment_id = \(segment.rawValue)"
    }
}
