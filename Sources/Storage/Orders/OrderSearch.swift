import Database
import Domain

/// Finds the orders that a text or an identifier points to, by the indexes alone.
///
/// Deleted orders may be among them: the list facts, which hold none, leave them out. To ask here would read each row.
package struct OrderSearch: Sendable {
    package init() {}

    /// Orders whose number or identifier begins with `text`, or whose customer matches all of its words.
    package func identifiers(matching text: String, _ tx: Connection) throws -> Set<Order.ID> {
        let words = SearchTerms.words(text)
        guard !words.isEmpty else { return [] }
        var found = Set(
            try tx.rows("SELECT id FROM orders WHERE \(CustomerStore.prefix("number", text))") {
                $0.id(0) as Order.ID
            }
        )
        found.formUnion(
            try tx.rows("SELECT order_id FROM order_key WHERE \(CustomerStore.prefix("external_id", text))") {
                $0.id(0) as Order.ID
            }
        )
        found.formUnion(
            try tx.rows(
                """
                SELECT o.id FROM (\(CustomerStore.matching(words))) AS found
                JOIN orders AS o ON o.bucket = found.customer_id & 4095 AND o.customer_id = found.customer_id
                """
            ) { $0.id(0) as Order.ID }
        )
        return found
    }

    package func identifiers(number: String, _ tx: Connection) throws -> Set<Order.ID> {
        Set(try tx.rows("SELECT id FROM orders WHERE number = \(number)") { $0.id(0) })
    }
}
