import GRDBSQLite

/// A long answer that is read row by row when the reader wants the next one, so that several can be gone through side by side.
///
/// It binds nothing, and belongs to the transaction that it was begun in.
package final class RowStream {
    private let connection: Connection
    private let prepared: OpaquePointer?
    /// Whether what was prepared outlives the stream.
    private let isKept: Bool
    private let cursor: String
    private var answer: PostgresAnswer?
    private var place: Int32 = 0
    private var isOver = false

    /// - Parameter isKept: Whether the statement is run again and again, so that what was prepared for it stays.
    package init(_ statement: Statement, isKept: Bool = true, _ connection: Connection) throws {
        (self.connection, self.isKept) = (connection, isKept)
        if let postgres = connection.postgres {
            prepared = nil
            connection.cursors += 1
            cursor = "s\(connection.cursors)"
            postgres.values.removeAll()
            try postgres.run("DECLARE \(cursor) NO SCROLL CURSOR FOR \(statement.text)", isKept: false)
        } else {
            cursor = ""
            prepared = try (isKept ? connection.prepare(statement) : connection.make(statement.text)).handle
        }
    }

    deinit {
        guard let prepared else { return }
        if isKept { sqlite3_reset(prepared) } else { sqlite3_finalize(prepared) }
    }

    /// The next row, valid until the one after it is asked for; nil at the end.
    package func next() throws -> Row? {
        guard !isOver else { return nil }
        guard let prepared else { return try fetched() }
        if try connection.step(prepared) { return Row(prepared) }
        isOver = true
        return nil
    }

    private func fetched() throws -> Row? {
        guard let postgres = connection.postgres else { return nil }
        if answer.map({ place >= $0.count }) ?? true {
            try connection.stopIfCancelled()
            postgres.values.removeAll()
            answer = try postgres.answer("FETCH \(Connection.fetchedRows) FROM \(cursor)", isKept: false)
            place = 0
        }
        guard let answer, place < answer.count else {
            isOver = true
            answer = nil
            return nil
        }
        place += 1
        return answer.row(place - 1)
    }
}
