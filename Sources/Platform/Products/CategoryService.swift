import Database
import Domain
import Storage

/// Why a call on categories was refused; nothing was stored.
package enum CategoryError: Error, Hashable, Sendable {
    case unknown(String)
    /// So many products and categories name it.
    case inUse(String, products: Int, categories: Int)
    case outdated(current: Int64)
}

/// What can be done with categories of products.
package struct CategoryService: Sendable {
    let engine: Engine
    let store = CategoryStore()
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog

    /// The most categories between one and the root of its tree.
    package static let depthLimit = 32

    /// Creates or updates categories in one transaction, each on its own; on disk when this returns.
    ///
    /// - Parameter expectedVersion: The version the caller has seen of each; 0 for what must not be there yet.
    /// - Throws: `CategoryError.outdated`.
    package func register(
        _ patches: [Result<CategoryPatch, Faults>], expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws -> [Result<(category: Category, isNew: Bool), Faults>] {
        try await engine.write { [self] tx in
            try patches.map { patch in
                do {
                    return .success(try register(try patch.get(), expectedVersion, by: actor, tx))
                } catch let faults as Faults {
                    return .failure(faults)
                }
            }
        }
    }

    /// Changes a category that is there.
    ///
    /// - Throws: `CategoryError.unknown`, `.outdated`, `Faults` for a tree that would go round.
    package func update(
        _ patch: CategoryPatch, expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws -> Category {
        try await engine.write { [self] tx in
            guard try store.find(patch.externalID, tx) != nil else { throw CategoryError.unknown(patch.externalID) }
            return try register(patch, expectedVersion, by: actor, tx).category
        }
    }

    private func register(
        _ patch: CategoryPatch, _ expectedVersion: Int64?, by actor: Actor, _ tx: Connection
    ) throws -> (category: Category, isNew: Bool) {
        let now = surroundings.now()
        let before = try store.find(patch.externalID, tx)
        try Self.check(expectedVersion, before?.version ?? 0)
        if case .set(let parent) = patch.parentExternalID { try requireTree(parent, under: patch.externalID, tx) }
        guard var category = before else {
            var category = Category(id: identifiers.next(at: now), externalID: patch.externalID, createdAt: now)
            _ = category.apply(patch, now: now)
            category.version = 1
            try store.insert(category, tx)
            let entry = AuditEntry(.categoryAdded, category.auditObject, by: actor, after: category.facts)
            try audit.append(tx, entry)
            return (category, true)
        }
        let old = category.facts
        guard category.apply(patch, now: now) else { return (category, false) }
        try store.update(category, tx)
        try audit.append(
            tx, AuditEntry(.categoryChanged, category.auditObject, by: actor, changing: old, to: category.facts)
        )
        return (category, false)
    }

    private static func check(_ expected: Int64?, _ current: Int64) throws {
        guard let expected, expected != current else { return }
        guard expected == ExpectedVersion.any, current > 0 else { throw CategoryError.outdated(current: current) }
    }

    /// - Throws: `Faults` when `category` would stand above itself, or too deep.
    private func requireTree(_ parent: String, under category: String, _ tx: Connection) throws {
        var next: String? = parent
        var depth = 0
        while let name = next {
            guard name != category else {
                throw Faults(
                    "/data/attributes/parent_external_id", "cycle",
                    "“\(parent)” is a part of “\(category)”, or is it itself: a category cannot stand above itself."
                )
            }
            depth += 1
            guard depth < Self.depthLimit else {
                throw Faults(
                    "/data/attributes/parent_external_id", "too_deep",
                    "Categories may stand at most \(Self.depthLimit) deep in each other."
                )
            }
            next = try store.find(name, tx)?.parentExternalID
        }
    }

    /// Deletes a category that nothing names.
    ///
    /// - Throws: `CategoryError`.
    package func delete(
        _ externalID: String, expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws {
        try await engine.write { [self] tx in
            guard let category = try store.find(externalID, tx) else { throw CategoryError.unknown(externalID) }
            try Self.check(expectedVersion, category.version)
            let users = try store.users(of: externalID, tx)
            guard users == (0, 0) else {
                throw CategoryError.inUse(externalID, products: users.products, categories: users.categories)
            }
            try store.delete(category.id, tx)
            try audit.append(tx, AuditEntry(.categoryDeleted, category.auditObject, by: actor, before: category.facts))
        }
    }

    // MARK: Reading

    /// - Throws: `CategoryError.unknown`.
    package func category(_ externalID: String) throws -> Category {
        try engine.read { tx in
            guard let category = try store.find(externalID, tx) else { throw CategoryError.unknown(externalID) }
            return category
        }
    }

    /// Categories in the order of their identifiers: one page, and how many there are.
    package func list(
        after cursor: String, offset: Int, limit: Int, parent: String?, text: String?
    ) throws -> (page: [Category], total: Int, next: String?) {
        try engine.read { tx in
            let found = try store.page(
                after: cursor, offset: offset, limit: limit + 1, parent: parent, search: text, tx
            )
            let page = Array(found.prefix(limit))
            return (
                page, try store.count(parent: parent, search: text, tx),
                found.count > limit ? page.last?.externalID : nil
            )
        }
    }

    /// The most categories that a page shows as a tree.
    package static let treeLimit = 5000

    /// All categories as a tree, with how many products are in each.
    package func tree() throws -> (tree: CategoryTree, products: [String: Int]) {
        try engine.read { tx in
            let all = try store.page(after: "", offset: 0, limit: Self.treeLimit, parent: nil, search: nil, tx)
            return (CategoryTree(all), try store.productCounts(tx))
        }
    }
}
