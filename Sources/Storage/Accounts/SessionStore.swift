import Database
import Domain

/// Browsers that are signed in.
package struct SessionStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        s.token_hash, s.csrf, s.created_ms, s.expires_ms, s.seen_ms, s.address, s.agent,
        u.id, u.email, u.role, u.totp_since_ms
        """

    /// Keeps a new session, and forgets those that have ended.
    package func insert(_ session: Session, _ tx: Connection) throws {
        let now = session.createdAt
        try tx.run("DELETE FROM session WHERE expires_ms < \(now.milliseconds)")
        try tx.run(
            """
            INSERT INTO session (token_hash, user_id, csrf, created_ms, expires_ms, seen_ms, address, agent)
            VALUES (\(session.tokenHash), \(session.user.rawValue), \(session.csrf), \(now.milliseconds),
                \(session.expiresAt.milliseconds), \(session.seenAt.milliseconds), \(session.address),
                \(session.agent))
            """
        )
    }

    /// The session of a token, unless its user was deactivated.
    package func session(tokenHash: String, _ tx: Connection) throws -> Session? {
        try tx.first(
            """
            SELECT \(Self.columns) FROM session AS s JOIN app_user AS u ON u.id = s.user_id
            WHERE s.token_hash = \(tokenHash) AND u.deactivated_ms IS NULL
            """,
            read: Self.session
        )
    }

    /// A user's sessions, the one used last first.
    package func sessions(of user: User.ID, _ tx: Connection) throws -> [Session] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM session AS s JOIN app_user AS u ON u.id = s.user_id
            WHERE s.user_id = \(user.rawValue) ORDER BY s.seen_ms DESC, s.token_hash
            """,
            read: Self.session
        )
    }

    private static func session(_ row: Row) throws -> Session {
        let user = User(
            id: row.id(7), email: row.text(8), passwordHash: "", role: try UserStore.role(row.text(9)),
            createdAt: row.instant(2)
        )
        var session = Session(
            tokenHash: row.text(0), user: user, csrf: row.text(1), createdAt: row.instant(2), address: row.text(5),
            agent: row.text(6)
        )
        session.expiresAt = row.instant(3)
        // Sessions of before this was kept count from when they began.
        session.seenAt = max(row.instant(4), session.createdAt)
        session.hasSecondFactor = !row.isNull(10)
        return session
    }

    package func noteUse(_ session: Session, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE session SET seen_ms = \(now.milliseconds), address = \(session.address), agent = \(session.agent)
            WHERE token_hash = \(session.tokenHash)
            """
        )
    }

    package func delete(tokenHash: String, _ tx: Connection) throws {
        try tx.run("DELETE FROM session WHERE token_hash = \(tokenHash)")
    }

    /// Ends a user's sessions, and returns how many there were.
    ///
    /// - Parameter kept: The one that stays.
    @discardableResult
    package func deleteAll(of user: User.ID, except kept: String? = nil, _ tx: Connection) throws -> Int {
        try tx.changed("DELETE FROM session WHERE user_id = \(user.rawValue) AND token_hash <> \(kept ?? "")")
    }
}
