import GRDB
import GRDBSQLite

/// A database as a file: copied, held against itself and looked into, also while another process writes it.
package enum DatabaseFile {
    /// Pages of one step of a copy: 8 MB.
    private static let pagesPerStep: Int32 = 2048

    /// Copies a database as it is at one moment, whole; who writes it meanwhile is not held up.
    ///
    /// The copy is one file that needs no other beside it. It is not forced to the disk yet.
    ///
    /// - Parameter progress: Told how many pages are done, and of how many.
    /// - Throws: `DatabaseError`.
    package static func copy(
        from source: String, to copy: String, progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        try withQueue(source, readonly: true) { source in
            try withQueue(copy, readonly: false) { copy in
                try copy.writeWithoutTransaction { target in
                    // What is broken off is thrown away, so nothing needs to be safe before the end.
                    try target.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;")
                    try source.read { db in
                        // The first read takes the view that all steps then share: no write makes them begin anew.
                        _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
                        try db.backup(to: target, pagesPerStep: pagesPerStep) { state in
                            progress(state.completedPageCount, state.totalPageCount)
                        }
                    }
                    try target.execute(sql: "PRAGMA journal_mode = DELETE")
                }
            }
        }
    }

    /// What SQLite finds wrong with a file, a sentence each; empty when it is whole.
    ///
    /// - Parameter isThorough: Whether indexes are held against their tables too, which takes longer.
    /// - Throws: `DatabaseError` when it cannot be read at all.
    package static func faults(in path: String, isThorough: Bool = true, limit: Int = 10) throws -> [String] {
        try read(path) { connection in
            let check = isThorough ? "integrity_check" : "quick_check"
            func rows(_ argument: String) throws -> [String] {
                try connection.rows(SQL(stringLiteral: "PRAGMA \(check)(\(argument))")) { $0.text(0) }
                    .filter { $0 != "ok" }
            }
            var columns: [String: Bool] = [:]
            let said = try rows("100")
            let found = try said.filter { try !isFalseAlarm($0, &columns, connection) }
            guard found.isEmpty, !said.isEmpty else { return Array(found.prefix(limit)) }
            // The false ones may have used up what is told of all, so each table is asked for itself.
            let tables = try connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) }
            let each = try tables.flatMap { try rows("'\($0)'") }
            return Array(try each.filter { try !isFalseAlarm($0, &columns, connection) }.prefix(limit))
        }
    }

    /// Whether SQLite complains of a value that is there, as 3.40 does of tables kept in the order of their key.
    private static func isFalseAlarm(
        _ finding: String, _ known: inout [String: Bool], _ connection: Connection
    ) throws -> Bool {
        guard let match = finding.wholeMatch(of: /NULL value in (\w+)\.(\w+)/) else { return false }
        if let isFalse = known[finding] { return isFalse }
        // Asked by type, since what may not be NULL is taken to be none without a look.
        let sql = "SELECT 1 FROM \(match.1) WHERE typeof(\(match.2)) = 'null' LIMIT 1"
        let isFalse = try connection.first(SQL(stringLiteral: sql)) { _ in true } == nil
        known[finding] = isFalse
        return isFalse
    }

    /// Reads a database on a connection of its own, in one unchanging view.
    ///
    /// - Throws: `DatabaseError`, and what `body` throws.
    package static func read<Result>(_ path: String, _ body: (Connection) throws -> Result) throws -> Result {
        try withQueue(path, readonly: true) { queue in
            try queue.read { db in try withConnection(db, body) }
        }
    }

    /// Moves what the log of writes holds into the database, so that nothing but its one file matters.
    ///
    /// - Throws: `DatabaseError`, also where another process uses it.
    package static func emptyLog(of path: String) throws {
        try withQueue(path, readonly: false) { queue in
            try queue.writeWithoutTransaction { db in
                try withConnection(db) { try $0.script("PRAGMA wal_checkpoint(TRUNCATE)") }
            }
        }
    }

    /// The library's version, such as `3.45.1`.
    package static var version: String { String(cString: sqlite3_libversion()) }

    private static func withConnection<Result>(_ db: Database, _ body: (Connection) throws -> Result) throws -> Result {
        guard let handle = db.sqliteConnection else { throw DatabaseError.stopped }
        let connection = Connection(handle)
        // Statements must go before the connection they belong to.
        defer { connection.finalizeAll() }
        return try body(connection)
    }

    private static func withQueue<Result>(
        _ path: String, readonly: Bool, _ body: (DatabaseQueue) throws -> Result
    ) throws -> Result {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let result = Swift.Result { try body(queue) }
            try queue.close()
            return try result.get()
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(code: error.extendedResultCode.rawValue, message: error.message ?? "\(error)")
        }
    }
}
