import Database
import Domain
import Storage

/// What can be done with fields (spec orders.md, "Fields").
package struct FieldService: Sendable {
    let engine: Engine
    let store: FieldStore
    let references: ReferenceBoard
    let segments: SegmentBoard
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog
    /// Asked before a field is deleted.
    package var users: [FieldUser]
    /// Wakes the worker that removes values and fills fields.
    let wake = FieldWork.Bell()

    /// All fields and profile views, as of the last commit.
    package var book: FieldBook { references.current.fields }

    /// Adds a field after those that its object has.
    ///
    /// A field that is taken from metadata is filled from what is stored, by and by.
    ///
    /// - Throws: `FieldError.codeTaken`, `Faults` with all that is wrong with the description.
    package func create(
        _ patch: CustomFieldPatch, base: String = "/data/attributes", by actor: Actor = .system
    ) async throws -> CustomField {
        let reading = references.current.reading
        return try await change { [self] tx, book in
            let now = surroundings.now()
            let position = patch.object.flatMap { book.custom($0).last?.position } ?? 0
            let field = try patch.field(
                id: identifiers.next(at: now), position: position + 1, base: base, reading
            )
            guard book.custom(field.object, code: field.code) == nil else {
                throw FieldError.codeTaken(field.object, code: field.code)
            }
            try store.insert(field, at: now, tx)
            try audit.append(tx, AuditEntry(.fieldAdded, field.auditObject, by: actor, after: field.facts))
            if book.hasChosenView(field.object) {
                try store.setProfileView(book.profileCodes(field.object) + [field.code], of: field.object, tx)
            }
            return field
        }
    }

    /// Changes a field.
    ///
    /// Another metadata path makes it another field of the same name: the values it had go, and those of the new place
    /// are taken.
    ///
    /// - Parameter seen: What the caller changes; another one now is `ChangedMeanwhile`.
    /// - Throws: `ChangedMeanwhile`, `FieldError.unknown`, `.system`, `Faults`.
    package func update(
        _ object: FieldObject, code: String, _ patch: CustomFieldPatch, seen: CustomField? = nil,
        base: String = "/data/attributes", by actor: Actor = .system
    ) async throws -> CustomField {
        let reading = references.current.reading
        return try await change { [self] tx, book in
            let before = try Self.existing(object, code, book)
            guard seen == nil || seen == before else { throw ChangedMeanwhile() }
            var field = try patch.applied(to: before, base: base, reading)
            try audit.append(
                tx,
                AuditEntry(.fieldChanged, field.auditObject, by: actor, changing: before.facts, to: field.facts)
            )
            guard field.metadataPath != before.metadataPath else {
                if field != before { try store.update(field, tx) }
                return field
            }
            let now = surroundings.now()
            field.id = identifiers.next(at: now)
            try store.retire(before.id, at: now, tx)
            try store.insert(field, at: now, tx)
            return field
        }
    }

    /// Deletes a field with all its values; history keeps what they were.
    ///
    /// The field is gone when this returns; its values are removed by and by.
    ///
    /// - Parameter seen: What the caller deletes; another one now is `ChangedMeanwhile`.
    /// - Throws: `ChangedMeanwhile`, `FieldError.unknown`, `.system`, `.inUse` with all that use it.
    package func delete(
        _ object: FieldObject, code: String, seen: CustomField? = nil, by actor: Actor = .system
    ) async throws {
        try await change { [self] tx, book in
            let field = try Self.existing(object, code, book)
            guard seen == nil || seen == field else { throw ChangedMeanwhile() }
            let uses = try users.flatMap { try $0.uses(field, tx) }
            guard uses.isEmpty else { throw FieldError.inUse(code: code, users: uses) }
            try store.retire(field.id, at: surroundings.now(), tx)
            try audit.append(tx, AuditEntry(.fieldDeleted, field.auditObject, by: actor, before: field.facts))
            if book.hasChosenView(object) {
                try store.setProfileView(book.profileCodes(object).filter { $0 != code }, of: object, tx)
            }
        }
    }

    /// Puts an object's custom fields in the order of `codes`; those that are not named come last, as they stood.
    package func order(_ object: FieldObject, _ codes: [String], by actor: Actor = .system) async throws {
        try await change { [self] tx, book in
            let fields = book.custom(object)
            let named = codes.compactMap { code in fields.first { $0.code == code } }
            let rest = fields.filter { field in !codes.contains(field.code) }
            for (index, field) in (named + rest).enumerated() where field.position != Int64(index + 1) {
                var moved = field
                moved.position = Int64(index + 1)
                try store.update(moved, tx)
            }
            let entry = AuditEntry(
                .fieldsOrdered, AuditObject(.field, object.rawValue, name: "Fields of \(object.plural.lowercased())"),
                by: actor, changing: ["order": Self.list(fields.map(\.code))],
                to: ["order": Self.list((named + rest).map(\.code))]
            )
            try audit.append(tx, entry)
        }
    }

    /// Sets what profiles and the default export show of an object, in this order; nil goes back to the standard.
    ///
    /// - Throws: `Faults` for a code that names no field.
    package func setProfileView(
        _ object: FieldObject, _ codes: [String]?, by actor: Actor = .system
    ) async throws {
        try await change { [self] tx, book in
            var seen: Set<String> = []
            let unique = codes?.filter { seen.insert($0).inserted }
            if let unknown = unique?.first(where: { book.field(object, code: $0) == nil }) {
                throw Faults("/fields", "unknown_field", "There is no field “\(unknown)”.")
            }
            try store.setProfileView(unique, of: object, tx)
            let entry = AuditEntry(
                .profileViewChanged,
                AuditObject(.field, object.rawValue, name: "Profile of \(object.plural.lowercased())"),
                by: actor, changing: ["shows": Self.list(book.profileCodes(object))],
                to: ["shows": Self.list(unique ?? FieldBook(custom: book.custom(object)).profileCodes(object))]
            )
            try audit.append(tx, entry)
        }
    }

    /// The codes with one of them moved a place up or down.
    package static func moved(_ code: String, in codes: [String], up: Bool) -> [String] {
        var codes = codes
        guard let index = codes.firstIndex(of: code), codes.indices.contains(index + (up ? -1 : 1)) else {
            return codes
        }
        codes.swapAt(index, index + (up ? -1 : 1))
        return codes
    }

    /// How many objects have a value of a field: what a deletion loses.
    package func valueCount(_ field: CustomField) async throws -> Int {
        try await engine.readLong { tx in try CustomValueStore(field.object).count(field.id, tx) }
    }

    /// Everything that uses a field now.
    package func uses(of field: CustomField) throws -> [FieldUse] {
        try engine.read { tx in try users.flatMap { try $0.uses(field, tx) } }
    }

    /// A field by its code.
    ///
    /// - Throws: `FieldError.unknown`, `.system`.
    package func field(_ object: FieldObject, code: String) throws(FieldError) -> CustomField {
        try Self.existing(object, code, book)
    }

    // MARK: Parts

    private static func list(_ codes: [String]) -> String { codes.joined(separator: ", ") }

    private static func existing(
        _ object: FieldObject, _ code: String, _ book: FieldBook
    ) throws(FieldError) -> CustomField {
        if let field = book.custom(object, code: code) { return field }
        throw SystemCatalogue.field(object, code: code) == nil
            ? .unknown(object, code: code) : .system(object, code: code)
    }

    /// Runs a change of fields, publishes the new book, and wakes the worker.
    @discardableResult
    private func change<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, FieldBook) throws -> Result
    ) async throws -> Result {
        let outcome = try await engine.write { [self] tx in
            let result = try body(tx, try store.writerBook(tx))
            return (result: result, book: try store.writerBook(tx))
        } committed: { [references] outcome in
            references.publish(fields: outcome.book)
        }
        wake.ring()
        return outcome.result
    }
}
