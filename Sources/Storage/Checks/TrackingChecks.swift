import Database
import Domain

/// Events of customers and visitors against those whose they are.
extension StoredCheck {
    /// A visitor who is somebody is somebody who is there.
    static let visitors = StoredCheck("every visitor who is known is a customer who is there") { limit, tx in
        try VisitorStore().astray(limit: limit, tx).map { "visitor \($0.key)" }
    } mend: { tx in
        for visitor in try VisitorStore().astray(limit: .max, tx) { try VisitorStore().delete(visitor.key, tx) }
    }

    /// An event lives where its owner does.
    static let eventBuckets = StoredCheck(
        "events of customers stand in the bucket of their owner",
        rows: """
            SELECT 'event ' || id FROM tracked_event
            WHERE bucket <> owner_id & 4095 OR bucket <> id & 4095 ORDER BY id
            """
    )

    /// Sources of events that were deleted have no keys.
    static let sourceKeys = StoredCheck(
        "every write key has its source",
        rows: """
            SELECT 'key ' || k.write_key FROM event_source_key AS k
            LEFT JOIN event_source AS s ON s.id = k.source_id WHERE s.id IS NULL ORDER BY k.write_key
            """
    )
}

extension VisitorStore {
    /// Visitors who are a customer that is not there.
    func astray(limit: Int, _ tx: Connection) throws -> [Visitor] {
        var (found, some) = ([Visitor](), [Visitor]())
        func look() throws {
            var sql: SQL = "SELECT id FROM customer WHERE id IN "
            sql.append("(", Set(some.compactMap { $0.customer?.rawValue }).map { .integer($0) }, ")")
            let there = Set(try tx.rows(sql) { $0.id(0) as Customer.ID })
            found += some.filter { $0.customer.map { !there.contains($0) } ?? false }
            some = []
        }
        try tx.scan(Self.known) { row in
            guard found.count < limit else { return }
            some.append(
                Visitor(
                    id: row.id(0), key: row.text(1), firstAt: row.instant(2), lastAt: row.instant(3),
                    customer: row.id(4)
                )
            )
            if some.count == 500 { try look() }
        }
        if !some.isEmpty { try look() }
        return Array(found.prefix(limit))
    }

    private static let known = Statement(
        """
        SELECT visitor_id, visitor_key, first_ms, last_ms, customer_id FROM visitor WHERE customer_id IS NOT NULL
        """
    )
}
