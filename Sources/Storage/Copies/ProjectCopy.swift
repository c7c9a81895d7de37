import Database
import Domain

/// Copies everything that is stored from one database into another one, of whichever engine each is.
package struct ProjectCopy: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case notEmpty
        case otherVersion
        case unread

        package var description: String {
            switch self {
            case .notEmpty: "There is a project where the copy should go: name a database that holds none."
            case .otherVersion: "The two databases are not of one version: run “reorder migrate” on the source first."
            case .unread:
                "Webhooks have not been told of everything yet: let the server run until they have, stop it, and copy again."
            }
        }
    }

    /// What each process or engine keeps for itself.
    private static let own: Set = ["migration", "node", "writer_turn", "writer_message"]
    /// Rows of one transaction, and values of one statement.
    private static let batch = 2000
    private static let values = 3000

    private struct Table: Sendable {
        var name: String
        var columns: [(name: String, type: String)]

        var list: String { columns.map(\.name).joined(separator: ", ") }

        func place(of column: String) -> Int? { columns.firstIndex { $0.name == column } }
    }

    let source: Engine
    let target: Engine

    package init(from source: Engine, to target: Engine) { (self.source, self.target) = (source, target) }

    /// Copies all rows, as of one moment.
    ///
    /// Events are counted anew: in a file in one sequence, on a server in one of each bucket.
    ///
    /// - Parameter progress: Told of each table that is done, with its rows.
    /// - Throws: `Failure`, `DatabaseError`. What came so far stays; the target is then to be made anew.
    package func run(progress: @escaping @Sendable (_ table: String, _ rows: Int) -> Void) async throws {
        let tables = try source.read(Self.tables)
        guard try Migrator.applied(source) == Migrator.applied(target),
            try target.read(Self.tables).map(\.name) == tables.map(\.name)
        else { throw Failure.otherVersion }
        let isTaken = try target.read { tx in try tx.first("SELECT 1 FROM project") { _ in true } ?? false }
        guard !isTaken else { throw Failure.notEmpty }
        try await source.readLong { [self] tx in
            guard try !Self.hasUnread(tx) else { throw Failure.unread }
            for table in tables {
                switch table.name {
                case "event": progress(table.name, try copyEvents(table, tx))
                // Made anew along with the events.
                case "bucket_seq", "webhook_place": continue
                default: progress(table.name, try copy(table, tx))
                }
            }
        }
    }

    private static func tables(_ tx: Connection) throws -> [Table] {
        var tables: [Table] = []
        for (table, column, type) in try tx.rows(
            SQL(stringLiteral: tx.dialect.columns), read: { ($0.text(0), $0.text(1), $0.text(2)) }
        ) where !own.contains(table) {
            if tables.last?.name != table { tables.append(Table(name: table, columns: [])) }
            tables[tables.count - 1].columns.append((column, type))
        }
        // Reference tables and customers are found before what names them by nobody: no key refers to another.
        return tables.sorted { $0.name < $1.name }
    }

    /// Whether a webhook is still to be told of an event.
    private static func hasUnread(_ tx: Connection) throws -> Bool {
        let sql: SQL = """
            SELECT 1 FROM bucket_seq AS s LEFT JOIN webhook_place AS p ON p.bucket = s.bucket
            WHERE s.n > coalesce(p.n, 0) AND EXISTS (SELECT 1 FROM webhook) LIMIT 1
            """
        return try tx.first(sql) { _ in true } ?? false
    }

    private func copy(_ table: Table, _ tx: Connection) throws -> Int {
        let writer = Writer(target, table.name, table.list, width: table.columns.count)
        try tx.scan(Statement("SELECT \(table.list) FROM \(table.name)")) { row in
            var values = Self.values(row, table)
            // A place in the events of another bucket, which are counted anew.
            if table.name == "order_move", let place = table.place(of: "former_seq") { values[place] = .integer(0) }
            try writer.add(values)
        }
        return try writer.finish()
    }

    private func copyEvents(_ table: Table, _ tx: Connection) throws -> Int {
        guard let bucket = table.place(of: "bucket"), let seq = table.place(of: "seq"),
            let customer = table.place(of: "customer_id")
        else { throw Failure.otherVersion }
        var counts: [Int64: Int64] = [:]
        let writer = Writer(target, table.name, table.list, width: table.columns.count)
        try tx.scan(Statement("SELECT \(table.list) FROM event ORDER BY bucket, seq")) { row in
            let place = target.isShared ? row.integer(customer) & Bucket.mask : Bucket.first.rawValue
            counts[place, default: 0] += 1
            var values = Self.values(row, table)
            (values[bucket], values[seq]) = (.integer(place), .integer(counts[place] ?? 0))
            try writer.add(values)
        }
        for table in ["bucket_seq", "webhook_place"] {
            let places = Writer(target, table, "bucket, n", width: 2)
            for (bucket, count) in counts.sorted(by: { $0.key < $1.key }) {
                try places.add([.integer(bucket), .integer(count)])
            }
            _ = try places.finish()
        }
        return try writer.finish()
    }

    private static func values(_ row: Row, _ table: Table) -> [SQLValue] {
        table.columns.enumerated().map { place, column in
            guard !row.isNull(place) else { return .null }
            switch column.type {
            case "boolean": return .boolean(row.boolean(place))
            case "bigint", "integer": return .integer(row.integer(place))
            default: return .text(row.text(place))
            }
        }
    }

    /// Gathers rows, and stores many in a transaction.
    private final class Writer {
        private let target: Engine
        private let head: String
        private let perStatement: Int
        private var rows: [[SQLValue]] = []
        private var count = 0

        init(_ target: Engine, _ table: String, _ columns: String, width: Int) {
            self.target = target
            head = "INSERT INTO \(table) (\(columns)) VALUES "
            perStatement = max(1, ProjectCopy.values / max(width, 1))
        }

        func add(_ values: [SQLValue]) throws {
            rows.append(values)
            if rows.count == ProjectCopy.batch { try flush() }
        }

        func finish() throws -> Int {
            try flush()
            return count
        }

        private func flush() throws {
            guard !rows.isEmpty else { return }
            let statements = stride(from: 0, to: rows.count, by: perStatement).map { start in
                var sql = SQL(stringLiteral: head)
                for (offset, values) in rows[start..<min(start + perStatement, rows.count)].enumerated() {
                    sql.append(offset == 0 ? "(" : ", (", values, ")")
                }
                return sql
            }
            try target.writeNow { tx in for sql in statements { try tx.run(sql) } }
            count += rows.count
            rows = []
        }
    }
}
