import Database
import Domain

/// Categories of products.
package struct CategoryStore: Sendable {
    package init() {}

    private static let columns = "id, external_id, name, parent_external_id, version, created_ms, updated_ms"

    package func find(_ externalID: String, _ tx: Connection) throws -> Category? {
        try tx.first(
            "SELECT \(SQL(stringLiteral: Self.columns)) FROM category WHERE external_id = \(externalID)",
            read: Self.category
        )
    }

    private static func category(_ row: Row) -> Category {
        var category = Category(id: row.id(0), externalID: row.text(1), createdAt: row.instant(5))
        category.name = row.optionalText(2)
        category.parentExternalID = row.optionalText(3)
        category.version = row.integer(4)
        category.updatedAt = row.instant(6)
        return category
    }

    /// Categories in the order of their identifiers, from the one after `cursor` on.
    package func page(
        after cursor: String, offset: Int, limit: Int, parent: String?, search: String?, _ tx: Connection
    ) throws -> [Category] {
        try tx.rows(
            """
            SELECT \(SQL(stringLiteral: Self.columns)) FROM category
            WHERE external_id > \(cursor) AND \(Self.condition(parent, search))
            ORDER BY external_id LIMIT \(limit) OFFSET \(offset)
            """,
            read: Self.category
        )
    }

    package func count(parent: String?, search: String?, _ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM category WHERE \(Self.condition(parent, search))") {
            Int($0.integer(0))
        } ?? 0
    }

    private static func condition(_ parent: String?, _ search: String?) -> SQL {
        var condition: SQL = "TRUE"
        if let parent { condition = "\(condition) AND parent_external_id = \(parent)" }
        if let search {
            let pattern = "%\(LikePattern.escaped(SearchTerms.fold(search)))%"
            condition = "\(condition) AND (name_folded LIKE \(pattern) ESCAPE '\\' OR external_id = \(search))"
        }
        return condition
    }

    package func insert(_ category: Category, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO category (id, external_id, name, name_folded, parent_external_id, version, created_ms,
                updated_ms)
            VALUES (\(category.id.rawValue), \(category.externalID), \(category.name),
                \(category.name.map(SearchTerms.fold)), \(category.parentExternalID), \(category.version),
                \(category.createdAt.milliseconds), \(category.updatedAt.milliseconds))
            """
        )
    }

    package func update(_ category: Category, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE category SET name = \(category.name), name_folded = \(category.name.map(SearchTerms.fold)),
                parent_external_id = \(category.parentExternalID), version = \(category.version),
                updated_ms = \(category.updatedAt.milliseconds)
            WHERE id = \(category.id.rawValue)
            """
        )
    }

    package func delete(_ id: Category.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM category WHERE id = \(id.rawValue)")
    }

    /// How many products and categories name a category.
    package func users(of externalID: String, _ tx: Connection) throws -> (products: Int, categories: Int) {
        let found = try tx.first(
            """
            SELECT (SELECT count(*) FROM product WHERE category_external_id = \(externalID)),
                (SELECT count(*) FROM category WHERE parent_external_id = \(externalID))
            """
        ) { (products: Int($0.integer(0)), categories: Int($0.integer(1))) }
        return found ?? (0, 0)
    }

    /// How many products there are in each category that one is in.
    package func productCounts(_ tx: Connection) throws -> [String: Int] {
        let rows = try tx.rows(
            """
            SELECT category_external_id, count(*) FROM product WHERE category_external_id IS NOT NULL
            GROUP BY category_external_id
            """
        ) { ($0.text(0), Int($0.integer(1))) }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
}
