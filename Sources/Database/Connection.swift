import GRDBSQLite

/// One connection inside a transaction; used by the thread that the transaction runs on, and never kept.
///
/// Statements are run raw on SQLite's own interface: records and row values of a library cost four to six times as much
/// (ARCHITECTURE.md, "Speed"). PostgreSQL gets the same face.
package final class Connection {
    private let handle: OpaquePointer
    private var numbered: [Prepared?] = []
    private var byText: [String: Prepared] = [:]
    /// How often a transaction of this connection was rolled back: what was remembered before is doubtful then.
    package internal(set) var rollbacks = 0

    /// Texts kept ready beside the numbered ones; more are made anew each time.
    private static let textLimit = 200

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { finalizeAll() }

    func finalizeAll() {
        for statement in numbered { sqlite3_finalize(statement?.handle) }
        for statement in byText.values { sqlite3_finalize(statement.handle) }
        numbered = []
        byText = [:]
    }

    /// Whether rows may be spread over machines by their bucket; one file is one place.
    package var isSpread: Bool { false }

    /// Rows written since the connection was opened.
    var totalChanges: Int64 { sqlite3_total_changes64(handle) }

    // MARK: Running

    /// Runs a statement that answers no rows, and returns how many rows it changed.
    @discardableResult
    package func run(_ statement: Statement, _ bind: (inout Binder) -> Void) throws -> Int {
        let statement = try prepare(statement)
        let prepared = statement.handle
        defer { sqlite3_reset(prepared) }
        var binder = Binder(statement)
        bind(&binder)
        try finish(prepared)
        return Int(sqlite3_changes(handle))
    }

    /// Runs a statement and returns what `read` makes of its first row, or nil without one.
    package func first<Result>(
        _ statement: Statement, _ bind: (inout Binder) -> Void, read: (Row) throws -> Result
    ) throws -> Result? {
        let statement = try prepare(statement)
        let prepared = statement.handle
        defer { sqlite3_reset(prepared) }
        var binder = Binder(statement)
        bind(&binder)
        guard try step(prepared) else { return nil }
        let result = try read(Row(prepared))
        // A statement that writes is done only once it was run to its end.
        if sqlite3_stmt_readonly(prepared) == 0 { try finish(prepared) }
        return result
    }

    /// Calls `read` for each row.
    package func each(_ statement: Statement, _ bind: (inout Binder) -> Void, read: (Row) throws -> Void) throws {
        let statement = try prepare(statement)
        let prepared = statement.handle
        defer { sqlite3_reset(prepared) }
        var binder = Binder(statement)
        bind(&binder)
        while try step(prepared) { try read(Row(prepared)) }
    }

    @discardableResult
    package func run(_ sql: SQL) throws -> Int {
        try withPrepared(sql) { prepared in
            try finish(prepared)
            return Int(sqlite3_changes(handle))
        }
    }

    package func rows<Result>(_ sql: SQL, read: (Row) throws -> Result) throws -> [Result] {
        try withPrepared(sql) { prepared in
            var results: [Result] = []
            while try step(prepared) { results.append(try read(Row(prepared))) }
            return results
        }
    }

    /// Calls `read` for each row.
    package func each(_ sql: SQL, read: (Row) throws -> Void) throws {
        try withPrepared(sql) { prepared in
            while try step(prepared) { try read(Row(prepared)) }
        }
    }

    package func first<Result>(_ sql: SQL, read: (Row) throws -> Result) throws -> Result? {
        try withPrepared(sql) { prepared in
            guard try step(prepared) else { return nil }
            let result = try read(Row(prepared))
            if sqlite3_stmt_readonly(prepared) == 0 { try finish(prepared) }
            return result
        }
    }

    /// Runs several statements that bind nothing, as migrations are.
    package func script(_ text: String) throws {
        guard sqlite3_exec(handle, text, nil, nil, nil) == SQLITE_OK else { throw lastError() }
    }

    // MARK: Parts

    private func withPrepared<Result>(_ sql: SQL, _ body: (OpaquePointer) throws -> Result) throws -> Result {
        let isKept = byText[sql.text] != nil || byText.count < Self.textLimit
        let statement = try byText[sql.text] ?? make(sql.text)
        if isKept { byText[sql.text] = statement }
        defer {
            sqlite3_reset(statement.handle)
            if !isKept { sqlite3_finalize(statement.handle) }
        }
        var binder = Binder(statement)
        for value in sql.values { binder.bind(value) }
        return try body(statement.handle)
    }

    private func prepare(_ statement: Statement) throws -> Prepared {
        if statement.number < numbered.count, let prepared = numbered[statement.number] { return prepared }
        while numbered.count <= statement.number { numbered.append(nil) }
        let prepared = try make(statement.text)
        numbered[statement.number] = prepared
        return prepared
    }

    private func make(_ text: String) throws -> Prepared {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw lastError() }
        return Prepared(prepared)
    }

    private func step(_ prepared: OpaquePointer) throws -> Bool {
        switch sqlite3_step(prepared) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw lastError()
        }
    }

    private func finish(_ prepared: OpaquePointer) throws {
        while try step(prepared) {}
    }

    private func lastError() -> DatabaseError {
        DatabaseError(
            code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle))
        )
    }
}

/// A statement ready to run.
private struct Prepared {
    let handle: OpaquePointer
    /// Where `$1`, `$2` … stand; nil when they stand in that order, as nearly always.
    let places: [Int32]?

    /// SQLite takes `$2` for a name and numbers the names as they come, so their places are asked for, once.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        let count = sqlite3_bind_parameter_count(handle)
        let places = (0..<count).map { sqlite3_bind_parameter_index(handle, "$\($0 + 1)") }
        self.places = places.elementsEqual(1..<count + 1) ? nil : places
    }
}

/// Binds a statement's parameters, the first to `$1`, and so on.
package struct Binder {
    private let prepared: OpaquePointer
    private let places: [Int32]?
    private var count = 0

    fileprivate init(_ statement: Prepared) { (prepared, places) = (statement.handle, statement.places) }

    package mutating func bind(_ number: Int64) {
        sqlite3_bind_int64(prepared, next(), number)
    }

    package mutating func bind(_ flag: Bool) {
        sqlite3_bind_int64(prepared, next(), flag ? 1 : 0)
    }

    package mutating func bind(_ text: String) {
        var text = text
        let index = next()
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(prepared, index, characters.baseAddress, Int32(characters.count), transient)
            }
        }
    }

    package mutating func bindNull() {
        sqlite3_bind_null(prepared, next())
    }

    package mutating func bind(_ number: Int64?) {
        if let number { bind(number) } else { bindNull() }
    }

    package mutating func bind(_ text: String?) {
        if let text { bind(text) } else { bindNull() }
    }

    package mutating func bind(_ value: SQLValue) {
        switch value {
        case .null: bindNull()
        case .integer(let number): bind(number)
        case .text(let text): bind(text)
        case .boolean(let flag): bind(flag)
        }
    }

    private mutating func next() -> Int32 {
        count += 1
        guard let places else { return Int32(count) }
        return count <= places.count ? places[count - 1] : 0
    }
}

/// Tells SQLite to copy a text before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// A row of an answer; valid only until the next one.
package struct Row {
    private let prepared: OpaquePointer

    init(_ prepared: OpaquePointer) { self.prepared = prepared }

    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(prepared, Int32(column)) }

    package func boolean(_ column: Int) -> Bool { integer(column) != 0 }

    package func text(_ column: Int) -> String {
        guard let bytes = sqlite3_column_text(prepared, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(prepared, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// Calls `body` with a text's UTF-8, which is not copied and holds only meanwhile; with no bytes where there is none.
    package func withText<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        guard let bytes = sqlite3_column_text(prepared, Int32(column)) else {
            return try body(.init(start: nil, count: 0))
        }
        return try body(.init(start: bytes, count: Int(sqlite3_column_bytes(prepared, Int32(column)))))
    }

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(prepared, Int32(column)) == SQLITE_NULL }

    package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}
