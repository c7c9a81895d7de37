import GRDBSQLite

/// One connection inside a transaction; used by the thread that the transaction runs on, and never kept.
///
/// Statements are run raw on the engines' own interfaces: records and row values of a library cost four to six times as
/// much (ARCHITECTURE.md, "Speed").
package final class Connection {
    /// SQLite's connection; nil where `postgres` is one.
    let handle: OpaquePointer?
    let postgres: PostgresLink?
    package let dialect: Dialect
    /// What must live as long as the connection.
    private let owner: AnyObject?
    /// Functions that were added to SQLite's, by name.
    var functions: Set<String> = []
    private var numbered: [Prepared?] = []
    private var byText: [String: Prepared] = [:]
    var cursors = 0
    /// How often what was remembered became doubtful: a transaction of this connection was rolled back, or another
    /// process has written.
    package internal(set) var rollbacks = 0
    /// Whether the transaction changes what processes remember.
    var forgets = false
    /// The number of what is remembered, as of the last transaction.
    var memoVersion: Int64?
    /// What other processes are told of with the commit.
    var messages: [String] = []
    /// What stores note of what they write, for whoever gathers it (`noting`); nil where nobody does.
    private(set) var notes: [any Sendable]?
    /// The number of the transaction among all that write; 0 where there is one writer.
    var turn: Int64 = 0
    /// `totalChanges` when the transaction began.
    var changesBefore: Int64 = 0
    /// The last turn, where nobody else had one since.
    var lastTurn: Int64?
    /// What is remembered as long as nobody else writes.
    var remembered: [ObjectIdentifier: AnyObject] = [:]
    /// Whether each statement is sent by itself, so that what goes wrong is told where it does.
    var isCareful = false
    /// Whether statements are never gathered; Citus does not take what many are made into.
    var isPlain = false
    /// Whether statements that read are only noted, to be answered together.
    var isAsking = false
    /// Whether it keeps what writes tell.
    var isTelling = false
    /// Where the turns of this process are noted.
    private(set) var turns: Turns?
    /// What may end the read that runs.
    var interruption: Interruption?
    /// Where statements are noted; nil but in tests.
    var recording: StatementRecording? {
        didSet { postgres?.recording = recording }
    }

    /// Texts kept ready beside the numbered ones; more are made anew each time.
    private static let textLimit = 200

    init(_ handle: OpaquePointer, owner: AnyObject? = nil) {
        (self.handle, self.owner, postgres, dialect) = (handle, owner, nil, .sqlite)
    }

    init(_ link: PostgresLink, turns: Turns? = nil) {
        (handle, owner, postgres, dialect) = (nil, nil, link, .postgres)
        self.turns = turns
        isTelling = turns != nil
    }

    deinit { finalizeAll() }

    func finalizeAll() {
        for statement in numbered { sqlite3_finalize(statement?.handle) }
        for statement in byText.values { sqlite3_finalize(statement.handle) }
        numbered = []
        byText = [:]
    }

    /// Whether rows may be spread over machines by their bucket; one file is one place.
    package var isSpread: Bool { dialect == .postgres }

    /// Rows written since the connection was opened; on PostgreSQL statements that are not answered count for one.
    var totalChanges: Int64 { postgres?.changes ?? sqlite3_total_changes64(handle) }

    func stopIfCancelled() throws {
        if let interruption, interruption.isCancelled { throw CancellationError() }
    }

    // MARK: Running

    /// Runs a statement whose answer nobody needs.
    ///
    /// On PostgreSQL it is sent and not waited for: what goes wrong with it is thrown by a later one, or by the commit.
    package func run(_ statement: Statement, _ bind: (inout Binder) -> Void) throws {
        if let postgres {
            self.bind(postgres, bind)
            if statement.gathering != nil, gathers { return try postgres.gather(statement) }
            return try postgres.run(statement.text, number: statement.number)
        }
        let statement = try prepare(statement)
        let prepared = statement.handle
        defer { sqlite3_reset(prepared) }
        var binder = Binder(statement)
        bind(&binder)
        try finish(prepared)
    }

    /// Runs a statement that answers no rows, and returns how many rows it changed.
    package func changed(_ statement: Statement, _ bind: (inout Binder) -> Void) throws -> Int {
        if let postgres {
            self.bind(postgres, bind)
            return try postgres.changed(statement.text, number: statement.number)
        }
        try run(statement, bind)
        return Int(sqlite3_changes(handle))
    }

    /// Runs a statement and returns what `read` makes of its first row, or nil without one.
    package func first<Result>(
        _ statement: Statement, _ bind: (inout Binder) -> Void, read: (Row) throws -> Result
    ) throws -> Result? {
        try stopIfCancelled()
        if let postgres {
            self.bind(postgres, bind)
            if isAsking {
                postgres.ask(statement)
                return nil
            }
            if let known = try postgres.known(statement) { return try known.first(read) }
            let answer = try postgres.answer(statement.text, number: statement.number)
            return answer.count > 0 ? try read(answer.row(0)) : nil
        }
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
        try stopIfCancelled()
        if let postgres {
            self.bind(postgres, bind)
            if isAsking { return postgres.ask(statement) }
            if let known = try postgres.known(statement) { return try known.each(read) }
            return try each(try postgres.answer(statement.text, number: statement.number), read)
        }
        let statement = try prepare(statement)
        let prepared = statement.handle
        defer { sqlite3_reset(prepared) }
        var binder = Binder(statement)
        bind(&binder)
        while try step(prepared) { try read(Row(prepared)) }
    }

    /// Calls `read` for each row of a statement that may answer more than memory should hold; it binds nothing.
    package func scan(_ statement: Statement, read: (Row) throws -> Void) throws {
        guard let postgres else { return try each(statement, { _ in }, read: read) }
        cursors += 1
        let cursor = "c\(cursors)"
        postgres.values.removeAll()
        try postgres.run("DECLARE \(cursor) NO SCROLL CURSOR FOR \(statement.text)", isKept: false)
        while true {
            try stopIfCancelled()
            postgres.values.removeAll()
            let answer = try postgres.answer("FETCH \(Self.fetchedRows) FROM \(cursor)", isKept: false)
            try each(answer, read)
            if answer.count < Self.fetchedRows { break }
        }
        postgres.values.removeAll()
        try postgres.run("CLOSE \(cursor)", isKept: false)
        cursors -= 1
    }

    static let fetchedRows = 5000

    package func run(_ sql: SQL) throws {
        if let postgres {
            bind(postgres, sql)
            return try postgres.run(sql.text)
        }
        try withPrepared(sql) { try finish($0) }
    }

    /// Runs a statement that answers no rows, and returns how many rows it changed.
    package func changed(_ sql: SQL) throws -> Int {
        if let postgres {
            bind(postgres, sql)
            return try postgres.changed(sql.text)
        }
        try run(sql)
        return Int(sqlite3_changes(handle))
    }

    package func rows<Result>(_ sql: SQL, read: (Row) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        try each(sql) { results.append(try read($0)) }
        return results
    }

    /// Calls `read` for each row.
    package func each(_ sql: SQL, read: (Row) throws -> Void) throws {
        try stopIfCancelled()
        if let postgres {
            bind(postgres, sql)
            return try each(try postgres.answer(sql.text), read)
        }
        try withPrepared(sql) { prepared in
            while try step(prepared) { try read(Row(prepared)) }
        }
    }

    package func first<Result>(_ sql: SQL, read: (Row) throws -> Result) throws -> Result? {
        try stopIfCancelled()
        if let postgres {
            bind(postgres, sql)
            let answer = try postgres.answer(sql.text)
            return answer.count > 0 ? try read(answer.row(0)) : nil
        }
        return try withPrepared(sql) { prepared in
            guard try step(prepared) else { return nil }
            let result = try read(Row(prepared))
            if sqlite3_stmt_readonly(prepared) == 0 { try finish(prepared) }
            return result
        }
    }

    /// Runs several statements that bind nothing, as migrations are.
    package func script(_ text: String) throws {
        if let postgres { return try postgres.script(text) }
        guard sqlite3_exec(handle, text, nil, nil, nil) == SQLITE_OK else { throw lastError() }
    }

    // MARK: Parts

    func bind(_ link: PostgresLink, _ bind: (inout Binder) -> Void) {
        link.values.removeAll()
        var binder = Binder(link.values)
        bind(&binder)
    }

    private func bind(_ link: PostgresLink, _ sql: SQL) {
        bind(link) { binder in for value in sql.values { binder.bind(value) } }
    }

    private func each(_ answer: PostgresAnswer, _ read: (Row) throws -> Void) throws {
        for place in 0..<answer.count { try read(answer.row(place)) }
    }

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

    func prepare(_ statement: Statement) throws -> Prepared {
        if statement.number < numbered.count, let prepared = numbered[statement.number] { return prepared }
        while numbered.count <= statement.number { numbered.append(nil) }
        let prepared = try make(statement.text)
        numbered[statement.number] = prepared
        return prepared
    }

    func make(_ text: String) throws -> Prepared {
        recording?.note(text)
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw lastError() }
        return Prepared(prepared)
    }

    func step(_ prepared: OpaquePointer) throws -> Bool {
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

/// A statement of SQLite's, ready to run.
struct Prepared {
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

extension Connection {
    /// Notes what is written, where somebody gathers that.
    package func note(_ note: @autoclosure () -> any Sendable) {
        if notes != nil { notes?.append(note()) }
    }

    /// Runs `body`, and hands out what stores noted meanwhile as well.
    package func noting<Result>(_ body: () throws -> Result) rethrows -> (result: Result, notes: [any Sendable]) {
        let before = notes
        notes = []
        defer { notes = before }
        let result = try body()
        return (result, notes ?? [])
    }
}
