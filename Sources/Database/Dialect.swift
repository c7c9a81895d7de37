import Foundation

/// The little in which the engines part; everything else is one text for both.
package enum Dialect: Sendable {
    case sqlite, postgres

    /// Begins a transaction that writes.
    var beginWrite: String {
        switch self {
        case .sqlite: "BEGIN IMMEDIATE"
        case .postgres: "BEGIN ISOLATION LEVEL READ COMMITTED"
        }
    }

    /// Run next on PostgreSQL: writers take turns by a lock of the database that ends with the transaction.
    ///
    /// So what one reads before it writes holds until its commit, as with the one writer of a file, whichever machine
    /// it is on.
    static let takeTurn = "SELECT pg_advisory_xact_lock(\(turn))"

    /// The lock's number.
    static let turn: Int64 = 5_283_014_096

    /// Begins a transaction that reads one unchanging state.
    var beginRead: String {
        switch self {
        case .sqlite: "BEGIN"
        case .postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        }
    }

    /// A statement that answers a row for each table of the product, in a column `name`.
    package var tables: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        case .postgres: "SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
        }
    }

    /// A statement that answers a row for each column of each table: the table, the column, its type, in their order.
    package var columns: String {
        switch self {
        case .sqlite:
            """
            SELECT m.name, c.name, lower(c.type) FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid
            """
        case .postgres:
            """
            SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT)
            FROM information_schema.columns WHERE table_schema = current_schema()
            ORDER BY table_name, ordinal_position
            """
        }
    }

    /// A statement that answers a row for each column of each table's primary key: the table, the column, in their order.
    package var keys: String {
        switch self {
        case .sqlite:
            """
            SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk
            """
        case .postgres:
            """
            SELECT CAST(k.table_name AS TEXT), CAST(k.column_name AS TEXT) FROM information_schema.table_constraints AS t
            JOIN information_schema.key_column_usage AS k
                ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
            WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = current_schema()
            ORDER BY k.table_name, k.ordinal_position
            """
        }
    }

    /// Turns a migration, written for PostgreSQL, into what serves this engine best.
    func migration(_ text: String) -> String {
        text.components(separatedBy: ";\n").map { statement in
            switch self {
            case .sqlite: Self.sqlite(statement) + guards(statement)
            case .postgres: Self.postgres(statement) + guards(statement)
            }
        }.joined(separator: ";\n")
    }

    /// Leaves buckets off the front of keys, and keeps tables in the order of their keys.
    ///
    /// An identifier holds its bucket in its low bits, so on SQLite the bucket is left off the front of primary keys
    /// that go on with one: rows then append in the order of time, where 4,096 buckets would scatter them. A key of one
    /// identifier becomes the row's own number; other tables are kept in the order of their key. What is marked
    /// `-- Servers only.` is left out.
    private static func sqlite(_ statement: String) -> String {
        guard !statement.contains("-- Servers only.") else { return "" }
        guard statement.contains("CREATE TABLE") else { return statement }
        var result = statement
        let bucketedKey = /PRIMARY KEY \(bucket, (\w*id\b[^)]*)\)/
        if let match = result.firstMatch(of: bucketedKey) {
            result.replaceSubrange(match.range, with: "PRIMARY KEY (\(match.output.1))")
        }
        guard let single = result.firstMatch(of: /,\s*PRIMARY KEY \(id\)/) else { return result + " WITHOUT ROWID" }
        result.removeSubrange(single.range)
        return result.replacing(/\bid BIGINT NOT NULL\b/, with: "id INTEGER PRIMARY KEY")
    }

    /// Orders texts by their bytes, and adds indexes by identifier.
    ///
    /// On PostgreSQL texts are ordered by their bytes whatever the database's own order is, and rows that are known by
    /// bucket and identifier are found in the order of the identifier too, which lists of the whole shop go by.
    private static func postgres(_ statement: String) -> String {
        let result = statement.replacing(/\bTEXT\b/, with: #"TEXT COLLATE "C""#)
        guard statement.contains("PRIMARY KEY (bucket, id)"),
            let name = statement.firstMatch(of: /CREATE TABLE (\w+)/)?.output.1
        else { return result }
        return result + ";\nCREATE INDEX \(name)_id ON \(name) (id)"
    }

    /// Triggers that refuse to change or delete the rows of a table that is marked `-- append-only`.
    private func guards(_ statement: String) -> String {
        guard let name = statement.firstMatch(of: /CREATE TABLE (\w+) \( -- append-only/)?.output.1 else { return "" }
        let refusal = "\(name) is only ever added to"
        switch self {
        case .sqlite:
            return ["UPDATE", "DELETE"].map { verb in
                """
                ;
                CREATE TRIGGER \(name)_no_\(verb.lowercased()) BEFORE \(verb) ON \(name)
                BEGIN SELECT RAISE(ABORT, '\(refusal)'); END
                """
            }.joined()
        case .postgres:
            return """
                ;
                CREATE FUNCTION \(name)_refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = '\(refusal)'; END $$;
                CREATE TRIGGER \(name)_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON \(name)
                FOR EACH STATEMENT EXECUTE FUNCTION \(name)_refuse()
                """
        }
    }
}
