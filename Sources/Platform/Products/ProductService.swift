import Database
import Domain
import Storage

/// What can be done with the catalogue.
package struct ProductService: Sendable {
    let engine: Engine
    let store = ProductStore()
    let fields: FieldStore
    let references: ReferenceBoard
    let segments: SegmentBoard
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog

    package struct UnknownProduct: Error, Hashable, Sendable {
        package var externalID: String
    }

    /// Creates or updates products in one transaction, each on its own; on disk when this returns.
    ///
    /// - Parameters:
    ///   - expectedVersion: The version the caller has seen of each; 0 for what must not be there yet.
    ///   - actor: Who is written into the audit log for each; nil where the whole is in it, as a file that is imported.
    /// - Throws: `OrderError.outdated`.
    package func register(
        _ patches: [Result<ProductPatch, Faults>], expectedVersion: Int64? = nil, by actor: Actor? = nil
    ) async throws -> [Result<(product: Product, isNew: Bool), Faults>] {
        try await write { [self] tx in
            let now = surroundings.now()
            var changed: [Product] = []
            let results: [Result<(product: Product, isNew: Bool), Faults>] = try patches.map { patch in
                do {
                    let patch = try patch.get()
                    if let expectedVersion { try require(expectedVersion, of: patch.externalID, tx) }
                    let written = try register(patch, at: now, by: actor, tx)
                    if written.kind != .unchanged { changed.append(written.product) }
                    return .success((written.product, written.kind == .created))
                } catch let faults as Faults {
                    return .failure(faults)
                }
            }
            return (results, .products(changed, gone: []))
        }
    }

    /// Runs `body` as one write, and tells segments of what it did.
    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> (result: Result, change: SegmentChange?)
    ) async throws -> Result {
        let result = try await engine.write { tx -> (result: Result, change: SegmentChange?) in
            let outcome = try body(tx)
            if let change = outcome.change, tx.tellsOthers { NodeNews(segments: [change]).tell(tx) }
            return outcome
        } committed: { [segments] outcome in
            segments.apply(outcome.change.map { [$0] } ?? [])
        }.result
        // Everybody may be asked after it; who changes many products shall not be faster than that.
        await segments.settle()
        return result
    }

    private func require(_ version: Int64, of externalID: String, _ tx: Connection) throws {
        let current = try store.find(externalID, try fields.writerBook(tx), tx)?.version ?? 0
        guard version == current || (version == ExpectedVersion.any && current > 0) else {
            throw OrderError.outdated(current: current)
        }
    }

    /// A product after a write, what the write was, and what the product was where it was updated.
    struct Written: Sendable {
        var product: Product
        var kind: OrderWriter.Written.Kind
        var before: Product?

        /// What segments must know; nil when nothing changed.
        var segmentChange: SegmentChange? { kind == .unchanged ? nil : .products([product], gone: []) }
    }

    func register(_ patch: ProductPatch, at now: Instant, by actor: Actor?, _ tx: Connection) throws -> Written {
        let book = try fields.writerBook(tx)
        let rules = book.has(.product) ? CustomRules(book.custom(.product), references.current.reading) : nil
        if let before = try store.find(patch.externalID, book, tx) {
            var product = before
            guard product.apply(patch, now: now, rules) else { return Written(product: product, kind: .unchanged) }
            try store.update(from: before, to: product, tx)
            try note(.productChanged, product, from: before, by: actor, book, tx)
            return Written(product: product, kind: .updated, before: before)
        }
        if let faults = rules?.faults(patch.custom), !faults.isEmpty { throw Faults(faults) }
        var product = Product(id: identifiers.next(at: now), externalID: patch.externalID, createdAt: now)
        _ = product.apply(patch, now: now, isNew: true, rules)
        product.version = 1
        try store.insert(product, tx)
        try note(.productAdded, product, from: nil, by: actor, book, tx)
        return Written(product: product, kind: .created)
    }

    private func note(
        _ action: AuditAction, _ product: Product, from before: Product?, by actor: Actor?, _ book: FieldBook,
        _ tx: Connection
    ) throws {
        guard let actor else { return }
        let custom = book.custom(.product)
        let entry = AuditEntry(
            action, product.auditObject, by: actor, changing: before?.facts(custom) ?? [:], to: product.facts(custom)
        )
        // A product that is only an identifier has no facts, and is an entry all the same.
        try audit.append(tx, entry ?? AuditEntry(action, product.auditObject, by: actor))
    }

    /// Changes a product that is there.
    ///
    /// - Throws: `UnknownProduct`, `OrderError.outdated`.
    package func update(
        _ patch: ProductPatch, expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws -> Product {
        try await write { [self] tx in
            guard try store.find(patch.externalID, .empty, tx) != nil else {
                throw UnknownProduct(externalID: patch.externalID)
            }
            if let expectedVersion { try require(expectedVersion, of: patch.externalID, tx) }
            let written = try register(patch, at: surroundings.now(), by: actor, tx)
            return (written.product, written.segmentChange)
        }
    }

    /// Deletes a product; lines that name it stay as they are.
    ///
    /// - Throws: `UnknownProduct`, `OrderError.outdated`.
    package func delete(
        _ externalID: String, expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws {
        try await write { [self] tx in
            let book = try fields.writerBook(tx)
            guard let product = try store.find(externalID, book, tx) else {
                throw UnknownProduct(externalID: externalID)
            }
            if let expectedVersion { try require(expectedVersion, of: externalID, tx) }
            try store.delete(product.id, tx)
            let facts = product.facts(book.custom(.product))
            try audit.append(tx, AuditEntry(.productDeleted, product.auditObject, by: actor, before: facts))
            return ((), .products([], gone: [externalID]))
        }
    }

    /// - Throws: `UnknownProduct`.
    package func product(_ externalID: String) throws -> Product {
        try engine.read { tx in
            guard let product = try store.find(externalID, references.current.fields, tx) else {
                throw UnknownProduct(externalID: externalID)
            }
            return product
        }
    }

    /// Products in the order of their identifiers: one page, and how many there are.
    package func list(
        _ query: ProductQuery = ProductQuery(), after cursor: String = "", offset: Int, limit: Int
    ) throws -> (page: [Product], total: Int, next: String?) {
        try engine.read { tx in
            let found = try store.page(
                query, after: cursor, offset: offset, limit: limit + 1, references.current.fields, tx
            )
            let total = try store.count(query, tx)
            let page = Array(found.prefix(limit))
            return (page, total, found.count > limit ? page.last?.externalID : nil)
        }
    }

    /// The products of some lines, by identifier; those not in the catalogue are absent.
    package func products(_ externalIDs: Set<String>) throws -> [String: Product] {
        try engine.read { tx in try store.names(of: externalIDs, references.current.fields, tx) }
    }
}
