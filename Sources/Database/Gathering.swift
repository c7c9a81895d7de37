/// How executions of one statement are sent together where each would be a message of its own, on PostgreSQL.
///
/// They wait until something is read that was not asked ahead, something else is written, or the commit.
///
/// Statements that are gathered may pass each other: what adds rows goes first. So a table has one that adds and one that
/// changes at most, and none of them may alter what another one of the same transaction reads by `ask`, but for what its
/// store takes back (`Connection.takeBack`).
package enum Gathering: Hashable, Sendable {
    /// Adds a row whose columns are `$1`, `$2` … in their order: `INSERT INTO … (…) VALUES (…)`, and no more.
    case adds
    /// Adds or changes the row that is known by the first values: `INSERT … ON CONFLICT …`.
    case puts(key: Int)
    /// Changes the one row that is known by the first values, which is there: `UPDATE … WHERE …`.
    case changes(key: Int)
}

extension Connection {
    /// Whether statements are gathered in this transaction.
    var gathers: Bool { postgres != nil && !isCareful && !isPlain }

    /// Runs a statement that should change one row, and says whether it did.
    ///
    /// Where statements are gathered that is taken for granted; if it turns out wrong, the whole transaction is run
    /// again, each statement by itself.
    package func changesOne(_ statement: Statement, _ bind: (inout Binder) -> Void) throws -> Bool {
        guard gathers else { return try changed(statement, bind) == 1 }
        try run(statement, bind)
        return true
    }

    /// Asks ahead for what `questions` reads, so that one answer holds all that would be many: meanwhile nothing is found.
    ///
    /// What was asked is answered as of now until something else than gathered statements is run. On a file, where
    /// reading costs no message, nothing is asked.
    package func ask(_ questions: () throws -> Void) throws {
        guard gathers else { return }
        isAsking = true
        defer { isAsking = false }
        try questions()
    }

    /// Takes back what was asked ahead of a statement with these values, since it is about to change.
    package func takeBack(_ statement: Statement, _ bind: (inout Binder) -> Void) {
        guard let postgres else { return }
        self.bind(postgres, bind)
        postgres.takeBack(statement)
    }

    /// What the writer remembers of the database as long as it is the only one to write, made empty by `make`.
    ///
    /// Forgotten when a transaction is rolled back, and when another process had a turn; so on PostgreSQL. On a file it
    /// holds for one transaction.
    package func remembered<Memory: AnyObject>(_ make: () -> Memory) -> Memory {
        let key = ObjectIdentifier(Memory.self)
        if let known = remembered[key] as? Memory { return known }
        let memory = make()
        remembered[key] = memory
        return memory
    }

    /// To be called by who changes such rows past those who remember them.
    package func forgetRemembered() { remembered.removeAll() }
}
