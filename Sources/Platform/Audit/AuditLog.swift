import Database
import Domain
import Storage

/// Writes and reads the audit log.
package struct AuditLog: Sendable {
    let engine: Engine
    let store = AuditStore()
    let identifiers: Identifiers
    let surroundings: Surroundings

    /// Adds an entry in the transaction of what it tells of; nil, of a change that changed nothing, adds none.
    func append(_ tx: Connection, _ entry: AuditEntry?) throws {
        guard let entry else { return }
        let now = surroundings.now()
        try store.append(tx, entry, id: identifiers.next(at: now), at: now)
    }

    /// Adds an entry of what no transaction of ours does, such as a download.
    package func note(_ entry: AuditEntry) async throws {
        try await engine.write { [self] tx in try append(tx, entry) }
    }

    /// Up to `limit` entries, the newest first, before the one that `cursor` names.
    package func page(
        _ query: AuditQuery, before cursor: AuditEntry.ID? = nil, limit: Int
    ) async throws -> [StoredAuditEntry] {
        try await engine.readLong { [store] tx in try store.page(query, before: cursor, limit: limit, tx) }
    }

    /// Who is in the log, by name.
    package func actors() async throws -> [String] { try await engine.readLong(store.actors) }
}
