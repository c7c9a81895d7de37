import Database
import Domain

extension CustomerStore {
    /// The customers that a query's text and conditions on custom fields point to, ascending; nil for all.
    package func candidates(_ query: CustomerQuery, _ tx: Connection) throws -> [Customer.ID]? {
        var found: Set<Customer.ID>?
        if let text = query.text {
            guard let matching = Self.matching(text, personal: query.findsPersonalData) else { return [] }
            found = Set(try tx.rows(matching) { $0.id(0) })
        }
        let values = CustomValueStore(.customer)
        for filter in query.custom {
            let matching: [Customer.ID] = try tx.rows(values.matching(filter)) { $0.id(0) }
            found = found?.intersection(matching) ?? Set(matching)
        }
        return found?.sorted()
    }

    /// A column `customer_id` of the customers that a text points to; nil when it says nothing.
    ///
    /// - Parameter personal: Whether by name, email and phone too, and not by identifiers alone: those that begin so.
    static func matching(_ text: String, personal: Bool) -> SQL? {
        guard personal else {
            return text.isEmpty ? nil : "SELECT customer_id FROM customer_key WHERE \(prefix("external_id", text))"
        }
        let meanings = SearchTerms.meanings(text)
        guard let first = meanings.first else { return nil }
        return meanings.dropFirst().reduce(matching(first)) { "\($0) UNION \(matching($1))" }
    }

    /// Customers each of whose `terms` begins a search term of theirs.
    private static func matching(_ terms: [String]) -> SQL {
        var parts: SQL = ""
        for (offset, term) in terms.enumerated() {
            let range: SQL = "SELECT customer_id FROM customer_term WHERE \(prefix("term", term))"
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
