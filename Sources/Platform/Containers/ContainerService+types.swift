import Database
import Domain
import Storage

extension ContainerService {
    /// How many containers of each type hold something.
    package func counts() async throws -> [ContainerType.ID: Int] {
        try await engine.readLong { [writer, types = book.types] tx in try writer.types.counts(of: types, tx) }
    }

    /// - Throws: `ContainerError.unknownType`.
    package func type(_ code: String) throws -> ContainerType {
        guard let type = book[code] else { throw ContainerError.unknownType(code) }
        return type
    }

    /// Makes a type of containers.
    ///
    /// - Throws: `Faults`, `ContainerError.codeTaken`, `.tooMany`.
    package func create(
        _ patch: ContainerTypePatch, base: String = "/data/attributes", by actor: Actor = .system
    ) async throws -> ContainerType {
        try requireSound(patch, base: base, isNew: true)
        return try await change { [self] tx, book in
            guard book.types.count < ContainerType.limit else { throw ContainerError.tooMany }
            guard let code = patch.code, book[code] == nil else { throw ContainerError.codeTaken(patch.code ?? "") }
            var type = ContainerType(id: identifiers.next(at: surroundings.now()), code: code, name: "")
            _ = patch.apply(to: &type)
            type.version = 1
            try writer.types.put(type, tx)
            try audit.append(tx, AuditEntry(.containerAdded, type.auditObject, by: actor, after: type.facts))
            return type
        }
    }

    /// Changes a type; its code stays.
    ///
    /// What is in containers of it is abandoned, and emptied, by what holds from now on.
    ///
    /// - Parameter expectedVersion: The version that the caller has seen.
    /// - Throws: `Faults`, `ContainerError.unknownType`, `.outdated`.
    package func update(
        _ code: String, _ patch: ContainerTypePatch, expectedVersion: Int64? = nil, base: String = "/data/attributes",
        by actor: Actor = .system
    ) async throws -> ContainerType {
        try requireSound(patch, base: base, isNew: false)
        if let new = patch.code, new != code {
            throw Faults("\(base)/code", "fixed", "This differs from the address; a code cannot be changed.")
        }
        return try await change { [self] tx, book in
            var type = try Self.existing(code, book, expectedVersion)
            let before = type
            guard patch.apply(to: &type) else { return type }
            try writer.types.put(type, tx)
            if (type.lifetimeDays, type.abandonedAfterMinutes) != (before.lifetimeDays, before.abandonedAfterMinutes) {
                if tx.tellsOthers { tx.tell(NodeNews.otherGround) }
                try writer.types.reschedule(type, at: surroundings.now(), tx)
            }
            let entry = AuditEntry(
                .containerChanged, type.auditObject, by: actor, changing: before.facts, to: type.facts)
            try audit.append(tx, entry)
            return type
        }
    }

    /// Deletes a type of which no container holds anything.
    ///
    /// - Throws: `ContainerError.unknownType`, `.outdated`, `.isSystem`, `.inUse`.
    package func delete(_ code: String, expectedVersion: Int64? = nil, by actor: Actor = .system) async throws {
        let type = try type(code)
        guard !type.isSystem else { throw ContainerError.isSystem(code) }
        try await engine.write { [writer] tx in try Self.requireUnused(type, writer, tx) }
        // Most go before, in small transactions that hold nobody up.
        while try await forgetEmpty(of: type) == Self.portion {}
        _ = try await change { [self] tx, book in
            let type = try Self.existing(code, book, expectedVersion)
            try Self.requireUnused(type, writer, tx)
            while try writer.types.forgetEmpty(of: type.id, limit: Self.portion, tx) > 0 {}
            try writer.types.delete(type.id, tx)
            try audit.append(tx, AuditEntry(.containerDeleted, type.auditObject, by: actor, before: type.facts))
        }
    }

    private static let portion = 500

    private func forgetEmpty(of type: ContainerType) async throws -> Int {
        try await segments.write { [writer] tx in
            try writer.types.forgetEmpty(of: type.id, limit: Self.portion, tx)
        }
    }

    // MARK: Parts

    /// Runs a change of types, and publishes the new book.
    private func change<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, ContainerBook) throws -> Result
    ) async throws -> Result {
        try await segments.write { [writer] tx in
            let result = try body(tx, try writer.types.book(tx))
            // Other nodes read types anew with the other things that pages refer to.
            if tx.tellsOthers { tx.tell(WriterMemo<Int>.message) }
            return (result: result, book: try writer.types.book(tx))
        } committed: { [references] outcome in
            references.publish(containers: outcome.book)
        }.result
    }

    private static func existing(
        _ code: String, _ book: ContainerBook, _ expected: Int64?
    ) throws -> ContainerType {
        guard let type = book[code] else { throw ContainerError.unknownType(code) }
        guard let expected, expected != type.version, expected != ExpectedVersion.any else { return type }
        throw ContainerError.outdated(current: type.version)
    }

    private static func requireUnused(_ type: ContainerType, _ writer: ContainerWriter, _ tx: Connection) throws {
        let count = try writer.types.count(of: type.id, tx)
        guard count == 0 else { throw ContainerError.inUse(type.code, containers: count) }
    }

    private func requireSound(_ patch: ContainerTypePatch, base: String, isNew: Bool) throws {
        let faults = patch.faults(base: base, isNew: isNew)
        guard faults.isEmpty else { throw Faults(faults) }
    }
}
