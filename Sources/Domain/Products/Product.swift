/// A product of the catalogue (spec orders.md, "Products and categories"); lines may name others.
package struct Product: Hashable, Sendable {
    package typealias ID = Identifier<Product>

    package var id: ID
    package var externalID: String
    package var fields = FieldValues<ProductField>()
    package var custom = CustomValues()
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(id: ID, externalID: String, createdAt: Instant) {
        (self.id, self.externalID, self.createdAt, self.updatedAt) = (id, externalID, createdAt, createdAt)
    }

    /// Writes what `patch` says, and returns whether anything changed.
    ///
    /// - Parameters:
    ///   - isNew: Whether defaults of custom fields are to be filled in.
    ///   - rules: The custom fields that products have.
    package mutating func apply(
        _ patch: ProductPatch, now: Instant, isNew: Bool = false, _ rules: CustomRules? = nil
    ) -> Bool {
        var hasChanged = false
        if let rules { hasChanged = !rules.apply(patch.custom, to: &custom, isNew: isNew).isEmpty }
        patch.fields.apply(to: &fields) { _, _, _ in hasChanged = true }
        if hasChanged {
            version += 1
            updatedAt = now
        }
        return hasChanged
    }
}

/// The system fields of a product.
package enum ProductField: Int, SystemField {
    case name, sku, category, price, url, imageURL, stock

    package static let allCases: [ProductField] = (0...6).compactMap(ProductField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    package var definition: FieldDefinition {
        switch self {
        case .name: .init("name", .text(1000), "name")
        case .sku: .init("sku", .text(255), "sku")
        case .category: .init("category_external_id", .text(255), "category_external_id")
        case .price: .init("price", .money(atLeastZero: true), "price_e4")
        case .url: .init("url", .url, "url")
        case .imageURL: .init("image_url", .url, "image_url")
        case .stock: .init("stock", .quantity, "stock_e6")
        }
    }
}

/// What a shop says of a product.
package struct ProductPatch: Hashable, Sendable {
    package var externalID: String
    package var fields = FieldPatch<ProductField>()
    package var custom = CustomPatch()

    package init(externalID: String) { self.externalID = externalID }
}
