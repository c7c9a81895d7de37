/// A category of products, in a tree (spec orders.md, "Products and categories").
package struct Category: Hashable, Sendable {
    package typealias ID = Identifier<Category>

    package var id: ID
    package var externalID: String
    package var name: String?
    /// The category that this one is part of; it may be one that nobody told of yet.
    package var parentExternalID: String?
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(id: ID, externalID: String, createdAt: Instant) {
        (self.id, self.externalID, self.createdAt, self.updatedAt) = (id, externalID, createdAt, createdAt)
    }

    /// What people call it by.
    package var title: String { name ?? externalID }

    /// Writes what `patch` says, and returns whether anything changed.
    package mutating func apply(_ patch: CategoryPatch, now: Instant) -> Bool {
        let before = self
        name = patch.name.applied(to: name)
        parentExternalID = patch.parentExternalID.applied(to: parentExternalID)
        guard self != before else { return false }
        version += 1
        updatedAt = now
        return true
    }
}

/// What a shop says of a category.
package struct CategoryPatch: Hashable, Sendable {
    package var externalID: String
    package var name: Patch<String> = .keep
    package var parentExternalID: Patch<String> = .keep

    package init(externalID: String) { self.externalID = externalID }

    /// Reads a category's attributes.
    ///
    /// - Parameter externalID: The identifier from the path, where the body may leave it out.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", externalID known: String? = nil,
        _ context: ReadingContext
    ) throws -> CategoryPatch {
        var attributes = AttributeDecoder(base: base, context: context)
        var patch = CategoryPatch(externalID: known ?? "")
        var externalID = known
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "external_id":
                let text = try attributes.text("external_id", limit: FieldType.identifierLimit, &reader)
                guard case .set(let text) = text else { return }
                if let known, known != text {
                    let detail = "This differs from the address; an external_id cannot be changed."
                    attributes.refuse("external_id", Refusal("fixed", detail))
                }
                externalID = text
            case "name": patch.name = try attributes.text("name", limit: 1000, &reader)
            case "parent_external_id":
                patch.parentExternalID = try attributes.text(
                    "parent_external_id", limit: FieldType.identifierLimit, &reader
                )
            default: try attributes.unknown(key, &reader)
            }
        }
        attributes.require("external_id", externalID)
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        patch.externalID = externalID ?? ""
        return patch
    }
}

/// All categories as the tree they make.
package struct CategoryTree: Sendable {
    /// Each with how deep it stands, parents before their children, by name.
    package let rows: [(category: Category, depth: Int)]

    package init(_ categories: [Category]) {
        let known = Set(categories.map(\.externalID))
        let children = Dictionary(grouping: categories) { category in
            category.parentExternalID.flatMap { known.contains($0) ? $0 : nil }
        }.mapValues { group in
            group.sorted { ($0.title.lowercased(), $0.externalID) < ($1.title.lowercased(), $1.externalID) }
        }
        var rows: [(Category, Int)] = []
        var waiting = (children[nil] ?? []).reversed().map { ($0, 0) }
        while let (category, depth) = waiting.popLast() {
            rows.append((category, depth))
            waiting += (children[category.externalID] ?? []).reversed().map { ($0, depth + 1) }
        }
        self.rows = rows
    }
}
