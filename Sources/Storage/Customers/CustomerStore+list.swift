import Database
import Domain

extension CustomerStore {
    /// Customers in the order in which they became known, the newest first, from the one before `cursor` on.
    ///
    /// - Parameters:
    ///   - terms: Folded beginnings of words; each must begin a term of the customer.
    ///   - filters: Conditions on custom fields, all of which must hold.
    ///   - fields: The custom fields whose values come along.
    package func page(
        before cursor: Customer.ID?, offset: Int, limit: Int, terms: [String], filters: [CustomFilter] = [],
        _ fields: FieldBook, _ tx: Connection
    ) throws -> [Customer] {
        let last = cursor?.rawValue ?? .max
        let identifiers: [Customer.ID]
        if terms.isEmpty, filters.isEmpty {
            identifiers = try tx.rows(
                "SELECT id FROM customer WHERE id < \(last) ORDER BY id DESC LIMIT \(limit) OFFSET \(offset)"
            ) { $0.id(0) }
        } else {
            identifiers = try tx.rows(
                """
                SELECT customer_id FROM (\(Self.matching(terms, filters))) AS found
                WHERE customer_id < \(last) ORDER BY customer_id DESC LIMIT \(limit) OFFSET \(offset)
                """
            ) { $0.id(0) }
        }
        return try identifiers.compactMap { try get($0, fields, tx) }
    }

    /// How many customers there are, or how many match.
    package func count(terms: [String], filters: [CustomFilter] = [], _ tx: Connection) throws -> Int {
        let sql: SQL =
            terms.isEmpty && filters.isEmpty
            ? "SELECT count(*) FROM customer" : "SELECT count(*) FROM (\(Self.matching(terms, filters))) AS found"
        return try tx.first(sql) { Int($0.integer(0)) } ?? 0
    }

    /// Customers each of whose `terms` begins a search term of theirs, and for whom all `filters` hold, as a column
    /// `customer_id`.
    static func matching(_ terms: [String], _ filters: [CustomFilter] = []) -> SQL {
        let words: [SQL] = terms.map { "SELECT customer_id FROM customer_term WHERE \(prefix("term", $0))" }
        let values = CustomValueStore(.customer)
        var parts: SQL = ""
        for (offset, range) in (words + filters.map(values.matching)).enumerated() {
            // Side by side, not one in the other: a parser takes only so many levels.
            parts = offset == 0 ? range : "\(parts) INTERSECT \(range)"
        }
        return "SELECT DISTINCT customer_id FROM (\(parts)) AS m"
    }

    /// Texts of a column that begin with `prefix`, as a range that its index serves.
    static func prefix(_ column: String, _ prefix: String) -> SQL {
        "\(SQL(stringLiteral: column)) >= \(prefix) AND \(SQL(stringLiteral: column)) < \(prefix + "\u{10FFFF}")"
    }
}
