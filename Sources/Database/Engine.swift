import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// A database: runs bound SQL in transactions, and knows no table.
///
/// Bodies are synchronous: a transaction never waits for anything but the disk.
package final class Engine: Sendable {
    private let writer: DatabaseQueue
    private let group: GroupCommit
    private let readers: ReaderPool
    /// Long reads run here, so that they hold no thread that answers requests.
    private let background = DispatchQueue(label: "reorder-reads", attributes: .concurrent)

    /// Opens a database, making it where there is none.
    ///
    /// - Throws: `DatabaseError.unavailable` when the file cannot be opened or does not keep its promises.
    package init(path: String) throws {
        writer = try Self.open(path, readonly: false)
        try writer.inDatabase { db in
            guard let handle = db.sqliteConnection else { throw DatabaseError.unavailable("The database is closed.") }
            // Set after opening, since the library sets NORMAL while it opens.
            try Connection(handle).script("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000;")
        }
        group = GroupCommit { [writer] body in
            writer.inDatabase { db in
                // Never nil: the queue is closed only after the writing thread has ended.
                if let handle = db.sqliteConnection { body(handle) }
            }
        }
        readers = ReaderPool { try Self.open(path, readonly: true) }
    }

    /// Runs `body` in a transaction and returns once it is on disk.
    ///
    /// It may run a second time when another write of the same commit failed, so it must change nothing but the
    /// database; what else follows from it belongs into `committed`.
    ///
    /// - Parameter committed: Runs after the commit, in commit order, before the answer.
    /// - Throws: What `body` throws, or `DatabaseError`; nothing was stored then.
    @discardableResult
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result,
        committed: @escaping @Sendable (Result) -> Void = { _ in }
    ) async throws -> Result {
        let alongside = Alongside.statement
        // Answered exactly once: `GroupCommit` answers each job when it is done with it.
        return try await withUnsafeThrowingContinuation { continuation in
            let kept = Kept<Result>()
            group.enqueue(
                GroupCommit.Job(
                    run: { connection in
                        let result = try body(connection)
                        try alongside?(connection)
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

    /// Runs `body` on one unchanging view of the database, on the thread that calls.
    ///
    /// For reads of a few rows: it blocks its thread.
    package func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try readers.read(body)
    }

    /// Runs a long `body` on one unchanging view of the database, away from the threads that answer requests.
    package func readLong<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            background.async { [readers] in
                continuation.resume(with: Swift.Result { try readers.read(body) })
            }
        }
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

    /// Writes the log into the database's file and empties it, so that nothing that was overwritten lies in it.
    ///
    /// Where a reader still needs the log it stays, to be overwritten in time: writes do not wait for it.
    package func emptyLog() throws {
        try writer.inDatabase { db in
            guard let handle = db.sqliteConnection else { return }
            try Connection(handle).script(
                "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;"
            )
        }
    }

    /// Commits what has queued, refuses what comes later, and closes the database.
    package func stop() {
        group.stop()
    }

    private static func open(_ path: String, readonly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in try db.execute(sql: readonly ? readerSetUp : writerSetUp) }
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(code: error.extendedResultCode.rawValue, message: error.message ?? "\(error)")
        }
    }

    private static let writerSetUp = """
        PRAGMA journal_mode = WAL;
        PRAGMA cache_size = -131072;
        PRAGMA temp_store = MEMORY;
        PRAGMA mmap_size = 1073741824;
        PRAGMA secure_delete = ON;
        """

    private static let readerSetUp = """
        PRAGMA query_only = TRUE;
        PRAGMA cache_size = -8192;
        PRAGMA temp_store = MEMORY;
        PRAGMA mmap_size = 17179869184;
        """
}

/// What a write's body made, until it is answered.
private final class Kept<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
}
