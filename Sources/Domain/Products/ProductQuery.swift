/// What a list of products asks for.
package struct ProductQuery: Hashable, Sendable {
    /// A part of the name, or how the identifier or the article number begins.
    package var text: String?
    package var category: String?
    /// Conditions on custom fields, all of which must hold.
    package var custom: [CustomFilter] = []

    package init() {}

    package static let filterNames: Set<String> = ["q", "category_external_id"]

    /// Reads filters by their names on the wire, those on custom fields by the field's code.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ context: ReadingContext) throws(Refusal) {
        if let unknown = Refusal.unknownFilter(in: filters, known: Self.filterNames, .product, context.fields) {
            throw unknown
        }
        text = filters["q"].flatMap { $0.isEmpty ? nil : $0 }
        category = filters["category_external_id"].flatMap { $0.isEmpty ? nil : $0 }
        custom = try CustomFilter.read(filters, of: .product, context)
    }

    /// The filters by their names on the wire.
    package var filters: [String: String] {
        var filters = custom.texts
        (filters["q"], filters["category_external_id"]) = (text, category)
        return filters
    }
}
