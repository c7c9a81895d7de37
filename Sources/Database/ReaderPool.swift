import GRDB
import GRDBSQLite
import Synchronization

/// Connections for reading, each used by one caller at a time and kept for the next.
final class ReaderPool: Sendable {
    /// Idle connections that are kept; more are opened in a rush, and closed after it.
    private static let keptLimit = 8

    private let idle = Mutex<[Reader]>([])
    private let open: @Sendable () throws -> DatabaseQueue

    init(open: @escaping @Sendable () throws -> DatabaseQueue) { self.open = open }

    /// Runs `body` in one read transaction.
    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let reader = try idle.withLock { $0.popLast() } ?? Reader(open())
        defer {
            idle.withLock { idle in
                if idle.count < Self.keptLimit { idle.append(reader) }
            }
        }
        return try reader.read(body)
    }
}

/// One connection for reading.
///
/// Unchecked: it is taken out of the pool before use and put back after, so one thread has it at a time. That is why it
/// uses the library's connection without the library's queue, which costs as much as a small read.
private final class Reader: @unchecked Sendable {
    /// Keeps the connection open.
    private let queue: DatabaseQueue
    private let connection: Connection

    init(_ queue: DatabaseQueue) throws {
        self.queue = queue
        connection = try queue.inDatabase { db in
            guard let handle = db.sqliteConnection else { throw DatabaseError.stopped }
            return Connection(handle)
        }
    }

    private static let begin = Statement("BEGIN")
    private static let end = Statement("COMMIT")

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try connection.run(Self.begin) { _ in }
        do {
            let result = try body(connection)
            try connection.run(Self.end) { _ in }
            return result
        } catch {
            try connection.script("ROLLBACK")
            throw error
        }
    }

    // Statements must go before the connection they belong to.
    deinit { connection.finalizeAll() }
}
