import GRDBSQLite

/// All rows that an import of orders left, in memory, to be inserted again as fast as SQLite goes.
///
/// This is the anchor of the import: prepared statements, nothing looked up, nothing checked, no JSON.
final class PlainRows {
    struct Failure: Error { var message: String }

    private enum Cell {
        case null
        case integer(Int64)
        /// Where it stands in `bytes`.
        case text(start: Int, count: Int)
    }

    private struct Table {
        var name: String
        var columns = 0
        var cells: [Cell] = []
        var count: Int { cells.count / max(columns, 1) }
    }

    /// What an import of orders writes, in the order the rows came in.
    private static let tables = [
        ("order_key", "ORDER BY order_id"), ("orders", "ORDER BY id"), ("order_line", "ORDER BY order_id, position"),
        ("order_change", "ORDER BY order_id, seq"), ("event", "WHERE order_id IS NOT NULL ORDER BY order_id, seq"),
        ("bucket_seq", ""), ("customer_figures", ""),
    ]
    /// Of these a row may be there already, which the import updates.
    private static let updated: Set = ["bucket_seq", "customer_figures"]

    private var tables: [Table] = []
    private var bytes: [UInt8] = []

    /// How many rows there are.
    var count: Int { tables.reduce(0) { $0 + $1.count } }

    init(database path: String) throws {
        let database = try PlainDatabase(path)
        for (name, which) in Self.tables {
            var table = Table(name: name)
            try database.each("SELECT * FROM \(name) \(which)") { row in
                table.columns = Int(sqlite3_column_count(row))
                for column in 0..<sqlite3_column_count(row) { table.cells.append(cell(row, column)) }
            }
            tables.append(table)
        }
    }

    private func cell(_ row: OpaquePointer, _ column: Int32) -> Cell {
        switch sqlite3_column_type(row, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(row, column))
        default:
            let count = Int(sqlite3_column_bytes(row, column))
            let start = bytes.count
            if let text = sqlite3_column_text(row, column) {
                bytes.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
            }
            return .text(start: start, count: count)
        }
    }

    /// Inserts everything in so many transactions and returns the seconds that took.
    func insert(into path: String, commits: Int) throws -> Double {
        let database = try PlainDatabase(path)
        let statements = try tables.map { table in
            let places = Array(repeating: "?", count: table.columns).joined(separator: ", ")
            let verb = Self.updated.contains(table.name) ? "INSERT OR REPLACE" : "INSERT"
            return try database.prepare("\(verb) INTO \(table.name) VALUES (\(places))")
        }
        defer { for statement in statements { sqlite3_finalize(statement) } }
        return try bytes.withUnsafeBytes { bytes in
            let start = ContinuousClock.now
            for commit in 0..<commits {
                try database.run("BEGIN IMMEDIATE")
                for (table, statement) in zip(tables, statements) {
                    for row in table.count * commit / commits..<table.count * (commit + 1) / commits {
                        Self.bind(table, row, statement, bytes)
                        guard sqlite3_step(statement) == SQLITE_DONE else { throw database.failure }
                        sqlite3_reset(statement)
                    }
                }
                try database.run("COMMIT")
            }
            return (ContinuousClock.now - start) / .seconds(1)
        }
    }

    private static func bind(_ table: Table, _ row: Int, _ statement: OpaquePointer, _ bytes: UnsafeRawBufferPointer) {
        for column in 0..<table.columns {
            let place = Int32(column + 1)
            switch table.cells[row * table.columns + column] {
            case .null: sqlite3_bind_null(statement, place)
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .text(let start, let count):
                // Not copied: the bytes stay where they are until the statement has run.
                let text = bytes.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
                sqlite3_bind_text(statement, place, text, Int32(count), nil)
            }
        }
    }
}

/// A database with the settings of the product's own writer.
private final class PlainDatabase {
    private let handle: OpaquePointer

    init(_ path: String) throws {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else {
            throw PlainRows.Failure(message: "cannot open \(path)")
        }
        self.handle = handle
        try run(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
            PRAGMA mmap_size = 1073741824; PRAGMA wal_autocheckpoint = 4000;
            """
        )
    }

    deinit { sqlite3_close(handle) }

    var failure: PlainRows.Failure { PlainRows.Failure(message: String(cString: sqlite3_errmsg(handle))) }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure }
        return statement
    }

    func each(_ sql: String, _ body: (OpaquePointer) -> Void) throws {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        while sqlite3_step(statement) == SQLITE_ROW { body(statement) }
    }
}
