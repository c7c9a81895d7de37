/// Where transactions begin and end.
extension Connection {
    private static let beginRead = Statement(Dialect.sqlite.beginRead)
    private static let endRead = Statement("COMMIT")

    /// Whether it can be used no more.
    var isBroken: Bool { postgres?.isBroken ?? false }

    /// Whether it can be used still, as far as can be told at little cost.
    var isAlive: Bool { postgres?.isAlive() ?? true }

    func beginWrite() throws {
        guard let postgres else {
            forgetRemembered()
            messages = []
            return try script(dialect.beginWrite)
        }
        for _ in 0..<Self.turnAttempts {
            do { return try takeTurn(postgres) } catch DatabaseError.conflict {
                rollBack()
                _ = try rows(Turns.endStandstill) { $0.integer(0) }
            }
        }
        throw DatabaseError.busy("Another process has had the turn to write for a minute.")
    }

    /// How often the turn is waited for, each time as long as `PostgresServer.writer` lets a lock be waited for.
    private static let turnAttempts = 4

    /// - Throws: `DatabaseError.conflict` where others have it for too long.
    private func takeTurn(_ postgres: PostgresLink) throws {
        postgres.dropGathered()
        try send(dialect.beginWrite)
        postgres.values.removeAll()
        try postgres.run(Dialect.takeTurn)
        (forgets, messages) = (false, [])
        let turn = try first(Turns.get) { (number: $0.integer(0), memo: $0.integer(1)) }
        guard let turn else { throw DatabaseError.fault("The table writer_turn is empty.") }
        // Another process has written what is remembered here.
        if turn.memo != memoVersion { rollbacks += 1 }
        if turn.number != lastTurn { forgetRemembered() }
        lastTurn = turn.number
        (self.turn, memoVersion, changesBefore) = (turn.number + 1, turn.memo, totalChanges)
    }

    func commit() throws {
        guard let postgres else {
            if !messages.isEmpty { try leaveMessages() }
            return try script("COMMIT")
        }
        // A turn in which nothing was written is no news: others would take a turn to look, and this process for theirs.
        guard totalChanges > changesBefore else {
            try send("COMMIT")
            return try postgres.finish()
        }
        try run(Turns.advance(to: turn, forgets: forgets))
        if forgets {
            memoVersion = memoVersion.map { $0 + 1 }
            messages.append(WriterMemo<Int>.message)
        }
        if !messages.isEmpty { try run(Turns.tell(messages, turn: turn)) }
        if turn % 1000 == 0 { try run(Turns.forget(before: turn - Turns.kept)) }
        try postgres.finishChanges()
        try send("COMMIT")
        try postgres.finish()
        lastTurn = turn
        turns?.note(turn)
    }

    /// Leaves messages in a file.
    private func leaveMessages() throws {
        let turn = try place() + 1
        try run(Turns.tell(messages, turn: turn))
        if turn % 1000 == 0 { try run(Turns.forget(before: turn - Turns.kept)) }
    }

    /// Leaves nothing of a transaction that failed; it may have been rolled back already, or have no connection left.
    func rollBack() {
        rollbacks += 1
        forgetRemembered()
        postgres?.dropGathered()
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
