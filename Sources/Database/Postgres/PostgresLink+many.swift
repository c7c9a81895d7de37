import CLibPQ
import Dispatch
import Synchronization

/// Statements that are sent together, and questions that are answered together (`Gathering`).
extension PostgresLink {
    /// Keeps an execution with what `values` holds, to be sent with others.
    func gather(_ statement: Statement) throws {
        changes += 1
        if !gathering.append(statement, values) {
            // Its values have other types than those that wait.
            try flush()
            _ = gathering.append(statement, values)
        }
        if gathering.isPortion { try sendPortion() }
    }

    /// Forgets what waits and what was asked, as of a transaction that is no more.
    func dropGathered() {
        gathering = PostgresGathering()
        questions.removeAll()
        // What went wrong with the rest nobody asks any more.
        do { try join() } catch {}
    }

    /// Sends what waits.
    func flush() throws {
        try join()
        guard !gathering.isEmpty else { return }
        try transmit(gathering.takeAll())
    }

    /// Sends what adds rows on another thread, so that the server stores them while the caller makes more.
    private func sendPortion() throws {
        if let portion {
            guard portion.isDone || gathering.isFull else { return }
            try join()
        }
        let portion = PostgresPortion(link: self, rows: gathering.takeAdding())
        self.portion = portion
        PostgresPortion.queue.async { portion.run { try $0.transmit($1) } }
    }

    /// Waits for the portion that is being sent; until then nobody else may use the connection.
    ///
    /// - Throws: What went wrong with it.
    func join() throws {
        guard let portion else { return }
        self.portion = nil
        try portion.wait()
    }

    private func transmit(_ all: [GatheredRows]) throws {
        for rows in all {
            let statement = rows.statement
            var expected: Int?
            if case .changes = statement.gathering { expected = 1 }
            if rows.count < PostgresGathering.least {
                try rows.each(many) {
                    _ = try put(statement.text, number: statement.number, many)
                    try note(expected)
                }
            } else if statement.gathering == .adds {
                try copy(PostgresSets.copy(statement.text), rows.bytes)
            } else {
                many.removeAll()
                many.addArrays(of: rows)
                _ = try put(PostgresSets.write(statement.text, count: rows.types.count), number: nil, many)
                try note(expected.map { $0 * rows.count })
            }
        }
    }

    private func note(_ expected: Int?) throws {
        sent.append(expected.map(Sent.changes) ?? .run)
        if sent.count >= Self.sentLimit { try settle() }
    }

    /// Sends rows in COPY's binary form, which pipelines do not know.
    private func copy(_ text: String, _ rows: [UInt8]) throws {
        try settle()
        if PQpipelineStatus(handle) == PQ_PIPELINE_ON { PQexitPipelineMode(handle) }
        let begun = PQexec(handle, text)
        defer { PQclear(begun) }
        var error = PQresultStatus(begun) == PGRES_COPY_IN ? nil : failure(begun)
        if error == nil {
            for part in [Self.copyHead, rows, Self.copyTail] {
                let isSent = part.withUnsafeBytes { bytes in
                    PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
                }
                guard isSent == 1 else { throw broken() }
            }
            guard PQputCopyEnd(handle, nil) == 1 else { throw broken() }
        }
        while let result = PQgetResult(handle) {
            if PQresultStatus(result) != PGRES_COMMAND_OK { error = error ?? failure(result) }
            PQclear(result)
        }
        guard PQenterPipelineMode(handle) == 1 else { throw broken() }
        if let error { throw error }
    }

    private static let copyHead: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + [UInt8](repeating: 0, count: 8)
    private static let copyTail: [UInt8] = [0xff, 0xff]

    /// Asks ahead what a statement answers with what `values` holds; nobody has the answer yet.
    func ask(_ statement: Statement) {
        let question = questions[statement.number] ?? PostgresQuestion(statement)
        questions[statement.number] = question
        question.add(values)
    }

    /// The rows that a statement answers with what `values` holds; nil where that was not asked ahead.
    func known(_ statement: Statement) throws -> PostgresQuestion.Known? {
        guard let question = questions[statement.number], let number = question.number(values) else { return nil }
        if !question.isAnswered {
            try flush()
            let rows = question.rows
            many.removeAll()
            many.addArrays(of: rows)
            let text = PostgresSets.read(statement.text, count: rows.types.count)
            let answer = try answer(of: put(text, number: nil, many))
            question.take(answer, columns: Int(PQnfields(answer.handle)))
        }
        return question.answer(number)
    }

    func takeBack(_ statement: Statement) { questions[statement.number]?.remove(values) }
}

/// Rows that are sent by another thread than the connection's own.
///
/// Unchecked: who gave it the connection does not touch it before `wait` has returned.
final class PostgresPortion: @unchecked Sendable {
    static let queue = DispatchQueue(label: "reorder-portions", attributes: .concurrent)

    private let link: PostgresLink
    private let rows: [GatheredRows]
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(link: PostgresLink, rows: [GatheredRows]) { (self.link, self.rows) = (link, rows) }

    var isDone: Bool { outcome.withLock { $0 != nil } }

    func run(_ send: (PostgresLink, [GatheredRows]) throws -> Void) {
        let result = Result { try send(link, rows) }
        outcome.withLock { $0 = result }
        done.signal()
    }

    func wait() throws {
        done.wait()
        try outcome.withLock { $0 }?.get()
    }
}
