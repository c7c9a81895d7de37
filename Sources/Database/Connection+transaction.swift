/// Where transactions begin and end.
extension Connection {
    private static let beginRead = Statement(Dialect.sqlite.beginRead)
    private static let endRead = Statement("COMMIT")

    /// Whether it can be used no more.
    var isBroken: Bool { postgres?.isBroken ?? false }

    /// Whether it can be used still, as far as can be told at little cost.
    var isAlive: Bool { postgres?.isAlive() ?? true }

    func beginWrite() throws {
        guard let postgres else { return try script(dialect.beginWrite) }
        try send(dialect.beginWrite)
        postgres.values.removeAll()
        try postgres.run(Dialect.takeTurn)
        forgets = false
        let version = try first(MemoVersion.get) { $0.integer(0) }
        // Another process has written what is remembered here.
        if version != memoVersion { rollbacks += 1 }
        memoVersion = version
    }

    func commit() throws {
        guard let postgres else { return try script("COMMIT") }
        if forgets {
            try run(MemoVersion.advance)
            memoVersion = memoVersion.map { $0 + 1 }
        }
        try send("COMMIT")
        try postgres.finish()
    }

    /// Leaves nothing of a transaction that failed; it may have been rolled back already, or have no connection left.
    func rollBack() {
        rollbacks += 1
        // Of what was under way nobody asks any more.
        do { try postgres?.finish() } catch  where isBroken { return } catch {}
        do { try script("ROLLBACK") } catch { return }
    }

    func beginRead() throws {
        guard let postgres else { return try run(Self.beginRead) { _ in } }
        postgres.values.removeAll()
        try postgres.run(dialect.beginRead)
    }

    /// Ends a read; on PostgreSQL it is sent only, and looked after when the connection is used again.
    func endRead() throws {
        guard let postgres else { return try run(Self.endRead) { _ in } }
        try postgres.sendAhead("COMMIT")
    }

    private func send(_ statement: String) throws {
        guard let postgres else { return try script(statement) }
        postgres.values.removeAll()
        try postgres.run(statement)
    }
}

/// A number that goes on whenever what processes remember is changed.
enum MemoVersion {
    /// Makes its table where there is none; it is the engine's own, and no migration's.
    static let prepare = """
        BEGIN;
        \(Dialect.takeTurn);
        CREATE TABLE IF NOT EXISTS memo_version (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
        INSERT INTO memo_version (id, n) VALUES (1, 1) ON CONFLICT DO NOTHING;
        COMMIT;
        """
    static let get: SQL = "SELECT n FROM memo_version WHERE id = 1"
    static let advance: SQL = "UPDATE memo_version SET n = n + 1 WHERE id = 1"
}
