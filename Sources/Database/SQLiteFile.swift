import GRDB
import GRDBSQLite

/// How connections to a file of SQLite's are opened.
enum SQLiteFile {
    static func open(_ path: String, readonly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in try db.execute(sql: readonly ? readerSetUp : writerSetUp) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            if !readonly {
                try queue.inDatabase { db in
                    guard let handle = db.sqliteConnection else {
                        throw DatabaseError.unavailable("The database is closed.")
                    }
                    // Set after opening, since the library sets NORMAL while it opens.
                    try Connection(handle).script("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000;")
                }
            }
            return queue
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(code: error.extendedResultCode.rawValue, message: error.message ?? "\(error)")
        }
    }

    static func reader(_ path: String) throws -> Connection {
        let queue = try open(path, readonly: true)
        return try queue.inDatabase { db in
            guard let handle = db.sqliteConnection else { throw DatabaseError.stopped }
            return Connection(handle, owner: queue)
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
