import Database
import Domain

/// The catalogue.
package struct ProductStore: Sendable {
    private let values = CustomValueStore(.product)

    package init() {}

    private static let columns =
        "id, external_id, version, created_ms, updated_ms, \(Columns.names(of: ProductField.self))"
    private static let find = Statement("SELECT \(columns) FROM product WHERE external_id = $1")
    static let all = Statement("SELECT \(columns) FROM product ORDER BY id")

    /// - Parameter fields: The custom fields whose values come along.
    package func find(_ externalID: String, _ fields: FieldBook, _ tx: Connection) throws -> Product? {
        try tx.first(Self.find) {
            $0.bind(externalID)
        } read: {
            Self.product($0)
        }.map { try filled($0, fields, tx) }
    }

    private func filled(_ product: Product, _ fields: FieldBook, _ tx: Connection) throws -> Product {
        guard fields.has(.product) else { return product }
        var product = product
        product.custom = try values.load(CustomValueStore.Owner(product.id), fields, tx)
        return product
    }

    static func product(_ row: Row) -> Product {
        var product = Product(id: row.id(0), externalID: row.text(1), createdAt: row.instant(3))
        product.version = row.integer(2)
        product.updatedAt = row.instant(4)
        product.fields = row.fields(from: 5)
        return product
    }

    /// Products in the order of their identifiers, from the one after `cursor` on.
    package func page(
        _ query: ProductQuery, after cursor: String, offset: Int, limit: Int, _ fields: FieldBook, _ tx: Connection
    ) throws -> [Product] {
        let columns = SQL(stringLiteral: Self.columns)
        return try tx.rows(
            """
            SELECT \(columns) FROM product AS p WHERE external_id > \(cursor) AND \(Self.conditions(query))
            ORDER BY external_id LIMIT \(limit) OFFSET \(offset)
            """
        ) { Self.product($0) }.map { try filled($0, fields, tx) }
    }

    package func count(_ query: ProductQuery, _ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM product AS p WHERE \(Self.conditions(query))") { Int($0.integer(0)) } ?? 0
    }

    /// What a list's query asks for, as conditions on `p`.
    package static func conditions(_ query: ProductQuery) -> SQL {
        var parts: SQL = "TRUE"
        if let category = query.category { parts = "\(parts) AND p.category_external_id = \(category)" }
        if let text = query.text {
            let pattern = LikePattern.escaped(SearchTerms.fold(text))
            // Identifiers and article numbers are found by how they begin, in either case.
            parts = """
                \(parts) AND (p.name_folded LIKE \("%\(pattern)%") ESCAPE '\\'
                    OR lower(p.external_id) LIKE \("\(pattern)%") ESCAPE '\\'
                    OR lower(p.sku) LIKE \("\(pattern)%") ESCAPE '\\')
                """
        }
        for filter in query.custom {
            parts = "\(parts) AND p.id IN (\(CustomValueStore(.product).matching(filter)))"
        }
        return parts
    }

    private static let insert = Statement(
        """
        INSERT INTO product (id, external_id, version, created_ms, updated_ms, name_folded,
            \(Columns.names(of: ProductField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 6 + ProductField.allCases.count)))
        """
    )

    private static let update = Statement(
        """
        UPDATE product SET external_id = $2, version = $3, created_ms = $4, updated_ms = $5, name_folded = $6,
            \(Columns.assignments(of: ProductField.self, from: 7))
        WHERE id = $1
        """
    )

    package func insert(_ product: Product, _ tx: Connection) throws {
        try tx.run(Self.insert) { Self.bind(product, &$0) }
        if !product.custom.isEmpty { try values.save(to: product.custom, of: CustomValueStore.Owner(product.id), tx) }
    }

    package func update(from before: Product, to product: Product, _ tx: Connection) throws {
        try tx.run(Self.update) { Self.bind(product, &$0) }
        if before.custom != product.custom {
            try values.save(from: before.custom, to: product.custom, of: CustomValueStore.Owner(product.id), tx)
        }
    }

    package func delete(_ id: Product.ID, _ tx: Connection) throws {
        try values.delete(CustomValueStore.Owner(id), tx)
        try tx.run("DELETE FROM product WHERE id = \(id.rawValue)")
    }

    private static func bind(_ product: Product, _ binder: inout Binder) {
        binder.bind(product.id)
        binder.bind(product.externalID)
        binder.bind(product.version)
        binder.bind(product.createdAt)
        binder.bind(product.updatedAt)
        binder.bind(product.fields.text(.name).map(SearchTerms.fold))
        binder.bind(product.fields)
    }

    /// Names of the products of some lines, by identifier; those not in the catalogue are absent.
    package func names(of externalIDs: Set<String>, _ fields: FieldBook, _ tx: Connection) throws -> [String: Product] {
        var found: [String: Product] = [:]
        for externalID in externalIDs {
            if let product = try find(externalID, fields, tx) { found[externalID] = product }
        }
        return found
    }
}

/// Text that stands for itself in a `LIKE … ESCAPE '\'` pattern.
enum LikePattern {
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
