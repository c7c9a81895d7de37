import Database
import Domain

/// People who sign in, their sessions, and the keys of programs.
package struct AccountStore: Sendable {
    package init() {}

    // MARK: Users

    package func insert(_ user: User, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO app_user (id, email, password_hash, role, created_ms)
            VALUES (\(user.id.rawValue), \(user.email), \(user.passwordHash), \(user.role.rawValue), \(now.milliseconds))
            """
        )
    }

    package func user(email: String, _ tx: Connection) throws -> User? {
        try tx.first("SELECT id, email, password_hash, role FROM app_user WHERE email = \(email)") { row in
            User(
                id: row.id(0), email: row.text(1), passwordHash: row.text(2),
                role: try Self.role(row.text(3))
            )
        }
    }

    /// A role that this version does not know lets nobody in, rather than in with another one.
    private static func role(_ text: String) throws -> User.Role {
        guard let role = User.Role(rawValue: text) else { throw DatabaseError.fault("There is no role “\(text)”.") }
        return role
    }

    package func setPassword(hash: String, of id: User.ID, _ tx: Connection) throws {
        try tx.run("UPDATE app_user SET password_hash = \(hash) WHERE id = \(id.rawValue)")
        try tx.run("DELETE FROM session WHERE user_id = \(id.rawValue)")
    }

    package func hasUsers(_ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM app_user LIMIT 1") { _ in true } ?? false
    }

    // MARK: Sessions

    package func insert(_ session: Session, at now: Instant, _ tx: Connection) throws {
        try tx.run("DELETE FROM session WHERE expires_ms < \(now.milliseconds)")
        try tx.run(
            """
            INSERT INTO session (token_hash, user_id, csrf, created_ms, expires_ms)
            VALUES (\(session.tokenHash), \(session.user.rawValue), \(session.csrf), \(now.milliseconds),
                \(session.expiresAt.milliseconds))
            """
        )
    }

    package func session(tokenHash: String, _ tx: Connection) throws -> Session? {
        try tx.first(
            """
            SELECT s.token_hash, s.user_id, u.email, s.csrf, s.expires_ms, u.role
            FROM session AS s JOIN app_user AS u ON u.id = s.user_id WHERE s.token_hash = \(tokenHash)
            """
        ) { row in
            Session(
                tokenHash: row.text(0), user: row.id(1), email: row.text(2), role: try Self.role(row.text(5)),
                csrf: row.text(3), expiresAt: row.instant(4)
            )
        }
    }

    package func deleteSession(tokenHash: String, _ tx: Connection) throws {
        try tx.run("DELETE FROM session WHERE token_hash = \(tokenHash)")
    }

    // MARK: Keys

    package func insert(_ key: APIKey, _ tx: Connection) throws {
        let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
        try tx.run(
            """
            INSERT INTO api_key (id, code, name, kind, secret_hash, scopes, created_ms, expires_ms)
            VALUES (\(key.id.rawValue), \(key.code), \(key.name), \(key.kind.rawValue), \(key.secretHash), \(scopes),
                \(key.createdAt.milliseconds), \(key.expiresAt?.milliseconds))
            """
        )
    }

    private static let keyColumns = """
        id, code, name, kind, secret_hash, scopes, created_ms, last_used_ms, expires_ms, revoked_ms
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
            id: row.id(0), code: row.text(1), name: row.text(2), kind: APIKey.Kind(rawValue: row.text(3)) ?? .secret,
            secretHash: row.text(4),
            scopes: Set(row.text(5).split(separator: ",").compactMap { Scope(rawValue: String($0)) }),
            createdAt: row.instant(6), expiresAt: row.optionalInstant(8)
        )
        key.lastUsedAt = row.optionalInstant(7)
        key.revokedAt = row.optionalInstant(9)
        return key
    }

    /// Marks a key as no longer valid, and returns whether there was one that was.
    package func revokeKey(code: String, at now: Instant, _ tx: Connection) throws -> Bool {
        try tx.run(
            "UPDATE api_key SET revoked_ms = \(now.milliseconds) WHERE code = \(code) AND revoked_ms IS NULL"
        ) > 0
    }

    package func noteUse(of id: APIKey.ID, at now: Instant, _ tx: Connection) throws {
        try tx.run("UPDATE api_key SET last_used_ms = \(now.milliseconds) WHERE id = \(id.rawValue)")
    }
}
