import Database
import Domain

/// Keys, by which orders and customers are found, and what else follows from an order's or a customer's own row.
extension StoredCheck {
    static let orderKeys = keys(
        of: "order", found: "every order is found by its key", owned: "every key has its order",
        all: Statement("SELECT id, external_id FROM orders WHERE deleted_ms IS NULL ORDER BY id"),
        table: "order_key", owner: "order_id",
        keys: Statement(
            """
            SELECT k.bucket, k.external_id, o.external_id = k.external_id FROM order_key AS k
            LEFT JOIN orders AS o ON o.bucket = k.order_id & 4095 AND o.id = k.order_id AND o.deleted_ms IS NULL
            """
        )
    )

    static let customerKeys = keys(
        of: "customer", found: "every customer is found by their key", owned: "every key has its customer",
        all: Statement("SELECT id, external_id FROM customer WHERE erased_ms IS NULL ORDER BY id"),
        table: "customer_key", owner: "customer_id",
        keys: Statement(
            """
            SELECT k.bucket, k.external_id, c.external_id = coalesce(k.alias_of, k.external_id) FROM customer_key AS k
            LEFT JOIN customer AS c ON c.bucket = k.customer_id & 4095 AND c.id = k.customer_id
            """
        )
    )

    /// What a merged customer was called leads to the one they became part of.
    static let mergedNames = StoredCheck("who was merged is found as the customer they became part of") { limit, tx in
        try CustomerStore().unledNames(limit: limit, tx).map { "customer \($0.externalID)" }
    } mend: { tx in
        for name in try CustomerStore().unledNames(limit: .max, tx) {
            try tx.run(
                """
                INSERT INTO customer_key (bucket, external_id, customer_id, alias_of)
                VALUES (\(Bucket(hashOf: name.externalID).rawValue), \(name.externalID), \(name.customer), \(name.alias))
                ON CONFLICT DO NOTHING
                """
            )
        }
    }

    /// The two checks of a table of keys: rows that no key leads to, and keys that lead nowhere.
    ///
    /// A key's bucket is the hash of the key, which a statement cannot tell.
    static func keys(
        of noun: String, found: String, owned: String, all: Statement, table: String, owner: String, keys: Statement
    ) -> [StoredCheck] {
        let insert = Statement(
            """
            INSERT INTO \(table) (bucket, external_id, \(owner)) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """
        )
        let delete = Statement("DELETE FROM \(table) WHERE bucket = $1 AND external_id = $2")

        /// Those of some rows whose key does not lead to them.
        @Sendable func unfound(_ rows: [(id: Int64, externalID: String)], _ tx: Connection) throws -> [(Int64, String)]
        {
            var sql = SQL(stringLiteral: "SELECT bucket, external_id, \(owner) FROM \(table) WHERE external_id IN ")
            sql.append("(", rows.map { .text($0.externalID) }, ")")
            var found: [Int64: String] = [:]
            try tx.each(sql) { row in
                if row.integer(0) == Bucket(hashOf: row.text(1)).rawValue { found[row.integer(2)] = row.text(1) }
            }
            return rows.filter { found[$0.id] != $0.externalID }
        }

        @Sendable func unfound(_ limit: Int, _ tx: Connection) throws -> [(id: Int64, externalID: String)] {
            var (rows, some) = ([(id: Int64, externalID: String)](), [(id: Int64, externalID: String)]())
            try tx.scan(all) { row in
                guard rows.count < limit else { return }
                some.append((row.integer(0), row.text(1)))
                guard some.count == 500 else { return }
                rows += try unfound(some, tx)
                some = []
            }
            if !some.isEmpty { rows += try unfound(some, tx) }
            return Array(rows.prefix(limit))
        }

        @Sendable func astray(_ limit: Int, _ tx: Connection) throws -> [(bucket: Int64, externalID: String)] {
            var rows: [(Int64, String)] = []
            try tx.scan(keys) { row in
                guard rows.count < limit else { return }
                let (bucket, externalID, isRight) = (row.integer(0), row.text(1), row.boolean(2))
                if !isRight || bucket != Bucket(hashOf: externalID).rawValue { rows.append((bucket, externalID)) }
            }
            return rows
        }

        return [
            // The second first: a key that leads astray may stand where the right one belongs.
            StoredCheck(owned) { limit, tx in
                try astray(limit, tx).map { "key \($0.externalID)" }
            } mend: { tx in
                for key in try astray(.max, tx) {
                    try tx.run(delete) { binder in
                        binder.bind(key.bucket)
                        binder.bind(key.externalID)
                    }
                }
            },
            StoredCheck(found) { limit, tx in
                try unfound(limit, tx).map { "\(noun) \($0.externalID)" }
            } mend: { tx in
                for row in try unfound(.max, tx) {
                    try tx.run(insert) { binder in
                        binder.bind(Bucket(hashOf: row.externalID))
                        binder.bind(row.externalID)
                        binder.bind(row.id)
                    }
                }
            },
        ]
    }

    static let orderValues = StoredCheck("orders' values and counts equal their fields and lines") { limit, tx in
        try OrderStore().misvalued(limit: limit, tx).map { order in
            "order \(order.externalID): worth \(order.value), \(order.itemCount) items by its fields and lines"
        }
    } mend: { tx in
        for order in try OrderStore().misvalued(limit: .max, tx) { try OrderStore().storeValue(of: order, tx) }
    }

    static let customerTerms = StoredCheck("customers are searched by what is known of them") { limit, tx in
        try CustomerStore().mistermed(limit: limit, tx).map { "customer \($0.externalID)" }
    } mend: { tx in
        for customer in try CustomerStore().mistermed(limit: .max, tx) {
            try CustomerStore().storeTerms(of: customer, tx)
        }
    }
}
