import Database
import Domain

/// People who sign in, the links that set their passwords, and their recovery codes.
package struct UserStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        id, email, password_hash, role, created_ms, signed_in_ms, deactivated_ms, totp_secret, totp_since_ms, totp_step
        """

    package func insert(_ user: User, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO app_user (id, email, password_hash, role, created_ms)
            VALUES (\(user.id.rawValue), \(user.email), \(user.passwordHash), \(user.role.rawValue),
                \(user.createdAt.milliseconds))
            """
        )
    }

    package func user(email: String, _ tx: Connection) throws -> User? {
        try tx.first("SELECT \(Self.columns) FROM app_user WHERE email = \(email)", read: Self.user)
    }

    package func user(_ id: User.ID, _ tx: Connection) throws -> User? {
        try tx.first("SELECT \(Self.columns) FROM app_user WHERE id = \(id.rawValue)", read: Self.user)
    }

    package func users(_ tx: Connection) throws -> [User] {
        try tx.rows("SELECT \(Self.columns) FROM app_user ORDER BY email", read: Self.user)
    }

    /// Writes all of a user that can change.
    package func update(_ user: User, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE app_user SET email = \(user.email), password_hash = \(user.passwordHash),
                role = \(user.role.rawValue), signed_in_ms = \(user.signedInAt?.milliseconds),
                deactivated_ms = \(user.deactivatedAt?.milliseconds), totp_secret = \(user.secondFactor?.secret),
                totp_since_ms = \(user.secondFactor?.since?.milliseconds), totp_step = \(user.secondFactor?.lastStep)
            WHERE id = \(user.id.rawValue)
            """
        )
    }

    /// Removes a user with sessions, links and codes; what history and the audit log say of the user stays.
    package func delete(_ id: User.ID, _ tx: Connection) throws {
        for table: SQL in ["session", "sign_in_step", "recovery_code", "user_link"] {
            try tx.run("DELETE FROM \(table) WHERE user_id = \(id.rawValue)")
        }
        try tx.run("DELETE FROM app_user WHERE id = \(id.rawValue)")
    }

    /// How many owners there are who can sign in.
    package func ownerCount(_ tx: Connection) throws -> Int64 {
        try tx.first(
            """
            SELECT count(*) FROM app_user
            WHERE role = 'owner' AND deactivated_ms IS NULL AND password_hash <> ''
            """
        ) { $0.integer(0) } ?? 0
    }

    private static func user(_ row: Row) throws -> User {
        var user = User(
            id: row.id(0), email: row.text(1), passwordHash: row.text(2), role: try UserStore.role(row.text(3)),
            createdAt: row.instant(4)
        )
        user.signedInAt = row.optionalInstant(5)
        user.deactivatedAt = row.optionalInstant(6)
        user.secondFactor = row.optionalText(7).map { secret in
            User.SecondFactor(secret: secret, since: row.optionalInstant(8), lastStep: row.optionalInteger(9))
        }
        return user
    }

    /// A role that this version does not know lets nobody in, rather than in with another one.
    static func role(_ text: String) throws -> User.Role {
        guard let role = User.Role(rawValue: text) else { throw DatabaseError.fault("There is no role “\(text)”.") }
        return role
    }

    // MARK: Links

    /// Keeps a link in the place of the one that the user had.
    package func save(_ link: UserLink, _ tx: Connection) throws {
        try deleteLink(of: link.user, tx)
        try tx.run(
            """
            INSERT INTO user_link (user_id, token_hash, kind, created_ms, expires_ms)
            VALUES (\(link.user.rawValue), \(link.tokenHash), \(link.kind.rawValue), \(link.createdAt.milliseconds),
                \(link.expiresAt.milliseconds))
            """
        )
    }

    package func link(tokenHash: String, _ tx: Connection) throws -> UserLink? {
        try tx.first(
            "SELECT user_id, token_hash, kind, created_ms, expires_ms FROM user_link WHERE token_hash = \(tokenHash)"
        ) { row in
            UserLink(
                user: row.id(0), tokenHash: row.text(1), kind: UserLink.Kind(rawValue: row.text(2)) ?? .reset,
                createdAt: row.instant(3), expiresAt: row.instant(4)
            )
        }
    }

    package func deleteLink(of user: User.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM user_link WHERE user_id = \(user.rawValue)")
    }

    // MARK: Recovery codes

    /// Keeps new codes in the place of all that were there.
    package func replaceRecoveryCodes(of user: User.ID, with hashes: [String], _ tx: Connection) throws {
        try tx.run("DELETE FROM recovery_code WHERE user_id = \(user.rawValue)")
        for hash in hashes {
            try tx.run("INSERT INTO recovery_code (user_id, code_hash) VALUES (\(user.rawValue), \(hash))")
        }
    }

    /// Uses a recovery code up, and returns whether there was such a one.
    package func takeRecoveryCode(of user: User.ID, hash: String, _ tx: Connection) throws -> Bool {
        try tx.changed("DELETE FROM recovery_code WHERE user_id = \(user.rawValue) AND code_hash = \(hash)") > 0
    }

    package func recoveryCodeCount(of user: User.ID, _ tx: Connection) throws -> Int64 {
        try tx.first("SELECT count(*) FROM recovery_code WHERE user_id = \(user.rawValue)") { $0.integer(0) } ?? 0
    }

    // MARK: The second step of a sign-in

    package func insertStep(tokenHash: String, user: User.ID, expiresAt: Instant, at now: Instant, _ tx: Connection)
        throws
    {
        try tx.run("DELETE FROM sign_in_step WHERE expires_ms < \(now.milliseconds)")
        try tx.run(
            """
            INSERT INTO sign_in_step (token_hash, user_id, expires_ms)
            VALUES (\(tokenHash), \(user.rawValue), \(expiresAt.milliseconds))
            """
        )
    }

    /// The user who is at the second step; nil when it has ended.
    package func userAtStep(tokenHash: String, at now: Instant, _ tx: Connection) throws -> User? {
        let id: User.ID? = try tx.first(
            """
            SELECT user_id FROM sign_in_step
            WHERE token_hash = \(tokenHash) AND expires_ms > \(now.milliseconds)
            """
        ) { $0.id(0) }
        return try id.flatMap { try user($0, tx) }
    }

    package func deleteSteps(of user: User.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM sign_in_step WHERE user_id = \(user.rawValue)")
    }
}
