import Database
import Domain

/// Values of custom fields: facts, which belong to a field and an object.
extension StoredCheck {
    static let fieldValues = [
        values(
            "order", of: "every custom value of an order has its field and its order",
            join: "orders AS o ON o.bucket = v.bucket AND o.id = v.order_id", owner: "o.id"
        ),
        values(
            "order_line", of: "every custom value of a line has its field and its line",
            join: "order_line AS l ON l.bucket = v.bucket AND l.order_id = v.order_id AND l.position = v.line",
            owner: "l.order_id"
        ),
        values(
            "customer", of: "every custom value of a customer has its field and its customer",
            join: "customer AS c ON c.bucket = v.bucket AND c.id = v.customer_id", owner: "c.id"
        ),
        values(
            "product", of: "every custom value of a product has its field and its product",
            join: "product AS p ON p.id = v.product_id", owner: "p.id"
        ),
        values(
            "receipt", of: "every custom value of a receipt has its field and its receipt",
            join: "receipt AS r ON r.bucket = v.bucket AND r.id = v.receipt_id", owner: "r.id"
        ),
        values(
            "receipt_line", of: "every custom value of a receipt's line has its field and its line",
            join: "receipt_line AS l ON l.bucket = v.bucket AND l.receipt_id = v.receipt_id AND l.position = v.line",
            owner: "l.receipt_id"
        ),
    ]

    /// A field that was deleted keeps its row until its values are gone, whatever became of their objects.
    private static func values(_ object: String, of name: String, join: String, owner: String) -> StoredCheck {
        StoredCheck(
            name,
            rows: """
                SELECT 'value of field ' || coalesce(f.code, CAST(v.field_id AS TEXT)) FROM \(object)_value AS v
                LEFT JOIN field AS f ON f.id = v.field_id LEFT JOIN \(join)
                WHERE f.id IS NULL OR (\(owner) IS NULL AND f.deleted_ms IS NULL)
                """
        )
    }

    /// Categories are searched by their names.
    static let categoryNames = StoredCheck("categories are searched by their names") { limit, tx in
        try misnamed(limit, tx).map { "category \($0.externalID)" }
    } mend: { tx in
        for category in try misnamed(.max, tx) {
            try tx.run("UPDATE category SET name_folded = \(category.folded) WHERE id = \(category.id)")
        }
    }

    private static func misnamed(
        _ limit: Int, _ tx: Connection
    ) throws -> [(id: Int64, externalID: String, folded: String?)] {
        try tx.rows("SELECT id, external_id, name, name_folded FROM category ORDER BY id") { row in
            (row.integer(0), row.text(1), row.optionalText(2).map(SearchTerms.fold), row.optionalText(3))
        }
        .filter { $0.2 != $0.3 }.prefix(limit).map { ($0.0, $0.1, $0.2) }
    }
}
