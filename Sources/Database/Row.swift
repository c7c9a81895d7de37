import GRDBSQLite

/// A row of an answer; valid only until the next one.
package struct Row {
    /// SQLite's statement, or PostgreSQL's result.
    private let handle: OpaquePointer
    private let place: Int32
    /// How each column came from PostgreSQL; nil on SQLite.
    private let kinds: UnsafePointer<PostgresColumns.Kind>?

    init(_ prepared: OpaquePointer) { (handle, place, kinds) = (prepared, 0, nil) }

    init(_ result: OpaquePointer, _ place: Int32, _ kinds: UnsafePointer<PostgresColumns.Kind>) {
        (handle, self.place, self.kinds) = (result, place, kinds)
    }

    package func integer(_ column: Int) -> Int64 {
        if let kinds { return PostgresCell.integer(handle, place, column, kinds[column]) }
        return sqlite3_column_int64(handle, Int32(column))
    }

    package func boolean(_ column: Int) -> Bool { integer(column) != 0 }

    package func text(_ column: Int) -> String {
        if let kinds, kinds[column] != .text { return isNull(column) ? "" : String(integer(column)) }
        return withText(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with a text's UTF-8, which is not copied and holds only meanwhile; with no bytes where there is none.
    package func withText<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        if kinds != nil { return try body(PostgresCell.text(handle, place, column)) }
        guard let bytes = sqlite3_column_text(handle, Int32(column)) else {
            return try body(.init(start: nil, count: 0))
        }
        return try body(.init(start: bytes, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }

    package func isNull(_ column: Int) -> Bool {
        if kinds != nil { return PostgresCell.isNull(handle, place, column) }
        return sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
    }

    package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}
