import CLibPQ
import Foundation

/// One connection to a PostgreSQL server, used by one thread at a time.
///
/// Statements are sent without waiting for their answers, which are read when the first one is needed (libpq's pipeline
/// mode): a transaction of ten statements that needs two answers waits three times. What goes wrong with a statement is
/// thrown by the next one that is waited for, at the latest by the commit.
final class PostgresLink {
    let handle: OpaquePointer
    private var numbered: [PostgresStatement?] = []
    private var byText: [String: PostgresStatement] = [:]
    private var made = 0
    /// What was sent and not yet answered, in its order.
    var sent: [Sent] = []
    /// Whether it can be used no more: the server is gone, or has put it out.
    private(set) var isBroken = false
    /// Statements that were sent to change something, and rows that others changed.
    var changes: Int64 = 0
    let values = PostgresValues()
    /// Where statements are noted; nil but in tests.
    var recording: StatementRecording?

    /// What waits to be sent together, and what was asked ahead.
    var gathering = PostgresGathering()
    var questions: [Int: PostgresQuestion] = [:]
    /// What another thread is sending.
    var portion: PostgresPortion?
    /// The values of what is made of many rows.
    let many = PostgresValues()

    enum Sent {
        case prepare(PostgresStatement)
        case run
        /// What must change so many rows.
        case changes(Int)
        case answer(PostgresStatement?)
    }

    /// Texts kept ready beside the numbered ones; others are sent whole each time.
    private static let textLimit = 300
    /// Statements that are sent before their answers are read: more could fill the buffers of both sides.
    static let sentLimit = 200

    /// Connects; blocks until that is done or has failed.
    ///
    /// - Parameter settings: SQL that is run first.
    /// - Throws: `DatabaseError.unreachable`.
    init(_ url: String, settings: String) throws {
        // What stands before the address holds unless the address says otherwise.
        let parameters: [(String, String)] = [
            ("connect_timeout", "5"), ("target_session_attrs", "read-write"), ("keepalives_idle", "20"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
            ("application_name", "reorder"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let connection = Self.withTexts(parameters.map(\.0)) { keywords in
            Self.withTexts(parameters.map(\.1)) { PQconnectdbParams(keywords, $0, 1) }
        }
        guard let connection else { throw DatabaseError.unreachable("There is no memory for a connection.") }
        handle = connection
        guard PQstatus(handle) == CONNECTION_OK else { throw failure(nil) }
        try requireServer()
        try script(settings)
    }

    /// Refuses a server or a database that would go wrong later, in the middle of work.
    private func requireServer() throws {
        let version = PQserverVersion(handle)
        guard version >= Self.oldestVersion else {
            throw DatabaseError.unreachable(
                "It is PostgreSQL \(version / 10_000), and 15 is the oldest that will do: upgrade it."
            )
        }
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "none"
        guard encoding == "UTF8" else {
            throw DatabaseError.unreachable(
                "It keeps texts as \(encoding), which cannot hold all of them: make one with the encoding UTF8."
            )
        }
    }

    private static let oldestVersion: Int32 = 150_000

    deinit { PQfinish(handle) }

    /// Asks the server, over another connection, to end the statement that runs.
    func makeInterrupt() -> @Sendable () -> Void {
        let cancel = PostgresCancel(PQgetCancel(handle))
        return { cancel.send() }
    }

    /// Is used no more: another one is made in its place.
    func leave() { isBroken = true }

    /// Whether the server is still there, as far as can be told without asking it.
    func isAlive() -> Bool {
        do { try finish() } catch { return false }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // A server says nothing of itself, but when it ends.
        guard poll(&socket, 1, 0) > 0 else { return !isBroken }
        isBroken = PQconsumeInput(handle) == 0 || PQstatus(handle) != CONNECTION_OK
        return !isBroken
    }

    // MARK: Running

    /// Sends a statement whose answer nobody needs, with what `values` holds.
    func run(_ text: String, number: Int? = nil, isKept: Bool = true) throws {
        questions.removeAll()
        _ = try send(text, number: number, isKept: isKept)
        sent.append(.run)
        changes += 1
        if sent.count >= Self.sentLimit { try finish() }
    }

    /// Sends a statement, and waits for what it answers.
    ///
    /// - Parameter isKept: Whether it is worth keeping ready; never where the same text answers other columns each time.
    func answer(_ text: String, number: Int? = nil, isKept: Bool = true) throws -> PostgresAnswer {
        if !text.hasPrefix("SELECT") { questions.removeAll() }
        let statement = try send(text, number: number, isKept: isKept)
        return try answer(of: statement)
    }

    func answer(of statement: PostgresStatement?) throws -> PostgresAnswer {
        sent.append(.answer(statement))
        guard let result = try receive() else { throw DatabaseError.fault("A statement left no answer.") }
        changes += Self.changed(result)
        let answer = try PostgresAnswer(result, statement?.columns)
        statement?.columns = answer.columns
        return answer
    }

    /// The same for one whose rows that it changed are counted.
    func changed(_ text: String, number: Int? = nil) throws -> Int {
        let answer = try answer(text, number: number)
        return Int(Self.changed(answer.handle))
    }

    /// Sends what follows from nothing but the order of things, such as the end of a read; it is not waited for.
    ///
    /// - Throws: What went wrong with statements that were sent before and not answered yet.
    func sendAhead(_ text: String) throws {
        try finish()
        values.removeAll()
        _ = try send(text, number: nil)
        sent.append(.run)
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        isAhead = true
    }

    /// Whether a sync was sent already whose answer is still to be read.
    private var isAhead = false

    /// Waits until all that was sent is done.
    ///
    /// - Throws: What went wrong first.
    func finish() throws {
        try join()
        try settle()
    }

    /// Sends what waits, and waits where rows must be counted before a commit.
    func finishChanges() throws {
        try flush()
        let isCounted = sent.contains { if case .changes = $0 { true } else { false } }
        if isCounted { try settle() }
    }

    /// The same as `finish` on the thread that has the connection.
    func settle() throws {
        guard !sent.isEmpty else { return }
        if let result = try receive() { PQclear(result) }
    }

    /// Runs several statements that bind nothing.
    func script(_ text: String) throws {
        questions.removeAll()
        try flush()
        try finish()
        // Several statements in one text are for the simple protocol only, which pipelines know not.
        if PQpipelineStatus(handle) == PQ_PIPELINE_ON { PQexitPipelineMode(handle) }
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        changes += 1
        let isDone = [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result))
        let error = isDone ? nil : failure(result)
        guard PQenterPipelineMode(handle) == 1 else { throw broken() }
        if let error { throw error }
    }

    // MARK: Parts

    /// Sends a statement with what `values` holds, after all that waits.
    func send(_ text: String, number: Int?, isKept: Bool = true) throws -> PostgresStatement? {
        try flush()
        return try put(text, number: number, isKept: isKept, values)
    }

    /// Sends a statement with these values, whatever else waits.
    func put(
        _ text: String, number: Int?, isKept: Bool = true, _ bound: PostgresValues
    ) throws -> PostgresStatement? {
        if isAhead { try settle() }
        guard !isBroken else { throw DatabaseError.unreachable("The connection is lost.") }
        recording?.note(text, types: bound.types.map(PostgresType.name(of:)))
        guard isKept, let statement = try statement(text, number, bound.types) else {
            let isSent = bound.withParameters { count, values, lengths, formats in
                bound.types.withUnsafeBufferPointer { types in
                    PQsendQueryParams(handle, text, count, types.baseAddress, values, lengths, formats, 1)
                }
            }
            guard isSent == 1 else { throw broken() }
            return nil
        }
        let isSent = bound.withParameters { count, values, lengths, formats in
            PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw broken() }
        return statement
    }

    /// The statement made ready for values of these types; nil for one that is not kept.
    private func statement(_ text: String, _ number: Int?, _ types: [Oid]) throws -> PostgresStatement? {
        if let number {
            while numbered.count <= number { numbered.append(nil) }
            if let known = numbered[number], known.takes(types) { return known }
            let new = try prepare(text, number, types)
            numbered[number] = new
            return new
        }
        if let known = byText[text], known.takes(types) { return known }
        guard byText[text] != nil || byText.count < Self.textLimit else { return nil }
        let new = try prepare(text, nil, types)
        byText[text] = new
        return new
    }

    private func prepare(_ text: String, _ number: Int?, _ types: [Oid]) throws -> PostgresStatement {
        made += 1
        let statement = PostgresStatement(name: "s\(made)", text: text, number: number, types: types)
        let isSent = statement.types.withUnsafeBufferPointer { types in
            PQsendPrepare(handle, statement.name, text, Int32(types.count), types.baseAddress)
        }
        guard isSent == 1 else { throw broken() }
        sent.append(.prepare(statement))
        return statement
    }

    /// Reads all that was sent, and returns the last result, which the caller clears.
    private func receive() throws -> OpaquePointer? {
        if !isAhead, PQpipelineSync(handle) != 1 { throw broken() }
        isAhead = false
        let waiting = sent
        sent.removeAll(keepingCapacity: true)
        var last: OpaquePointer?
        var first: DatabaseError?
        for one in waiting {
            PQclear(last)
            last = PQgetResult(handle)
            guard let result = last, PQstatus(handle) == CONNECTION_OK else {
                defer { PQclear(last) }
                throw broken(last)
            }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                if case .changes(let count) = one, Self.changed(result) != count {
                    first = first ?? .conflict("A row that was to be changed is not there, or not as it was thought.")
                }
            case PGRES_PIPELINE_ABORTED: forget(one)
            default:
                forget(one)
                first = first ?? failure(result)
            }
            // Each statement's results end with none.
            while let more = PQgetResult(handle) { PQclear(more) }
        }
        let sync = PQgetResult(handle)
        let isSync = PQresultStatus(sync) == PGRES_PIPELINE_SYNC
        defer { PQclear(sync) }
        if !isSync || first != nil {
            PQclear(last)
            if !isSync { throw broken(sync) }
        }
        if let first { throw first }
        return last
    }

    /// Makes a statement anew the next time, since it never was or is worn.
    private func forget(_ one: Sent) {
        let statement: PostgresStatement
        switch one {
        case .prepare(let prepared): statement = prepared
        case .answer(let answered?): statement = answered
        case .run, .changes, .answer(nil): return
        }
        if let number = statement.number, numbered[number] === statement { numbered[number] = nil }
        if statement.number == nil, byText[statement.text] === statement { byText[statement.text] = nil }
    }

    /// Rows that a statement changed; none for one that only reads.
    private static func changed(_ result: OpaquePointer) -> Int64 {
        guard let status = PQcmdStatus(result), status.pointee != CChar(bitPattern: UInt8(ascii: "S")),
            let count = PQcmdTuples(result)
        else { return 0 }
        return Int64(String(cString: count)) ?? 0
    }

    func failure(_ result: OpaquePointer?) -> DatabaseError {
        if PQstatus(handle) != CONNECTION_OK { isBroken = true }
        return DatabaseError(result: result, connection: handle)
    }

    func broken(_ result: OpaquePointer? = nil) -> DatabaseError {
        isBroken = true
        sent.removeAll()
        return DatabaseError(sqlState: nil, message: PQerrorMessage(handle).map { String(cString: $0) } ?? "")
    }

    /// Calls `body` with texts as C has them, and a null at their end.
    private static func withTexts<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var copies = texts.map { UnsafePointer<CChar>(strdup($0)) }
        copies.append(nil)
        defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
        return copies.withUnsafeMutableBufferPointer { buffer in
            withUnsafePointer(to: nil as UnsafePointer<CChar>?) { none in
                body(UnsafePointer(buffer.baseAddress) ?? none)
            }
        }
    }
}

/// A statement that the server keeps ready.
final class PostgresStatement {
    let name: String
    let text: String
    /// Its number where it is a `Statement`.
    let number: Int?
    let types: [Oid]
    /// How its rows are read, once there were any.
    var columns: PostgresColumns?

    init(name: String, text: String, number: Int?, types: [Oid]) {
        (self.name, self.text, self.number, self.types) = (name, text, number, types)
    }

    /// Whether values of these types can be bound: what is NULL suits all.
    func takes(_ other: [Oid]) -> Bool {
        guard types.count == other.count else { return false }
        for (mine, its) in zip(types, other) where mine != its && mine != 0 && its != 0 { return false }
        return true
    }
}

/// What a server needs to know to end a statement.
///
/// Unchecked: libpq lets any thread send it, and it is never changed.
final class PostgresCancel: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ handle: OpaquePointer?) { self.handle = handle }

    deinit { PQfreeCancel(handle) }

    func send() {
        var reason = [CChar](repeating: 0, count: 256)
        // A server that cannot be asked has lost its connections too.
        _ = PQcancel(handle, &reason, Int32(reason.count))
    }
}
