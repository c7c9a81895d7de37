import Database
import Domain
import Storage

extension TrackingService {
    /// Makes a source with a key.
    ///
    /// - Throws: `Faults`, `TrackingError.codeTaken`, `.tooManySources`.
    package func create(_ patch: EventSourcePatch, by actor: Actor = .system) async throws -> EventSource {
        let (now, key) = (surroundings.now(), newKey(""))
        return try await change { [self] tx, book in
            guard book.sources.count < TrackingBook.sourceLimit else { throw TrackingError.tooManySources }
            var source = EventSource(id: identifiers.next(at: now), code: "", name: "", createdAt: now)
            try patch.apply(to: &source, isNew: true)
            if book.source(code: source.code) != nil { throw TrackingError.codeTaken(source.code) }
            source.keys = [key]
            try store.insert(source, tx)
            try audit.append(tx, AuditEntry(.eventSourceAdded, source.auditObject, by: actor, after: source.facts))
            return source
        }
    }

    /// Changes what `patch` says.
    ///
    /// - Throws: `Faults`, `TrackingError.unknownSource`.
    package func update(
        _ code: String, _ patch: EventSourcePatch, by actor: Actor = .system
    ) async throws -> EventSource {
        let now = surroundings.now()
        return try await change { [self] tx, book in
            var source = try Self.existing(code, book)
            let before = source
            try patch.apply(to: &source, isNew: false)
            guard source != before else { return source }
            source.updatedAt = now
            try store.update(source, tx)
            let entry = AuditEntry(
                .eventSourceChanged, source.auditObject, by: actor, changing: before.facts, to: source.facts)
            try audit.append(tx, entry)
            return source
        }
    }

    /// Deletes a source with its keys; what came by it stays.
    ///
    /// - Throws: `TrackingError.unknownSource`, `.system`.
    package func delete(_ code: String, by actor: Actor = .system) async throws {
        _ = try await change { [self] tx, book in
            let source = try Self.existing(code, book)
            guard !source.isSystem else { throw TrackingError.system(code) }
            try store.delete(source.id, tx)
            if tx.tellsOthers { tx.tell(NodeNews.otherGround) }
            try audit.append(tx, AuditEntry(.eventSourceDeleted, source.auditObject, by: actor, before: source.facts))
        }
    }

    /// Adds a key; the others stay good until they are revoked.
    ///
    /// - Parameter name: What it is for; may be empty.
    /// - Throws: `Faults` for a name that is too long, `TrackingError.unknownSource`, `.tooManyKeys`.
    package func addKey(
        to code: String, named name: String = "", by actor: Actor = .system
    ) async throws -> EventSource {
        guard name.count <= WriteKey.nameLimit else {
            throw Faults("/name", "too_long", "Use at most \(WriteKey.nameLimit) characters.")
        }
        let key = newKey(name)
        return try await change { [self] tx, book in
            var source = try Self.existing(code, book)
            guard source.keys.count < EventSource.keyLimit else { throw TrackingError.tooManyKeys }
            source.keys.insert(key, at: 0)
            try store.insert(key, of: source.id, tx)
            try audit.append(
                tx,
                AuditEntry(
                    .eventSourceKeyMade, source.auditObject, by: actor, after: ["key": key.text, "name": key.name]))
            return source
        }
    }

    /// Ends a key; who shows it is refused from now on.
    ///
    /// - Throws: `TrackingError.unknownSource`, `.unknownKey`.
    package func revoke(_ key: String, of code: String, by actor: Actor = .system) async throws -> EventSource {
        try await change { [self] tx, book in
            var source = try Self.existing(code, book)
            guard source.keys.contains(where: { $0.text == key }) else { throw TrackingError.unknownKey(key) }
            source.keys.removeAll { $0.text == key }
            try store.deleteKey(key, tx)
            try audit.append(
                tx, AuditEntry(.eventSourceKeyRevoked, source.auditObject, by: actor, before: ["key": key]))
            return source
        }
    }

    /// Takes up what another process wrote of sources and their keys.
    package func noticeKeys() async throws {
        let stored = try engine.read { tx in try store.book(tx) }
        guard stored.sources != book.sources else { return }
        // As a write, so that what is published is never older than what was.
        try await change { _, _ in }
    }

    // MARK: Names

    /// Makes a name, or names it anew.
    ///
    /// - Throws: `Faults`, `TrackingError.system`, `.tooManyNames`, `.codeTaken` for a new one that is there.
    package func save(_ patch: EventNamePatch, code: String?, by actor: Actor = .system) async throws -> EventName {
        let now = surroundings.now()
        return try await change { [self] tx, book in
            if let code {
                guard let before = book.name(code) else { throw TrackingError.unknownName(code) }
                guard !before.isPredefined else { throw TrackingError.system(code) }
                let name = try patch.applied(to: before)
                try store.save(name, at: now, tx)
                let entry = AuditEntry(
                    .eventNameChanged, name.auditObject, by: actor, changing: before.facts, to: name.facts)
                try audit.append(tx, entry)
                return name
            }
            let name = try patch.applied(to: nil)
            if book.name(name.code) != nil { throw TrackingError.codeTaken(name.code) }
            guard book.customNames.count < TrackingBook.nameLimit else { throw TrackingError.tooManyNames }
            try store.save(name, at: now, tx)
            try audit.append(tx, AuditEntry(.eventNameAdded, name.auditObject, by: actor, after: name.facts))
            return name
        }
    }

    /// Removes a name that the shop made; events of it stay, and are shown by their code.
    ///
    /// - Throws: `TrackingError.unknownName`, `.system`.
    package func deleteName(_ code: String, by actor: Actor = .system) async throws {
        _ = try await change { [self] tx, book in
            guard let name = book.name(code) else { throw TrackingError.unknownName(code) }
            guard !name.isPredefined else { throw TrackingError.system(code) }
            try store.deleteName(code, tx)
            try audit.append(tx, AuditEntry(.eventNameDeleted, name.auditObject, by: actor, before: name.facts))
        }
    }

    // MARK: Parts

    /// The source of a code.
    ///
    /// - Throws: `TrackingError.unknownSource`.
    package func source(_ code: String) throws -> EventSource { try Self.existing(code, book) }

    private static func existing(_ code: String, _ book: TrackingBook) throws(TrackingError) -> EventSource {
        guard let source = book.source(code: code) else { throw .unknownSource(code) }
        return source
    }

    private func newKey(_ name: String) -> WriteKey {
        WriteKey(text: WriteKey.prefix + surroundings.token(length: 24), name: name, createdAt: surroundings.now())
    }

    /// Runs a change of sources or names, and publishes the new book.
    private func change<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, TrackingBook) throws -> Result
    ) async throws -> Result {
        try await engine.write { [store] tx in
            let result = try body(tx, try store.book(tx))
            return (result: result, book: try store.book(tx))
        } committed: { [references] outcome in
            references.publish(tracking: outcome.book)
        }.result
    }
}

extension EventSourceStore {
    /// Gives a project from before there were sources the first one.
    func mendSystemSource(_ engine: Engine, _ identifiers: Identifiers, _ surroundings: Surroundings) async throws {
        let isMissing = try engine.read { tx in
            try ProjectStore().get(tx) != nil && book(tx).source(code: EventSource.systemCode) == nil
        }
        guard isMissing else { return }
        try await engine.write { [self] tx in _ = try makeSystemSource(identifiers, surroundings, tx) }
    }

    /// Makes the source that is there from the beginning, where it is not there yet; returns whether it did.
    @discardableResult func makeSystemSource(
        _ identifiers: Identifiers, _ surroundings: Surroundings, _ tx: Connection
    ) throws -> Bool {
        guard try book(tx).source(code: EventSource.systemCode) == nil else { return false }
        let now = surroundings.now()
        var source = EventSource(
            id: identifiers.next(at: now), code: EventSource.systemCode, name: "Online store", createdAt: now
        )
        source.keys = [WriteKey(text: WriteKey.prefix + surroundings.token(length: 24), createdAt: now)]
        try insert(source, tx)
        return true
    }
}
