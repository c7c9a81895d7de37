import Database
import Domain

/// Those whom sites and apps follow by keys of their own.
package struct VisitorStore: Sendable {
    package init() {}

    private static let find = Statement(
        """
        SELECT visitor_id, first_ms, last_ms, customer_id, alias_of FROM visitor WHERE bucket = $1 AND visitor_key = $2
        """
    )

    /// The visitor that a key leads to, under the key that they go by now.
    package func find(_ key: String, _ tx: Connection) throws -> Visitor? {
        var (key, hops) = (key, 0)
        while hops < Self.aliasLimit {
            guard let (visitor, next) = try read(key, tx) else { return nil }
            guard let next else { return visitor }
            (key, hops) = (next, hops + 1)
        }
        return nil
    }

    /// Names of one visitor that are followed, so that no circle is.
    private static let aliasLimit = 8

    private func read(_ key: String, _ tx: Connection) throws -> (Visitor, next: String?)? {
        try tx.first(Self.find) { binder in
            binder.bind(Bucket(hashOf: key))
            binder.bind(key)
        } read: { row in
            let visitor = Visitor(
                id: row.id(0), key: key, firstAt: row.instant(1), lastAt: row.instant(2),
                customer: row.optionalInteger(3).map { Customer.ID(rawValue: $0) }
            )
            return (visitor, row.optionalText(4))
        }
    }

    private static let insert = Statement(
        """
        INSERT INTO visitor (bucket, visitor_key, visitor_id, first_ms, last_ms, customer_id)
        VALUES ($1, $2, $3, $4, $5, $6)
        """, gathering: .adds
    )

    package func insert(_ visitor: Visitor, _ tx: Connection) throws {
        tx.takeBack(Self.find) { binder in
            binder.bind(Bucket(hashOf: visitor.key))
            binder.bind(visitor.key)
        }
        try tx.run(Self.insert) { binder in
            binder.bind(Bucket(hashOf: visitor.key))
            binder.bind(visitor.key)
            binder.bind(visitor.id)
            binder.bind(visitor.firstAt)
            binder.bind(visitor.lastAt)
            binder.bind(visitor.customer?.rawValue)
        }
    }

    private static let update = Statement(
        "UPDATE visitor SET last_ms = $3, customer_id = $4 WHERE bucket = $1 AND visitor_key = $2",
        gathering: .changes(key: 2)
    )

    /// Stores the last sign of a visitor, and who they are.
    package func update(_ visitor: Visitor, _ tx: Connection) throws {
        tx.takeBack(Self.find) { binder in
            binder.bind(Bucket(hashOf: visitor.key))
            binder.bind(visitor.key)
        }
        try tx.run(Self.update) { binder in
            binder.bind(Bucket(hashOf: visitor.key))
            binder.bind(visitor.key)
            binder.bind(visitor.lastAt)
            binder.bind(visitor.customer?.rawValue)
        }
    }

    /// Lets a key lead to another visitor from now on.
    package func point(_ key: String, to target: Visitor, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE visitor SET alias_of = \(target.key), customer_id = NULL
            WHERE bucket = \(Bucket(hashOf: key).rawValue) AND visitor_key = \(key)
            """
        )
    }

    /// The keys of the visitors who are a customer.
    package func keys(of customer: Customer.ID, _ tx: Connection) throws -> [String] {
        try tx.rows("SELECT visitor_key FROM visitor WHERE customer_id = \(customer.rawValue) ORDER BY visitor_key") {
            $0.text(0)
        }
    }

    /// Makes the visitors who were one customer another one.
    package func give(from: Customer.ID, to: Customer.ID, _ tx: Connection) throws {
        for key in try keys(of: from, tx) {
            try tx.run(
                """
                UPDATE visitor SET customer_id = \(to.rawValue)
                WHERE bucket = \(Bucket(hashOf: key).rawValue) AND visitor_key = \(key)
                """
            )
        }
    }

    /// Removes a visitor, with all names that lead to them.
    package func delete(_ key: String, _ tx: Connection) throws {
        for key in try names(of: key, tx) {
            tx.takeBack(Self.find) { binder in
                binder.bind(Bucket(hashOf: key))
                binder.bind(key)
            }
            try tx.run(
                "DELETE FROM visitor WHERE bucket = \(Bucket(hashOf: key).rawValue) AND visitor_key = \(key)"
            )
        }
    }

    /// The names that lead to the visitor of a key, and that key.
    package func names(of key: String, _ tx: Connection) throws -> [String] {
        var (names, place) = ([key], 0)
        while place < names.count {
            let known = Set(names)
            names += try tx.rows("SELECT visitor_key FROM visitor WHERE alias_of = \(names[place])") { $0.text(0) }
                .filter { !known.contains($0) }
            place += 1
        }
        return names
    }

    /// The visitors of a bucket, known or not, who were there before a moment, under the keys that they go by now.
    package func old(in bucket: Bucket, before instant: Instant, _ tx: Connection) throws -> [Visitor] {
        try tx.rows(
            """
            SELECT visitor_id, visitor_key, first_ms, last_ms, customer_id FROM visitor
            WHERE bucket = \(bucket.rawValue) AND first_ms < \(instant.milliseconds) AND alias_of IS NULL
            """
        ) { row in
            Visitor(
                id: row.id(0), key: row.text(1), firstAt: row.instant(2), lastAt: row.instant(3),
                customer: row.optionalInteger(4).map { Customer.ID(rawValue: $0) }
            )
        }
    }
}
