import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// A database: runs bound SQL in transactions, and knows no table.
///
/// Bodies are synchronous: a transaction never waits for anything but the disk.
package final class Engine: Sendable {
    /// Where the database is.
    package enum Place: Hashable, Sendable {
        /// A file, made where there is none.
        case file(String)
        /// A server, by `postgresql://…`.
        case server(String)
    }

    /// The file's writing connection; nil on a server.
    private let file: DatabaseQueue?
    private let group: GroupCommit
    private let writer = WriterKeeper()
    private let turns = Turns()
    private let readers: ReaderPool
    private let longReaders: ReaderPool
    package let dialect: Dialect

    /// Opens a database.
    ///
    /// - Throws: `DatabaseError.unavailable` when it cannot be opened or does not keep its promises.
    package init(_ place: Place) throws {
        let recording = StatementRecording.current
        @Sendable func recorded(_ connection: Connection) -> Connection {
            connection.recording = recording
            return connection
        }
        switch place {
        case .file(let path):
            let file = try SQLiteFile.open(path, readonly: false)
            group = GroupCommit { [writer] body in
                file.inDatabase { db in
                    // Never nil: the queue is closed only after the writing thread has ended.
                    guard let handle = db.sqliteConnection else { return }
                    body(
                        writer.connection {
                            let connection = recorded(Connection(handle))
                            connection.isTelling = true
                            return connection
                        })
                }
            }
            try file.inDatabase { db in
                if let handle = db.sqliteConnection { try Connection(handle).script(Turns.prepareFile) }
            }
            readers = ReaderPool { recorded(try SQLiteFile.reader(path)) }
            (self.file, longReaders, dialect) = (file, readers, .sqlite)
        case .server(let url):
            // Asked now, so that an address that will not do stops the start.
            let first = recorded(try PostgresServer.writer(url, turns))
            try first.script(Turns.prepare)
            writer.keep(first)
            group = GroupCommit { [writer, turns] body in
                body(try writer.connection { recorded(try PostgresServer.writer(url, turns)) })
            }
            readers = ReaderPool(limit: PostgresServer.readers) { recorded(try PostgresServer.reader(url)) }
            longReaders = ReaderPool(limit: PostgresServer.longReaders) { recorded(try PostgresServer.longReader(url)) }
            (file, dialect) = (nil, .postgres)
        }
    }

    package convenience init(path: String) throws { try self.init(.file(path)) }

    /// Whether other processes may write at the same time.
    package var isShared: Bool { dialect == .postgres }

    /// Runs `body` in a transaction and returns once it is on disk.
    ///
    /// It may run a second time when another write of the same commit failed, so it must change nothing but the
    /// database; what else follows from it belongs into `committed`.
    ///
    /// - Parameters:
    ///   - asks: Reads some of what `body` will, to be answered together with what others ask (`Connection.ask`).
    ///   - committed: Runs after the commit, in commit order, before the answer.
    /// - Throws: What `body` throws, or `DatabaseError`; nothing was stored then.
    @discardableResult
    package func write<Result: Sendable>(
        asks: (@Sendable (Connection) throws -> Void)? = nil,
        _ body: @escaping @Sendable (Connection) throws -> Result,
        committed: @escaping @Sendable (Result) -> Void = { _ in }
    ) async throws -> Result {
        let alongside = Alongside.statement
        // Answered exactly once: `GroupCommit` answers each job when it is done with it.
        return try await withUnsafeThrowingContinuation { continuation in
            let kept = Kept<Result>()
            group.enqueue(
                GroupCommit.Job(
                    asks: asks,
                    run: { connection in
                        let before = connection.totalChanges
                        let result = try body(connection)
                        try alongside?(connection, connection.totalChanges != before)
                        kept.result.withLock { $0 = result }
                    },
                    committed: { if let result = kept.result.withLock({ $0 }) { committed(result) } },
                    answer: { error in
                        if let error {
                            continuation.resume(throwing: error)
                        } else if let result = kept.result.withLock({ $0 }) {
                            continuation.resume(returning: result)
                        } else {
                            continuation.resume(throwing: DatabaseError.fault("A write left no result."))
                        }
                    }
                )
            )
        }
    }

    /// Runs `body` in a transaction on the thread that calls, which waits for it: for the end of a process.
    ///
    /// - Throws: What `body` throws, or `DatabaseError`.
    package func writeNow<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) throws -> Result
    {
        let (kept, failure, done) = (Kept<Result>(), Kept<any Error>(), DispatchSemaphore(value: 0))
        group.enqueue(
            GroupCommit.Job { connection in
                let result = try body(connection)
                kept.result.withLock { $0 = result }
            } committed: {
            } answer: { error in
                failure.result.withLock { $0 = error }
                done.signal()
            }
        )
        done.wait()
        if let error = failure.result.withLock({ $0 }) { throw error }
        guard let result = kept.result.withLock({ $0 }) else { throw DatabaseError.fault("A write left no result.") }
        return result
    }

    /// Runs `body` on one unchanging view of the database, on the thread that calls.
    ///
    /// For reads of a few rows: it blocks its thread.
    package func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try readers.read(body)
    }

    /// Runs a long `body` on one unchanging view of the database, away from the threads that answer requests.
    ///
    /// It has a thread of its own: one of Dispatch's would be one of those, of which there are as many as cores.
    ///
    /// A task that is cancelled ends the statement that runs, on a server too.
    ///
    /// - Throws: What `body` throws, `DatabaseError`, or `CancellationError`.
    package func readLong<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        let interruption = Interruption()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { [longReaders] in
                    continuation.resume(
                        with: Swift.Result {
                            guard !interruption.isCancelled else { throw CancellationError() }
                            return try longReaders.read { connection in try interruption.cover(connection, body) }
                        }
                    )
                }
                thread.name = "reorder-read"
                thread.stackSize = 4 << 20
                thread.start()
            }
        } onCancel: {
            interruption.cancel()
        }
    }

    /// What other processes told of since a turn, and the last turn that is known; nil messages where so many turns have
    /// passed that some are forgotten.
    ///
    /// - Parameter place: The turn up to which all is known.
    package func news(since place: Int64, _ tx: Connection) throws -> (upTo: Int64, messages: [String]?) {
        try turns.news(since: place, tx)
    }

    /// The last turn to write that is over; 0 where there is one writer.
    package func lastTurn() throws -> Int64 {
        guard isShared else { return 0 }
        return try read { tx in try tx.first(Turns.get) { $0.integer(0) } ?? 0 }
    }

    /// Whether another process had a turn after `place`, up to `last`.
    package func hasForeignTurn(after place: Int64, upTo last: Int64) -> Bool {
        turns.hasForeign(after: place, upTo: last)
    }

    /// How the database is used.
    package struct Load: Sendable {
        /// Commits since the start, and how many writes they held.
        package var commits: Int
        package var writes: Int
        /// Commits by how many writes they held: up to 1, 2, 4 … 256.
        package var commitsBySize: [Int]
        /// What commits took together.
        package var commitTime: Duration
        /// Writes that wait for a commit, and how long the oldest of them has.
        package var queued: Int
        package var oldestAge: Duration
    }

    package var load: Load {
        let counts = group.counts
        return Load(
            commits: counts.commits, writes: counts.writes, commitsBySize: counts.bySize, commitTime: counts.time,
            queued: group.depth, oldestAge: group.oldestAge
        )
    }

    /// Writes the log into the database's file and empties it, so that nothing that was overwritten lies in it; a
    /// server sees to its own.
    ///
    /// Where a reader still needs the log it stays, to be overwritten in time: writes do not wait for it.
    package func emptyLog() throws {
        try file?.inDatabase { db in
            guard let handle = db.sqliteConnection else { return }
            try Connection(handle).script(
                "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;"
            )
        }
    }

    /// Commits what has queued, refuses what comes later, and closes the database.
    package func stop() {
        group.stop()
        writer.close()
        readers.close()
        longReaders.close()
    }
}

/// The writing connection, used by the writing thread only, which is why it needs no lock.
private final class WriterKeeper: @unchecked Sendable {
    private var kept: Connection?

    func keep(_ connection: Connection) { kept = connection }

    /// To be called once the thread has ended.
    func close() { kept = nil }

    /// The connection that is kept, or a new one where there is none or it is broken.
    func connection(_ open: () throws -> Connection) throws -> Connection {
        if let kept, kept.isAlive { return kept }
        let rollbacks = kept?.rollbacks ?? 0
        kept = nil
        let new = try open()
        new.rollbacks = rollbacks + 1
        kept = new
        return new
    }

    func connection(_ make: () -> Connection) -> Connection {
        if let kept { return kept }
        let new = make()
        kept = new
        return new
    }
}

/// What a write's body made, until it is answered.
private final class Kept<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
}
