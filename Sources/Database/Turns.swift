import Synchronization

/// The turns of the processes that write one database: they are numbered, and who has one may leave a message with it.
///
/// In a file turns that leave no message are not counted, since only who reads messages later asks.
///
/// The tables are the engine's own, and no migration's.
final class Turns: Sendable {
    /// Turns that a process may be behind with; who comes later than that has to read all anew.
    static let reach: Int64 = 20_000
    /// Turns whose messages are kept.
    static let kept: Int64 = 100_000

    static let prepare = """
        BEGIN;
        \(Dialect.takeTurn);
        CREATE TABLE IF NOT EXISTS writer_turn (
            id BIGINT NOT NULL PRIMARY KEY, turn BIGINT NOT NULL, memo BIGINT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS writer_message (turn BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
        INSERT INTO writer_turn (id, turn, memo) VALUES (1, 1, 1) ON CONFLICT DO NOTHING;
        COMMIT;
        """

    /// The same of a file.
    static let prepareFile =
        "CREATE TABLE IF NOT EXISTS writer_message (turn INTEGER PRIMARY KEY, body TEXT NOT NULL)"

    /// The last turn of a file that left a message.
    static let lastMessage: SQL = "SELECT coalesce(max(turn), 0) FROM writer_message"

    /// The last turn, and a number that goes on whenever what processes remember is changed.
    static let get: SQL = "SELECT turn, memo FROM writer_turn WHERE id = 1"

    static func advance(to turn: Int64, forgets: Bool) -> SQL {
        "UPDATE writer_turn SET turn = \(turn), memo = memo + \(forgets ? 1 : 0) WHERE id = 1"
    }

    static func tell(_ messages: [String], turn: Int64) -> SQL {
        "INSERT INTO writer_message (turn, body) VALUES (\(turn), \(messages.joined(separator: "\n")))"
    }

    static func forget(before turn: Int64) -> SQL { "DELETE FROM writer_message WHERE turn < \(turn)" }

    /// Ends the session that holds the turn where the server has waited for more from it for so long that its process must
    /// stand still.
    ///
    /// The server's own time-outs see to that between statements only, not in the middle of a pipeline or of a COPY.
    static let endStandstill: SQL = """
        SELECT pg_terminate_backend(a.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND a.datid = l.database
            AND (CAST(l.classid AS BIGINT) << 32) + CAST(l.objid AS BIGINT) = \(Dialect.turn)
            AND a.wait_event = 'ClientRead' AND a.query_start < now() - INTERVAL '15 seconds'
        """

    /// This process's own turns that nobody has gone past yet.
    private let own = Mutex<Set<Int64>>([])

    func note(_ turn: Int64) { own.withLock { own in _ = own.insert(turn) } }

    func hasForeign(after place: Int64, upTo last: Int64) -> Bool {
        guard last > place else { return false }
        return own.withLock { own in
            let isOurs = (place + 1...last).allSatisfy(own.contains)
            if isOurs { own = own.filter { $0 > last } }
            return !isOurs
        }
    }

    /// See `Engine.news`; to be called within a turn, so that nobody writes meanwhile.
    func news(since place: Int64, _ tx: Connection) throws -> (upTo: Int64, messages: [String]?) {
        let last = tx.turn - 1
        guard last - place < Self.reach else {
            own.withLock { $0 = [] }
            return (last, nil)
        }
        let all = try tx.rows("SELECT turn, body FROM writer_message WHERE turn > \(place) ORDER BY turn") {
            ($0.integer(0), $0.text(1))
        }
        let ours = own.withLock { own in
            let ours = own
            own = own.filter { $0 > last }
            return ours
        }
        return (last, all.filter { !ours.contains($0.0) }.flatMap { $0.1.split(separator: "\n").map(String.init) })
    }
}

extension Connection {
    /// Whether what a write did is to be told, to other processes and to those that come later.
    package var tellsOthers: Bool { isTelling }

    /// Tells other processes of something, with the commit; one line.
    package func tell(_ message: String) { messages.append(message) }

    /// The last turn of all that are committed, as of a transaction.
    package func place() throws -> Int64 {
        try first(dialect == .sqlite ? Turns.lastMessage : Turns.get) { $0.integer(0) } ?? 0
    }

    /// All that was told since a turn, by whichever process; nil where some of it is forgotten.
    package func messages(since place: Int64) throws -> [String]? {
        let last = try self.place()
        guard last >= place, last - place < Turns.kept else { return nil }
        return try rows("SELECT body FROM writer_message WHERE turn > \(place) ORDER BY turn") { $0.text(0) }
            .flatMap { $0.split(separator: "\n").map(String.init) }
    }

    /// Turns after which what was told may be forgotten.
    package static var keptTurns: Int64 { Turns.kept }
}
