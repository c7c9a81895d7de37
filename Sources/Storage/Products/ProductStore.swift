import Database
import Domain

/// The catalogue.
package struct ProductStore: Sendable {
    private let values = CustomValueStore(.product)

    package init() {}

    private static let columns =
        "id, external_id, version, created_ms, updated_ms, \(Columns.names(of: ProductField.self))"
    private static let find = Statement("SELECT \(columns) FROM product WHERE external_id = $1")
    private static let pageAfter = Statement(
        """
        SELECT \(columns) FROM product WHERE external_id > $1 AND ($2 = '' OR category_external_id = $2)
            AND ($3 = '' OR name_folded LIKE $3 ESCAPE '\\' OR lower(external_id) LIKE $4 ESCAPE '\\'
                OR lower(sku) LIKE $4 ESCAPE '\\')
        ORDER BY external_id LIMIT $5 OFFSET $6
        """
    )
    private static let countAll = Statement(
        """
        SELECT count(*) FROM product WHERE ($1 = '' OR category_external_id = $1)
            AND ($2 = '' OR name_folded LIKE $2 ESCAPE '\\' OR lower(external_id) LIKE $3 ESCAPE '\\'
                OR lower(sku) LIKE $3 ESCAPE '\\')
        """
    )

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

    private static func product(_ row: Row) -> Product {
        var product = Product(id: row.id(0), externalID: row.text(1), createdAt: row.instant(3))
        product.version = row.integer(2)
        product.updatedAt = row.instant(4)
        product.fields = row.fields(from: 5)
        return product
    }

    /// Products in the order of their identifiers, from the one after `cursor` on.
    package func page(
        after cursor: String, offset: Int, limit: Int, category: String, search: String, _ fields: FieldBook,
        _ tx: Connection
    ) throws -> [Product] {
        var products: [Product] = []
        try tx.each(Self.pageAfter) { binder in
            binder.bind(cursor)
            binder.bind(category)
            binder.bind(Self.pattern(search))
            binder.bind(Self.beginning(search))
            binder.bind(Int64(limit))
            binder.bind(Int64(offset))
        } read: {
            products.append(Self.product($0))
        }
        return try products.map { try filled($0, fields, tx) }
    }

    package func count(category: String, search: String, _ tx: Connection) throws -> Int {
        try tx.first(Self.countAll) { binder in
            binder.bind(category)
            binder.bind(Self.pattern(search))
            binder.bind(Self.beginning(search))
        } read: {
            Int($0.integer(0))
        } ?? 0
    }

    /// All products whose name holds a text, or whose identifier or article number it is.
    package func identifiers(matching search: String, _ tx: Connection) throws -> [Product.ID] {
        try tx.rows(
            """
            SELECT id FROM product
            WHERE name_folded LIKE \(Self.pattern(search)) ESCAPE '\\' OR external_id = \(search) OR sku = \(search)
            """
        ) { $0.id(0) }
    }

    private static func pattern(_ search: String) -> String {
        search.isEmpty ? "" : "%\(LikePattern.escaped(SearchTerms.fold(search)))%"
    }

    /// Identifiers and article numbers are found by how they begin, in either case.
    private static func beginning(_ search: String) -> String {
        "\(LikePattern.escaped(SearchTerms.fold(search)))%"
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
