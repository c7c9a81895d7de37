import Database
import Domain
import Storage

/// Connections to shop systems (spec orders.md, "Formats understood on import").
package struct ConnectorService: Sendable {
    let orders: OrderService
    let identifiers: Identifiers
    let audit: AuditLog
    let store = ShopConnectionStore()

    private var engine: Engine { orders.engine }
    private var surroundings: Surroundings { orders.surroundings }

    /// A connection with what came over it.
    package struct Overview: Sendable {
        package var connection: ShopConnection
        package var figures: ShopFigures
    }

    package struct Unknown: Error {}

    // MARK: Connections

    /// All connections, the oldest first.
    package func all() throws -> [Overview] {
        try engine.read { tx in
            try store.all(tx).map { Overview(connection: $0, figures: try store.figures(of: $0.id, tx)) }
        }
    }

    /// One connection, with its refused messages, the newest first.
    ///
    /// - Throws: `Unknown`.
    package func get(_ code: String) throws -> (overview: Overview, refusals: [ShopRefusal]) {
        try engine.read { tx in
            let connection = try find(code, tx)
            let overview = Overview(connection: connection, figures: try store.figures(of: connection.id, tx))
            return (overview, try store.refusals(of: connection.id, tx))
        }
    }

    /// Makes a connection; a secret that is not told is made up, for shops that want to be told theirs.
    ///
    /// - Throws: `Faults`.
    package func create(
        _ kind: ShopConnection.Kind, _ patch: ShopConnectionPatch, by actor: Actor = .system
    ) async throws -> ShopConnection {
        let now = surroundings.now()
        var connection = ShopConnection(
            id: identifiers.next(at: now), code: surroundings.token(length: 24), name: "", kind: kind,
            secret: kind == .woocommerce ? surroundings.token(length: 40) : "", createdAt: now
        )
        try connection.apply(patch)
        return try await engine.write { [store, audit, connection] tx in
            try store.insert(connection, tx)
            let entry = AuditEntry(.connectorAdded, connection.auditObject, by: actor, after: connection.facts)
            try audit.append(tx, entry)
            return connection
        }
    }

    /// - Throws: `Faults`, `Unknown`.
    package func update(
        _ code: String, _ patch: ShopConnectionPatch, by actor: Actor = .system
    ) async throws -> ShopConnection {
        let now = surroundings.now()
        return try await engine.write { [self] tx in
            let before = try find(code, tx)
            var connection = before
            try connection.apply(patch)
            connection.updatedAt = now
            try store.update(connection, tx)
            var after = connection.facts
            if connection.secret != before.secret { after["secret"] = "replaced" }
            let entry = AuditEntry(
                .connectorChanged, connection.auditObject, by: actor, changing: before.facts, to: after
            )
            try audit.append(tx, entry)
            return connection
        }
    }

    /// Ends a connection; the orders that came over it stay.
    ///
    /// - Throws: `Unknown`.
    package func delete(_ code: String, by actor: Actor = .system) async throws {
        try await engine.write { [self] tx in
            let connection = try find(code, tx)
            try store.delete(connection.id, tx)
            let entry = AuditEntry(.connectorDeleted, connection.auditObject, by: actor, before: connection.facts)
            try audit.append(tx, entry)
        }
    }

    private func find(_ code: String, _ tx: Connection) throws -> ShopConnection {
        guard let connection = try store.find(code: code, tx) else { throw Unknown() }
        return connection
    }

    // MARK: Messages

    /// What became of a message.
    package enum Outcome: String, Sendable {
        case stored, unchanged, repeated, ping
    }

    /// Takes a message: on disk when this returns.
    ///
    /// - Throws: `ConnectorError`, `Faults` for an order that the rules refuse; both are noted with the connection.
    package func receive(_ message: ShopMessage, at code: String) async throws -> Outcome {
        guard let connection = try engine.read({ tx in try store.find(code: code, tx) }),
            connection.kind == message.kind
        else { throw ConnectorError.unknownConnection }
        if message.isPing { return .ping }
        do {
            guard message.isSigned(with: connection.secret) else { throw ConnectorError.wrongSignature }
            guard !connection.isPaused else { throw ConnectorError.paused }
            return try await take(message, of: connection)
        } catch let error as ConnectorError {
            try await note(error.code, error.sentence, message, connection, keepsBody: error != .wrongSignature)
            throw error
        } catch let faults as Faults {
            let reason = faults.all.map { "\($0.pointer): \($0.detail)" }.joined(separator: "\n")
            try await note(faults.all.first?.code ?? "refused", reason, message, connection, keepsBody: true)
            throw faults
        }
    }

    private func take(_ message: ShopMessage, of connection: ShopConnection) async throws -> Outcome {
        let task = try message.task()
        let json: ShopJSON
        do {
            json = try ShopJSON(parsing: message.body)
        } catch let error as JSONError {
            throw ConnectorError.notUnderstood("The message is not JSON: \(error.message) (at byte \(error.offset))")
        }
        let key = message.identifier.map { "\(connection.id.rawValue)/\($0.prefix(200))" }
        let writer = ShopOrderWriter(orders: orders.writer, identifiers: identifiers, connection: connection)
        let now = surroundings.now()
        return try await orders.commit { [store] tx in
            if let key, try store.isKnown(key, tx) {
                try store.count(.repeated, of: connection.id, at: now, tx)
                return OrderService.Outcome(result: .repeated)
            }
            let done = try writer.write(task, json, at: now, tx)
            if let key { try store.remember(key, at: now, tx) }
            try store.count(done.result ? .stored : .unchanged, of: connection.id, at: now, tx)
            return OrderService.Outcome(
                written: done.written, people: done.people, profiles: done.profiles,
                result: done.result ? .stored : .unchanged
            )
        }
    }

    /// The most of a refused message that is kept, in bytes.
    private static let bodyLimit = 64 << 10

    private func note(
        _ code: String, _ reason: String, _ message: ShopMessage, _ connection: ShopConnection, keepsBody: Bool
    ) async throws {
        let now = surroundings.now()
        let refusal = ShopRefusal(
            id: identifiers.next(at: now), messageID: message.identifier.map { String($0.prefix(200)) },
            topic: message.topic.map { String($0.prefix(100)) }, code: code, reason: String(reason.prefix(4000)),
            body: keepsBody
                ? String(decoding: message.body.prefix(Self.bodyLimit), as: UTF8.self).replacing("\0", with: "") : nil,
            receivedAt: now
        )
        try await engine.write { [store] tx in
            // The connection may have been deleted meanwhile.
            guard try store.get(connection.id, tx) != nil else { return }
            try store.insert(refusal, of: connection.id, tx)
            try store.count(.refused, of: connection.id, at: now, tx)
        }
    }
}
