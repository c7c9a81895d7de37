import Database
import Domain

/// The keys of programs.
package struct KeyStore: Sendable {
    package init() {}

    package func insert(_ key: APIKey, _ tx: Connection) throws {
        let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
        try tx.run(
            """
            INSERT INTO api_key (id, code, name, secret_hash, scopes, created_ms, expires_ms, requests_per_second)
            VALUES (\(key.id.rawValue), \(key.code), \(key.name), \(key.secretHash), \(scopes),
                \(key.createdAt.milliseconds), \(key.expiresAt?.milliseconds), \(key.requestsPerSecond))
            """
        )
    }

    private static let keyColumns = """
        id, code, name, secret_hash, scopes, created_ms, last_used_ms, expires_ms, revoked_ms, requests_per_second
        """

    private static let keyByCode = Statement("SELECT \(keyColumns) FROM api_key WHERE code = $1")
    private static let allKeys = Statement("SELECT \(keyColumns) FROM api_key ORDER BY id")

    package func key(code: String, _ tx: Connection) throws -> APIKey? {
        try tx.first(Self.keyByCode) {
            $0.bind(code)
        } read: {
            Self.key($0)
        }
    }

    package func keys(_ tx: Connection) throws -> [APIKey] {
        var keys: [APIKey] = []
        try tx.each(Self.allKeys) { _ in
        } read: {
            keys.append(Self.key($0))
        }
        return keys
    }

    private static func key(_ row: Row) -> APIKey {
        var key = APIKey(
            id: row.id(0), code: row.text(1), name: row.text(2), secretHash: row.text(3),
            scopes: Set(row.text(4).split(separator: ",").compactMap { Scope(rawValue: String($0)) }),
            createdAt: row.instant(5), expiresAt: row.optionalInstant(7)
        )
        key.lastUsedAt = row.optionalInstant(6)
        key.revokedAt = row.optionalInstant(8)
        key.requestsPerSecond = row.optionalInteger(9).map { Int($0) }
        return key
    }

    /// Writes all of a key that can change.
    package func update(_ key: APIKey, _ tx: Connection) throws {
        let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
        try tx.run(
            """
            UPDATE api_key SET name = \(key.name), scopes = \(scopes), expires_ms = \(key.expiresAt?.milliseconds),
                requests_per_second = \(key.requestsPerSecond)
            WHERE id = \(key.id.rawValue)
            """
        )
    }

    /// Marks a key as no longer valid, and returns whether there was one that was.
    package func revokeKey(code: String, at now: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            "UPDATE api_key SET revoked_ms = \(now.milliseconds) WHERE code = \(code) AND revoked_ms IS NULL"
        ) > 0
    }

    package func noteUse(of id: APIKey.ID, at now: Instant, _ tx: Connection) throws {
        try tx.run("UPDATE api_key SET last_used_ms = \(now.milliseconds) WHERE id = \(id.rawValue)")
    }
}
