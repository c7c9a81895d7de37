import Database

/// Gathers rows of a table, and stores many in a transaction.
final class CopyWriter {
    /// Rows of one transaction, and values of one statement.
    static let batch = 2000
    private static let valuesPerStatement = 3000

    private let target: Engine
    private let table: CopiedTable
    private var rows: [[SQLValue]] = []

    init(_ target: Engine, _ table: CopiedTable) { (self.target, self.table) = (target, table) }

    func add(_ values: [SQLValue]) throws {
        rows.append(values)
        if rows.count == Self.batch { try flush() }
    }

    func flush() throws {
        guard !rows.isEmpty else { return }
        let statements = Self.inserts(rows, into: table)
        try target.writeNow { tx in for sql in statements { try tx.run(sql) } }
        rows.removeAll(keepingCapacity: true)
    }

    static func inserts(_ rows: [[SQLValue]], into table: CopiedTable) -> [SQL] {
        let perStatement = max(1, valuesPerStatement / max(table.columns.count, 1))
        return stride(from: 0, to: rows.count, by: perStatement).map { start in
            var sql = SQL(stringLiteral: "INSERT INTO \(table.name) (\(table.list)) VALUES ")
            for (offset, values) in rows[start..<min(start + perStatement, rows.count)].enumerated() {
                sql.append(offset == 0 ? "(" : ", (", values, ")")
            }
            return sql
        }
    }
}
