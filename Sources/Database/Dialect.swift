import Foundation

/// The little in which the engines part; everything else is one text for both.
package enum Dialect {
    /// Turns a migration, written for PostgreSQL, into what serves SQLite best.
    ///
    /// An identifier holds its bucket in its low bits, so on SQLite the bucket is left off the front of primary keys
    /// that go on with one: rows then append in the order of time, where 4,096 buckets would scatter them. A key of one
    /// identifier becomes the row's own number; other tables are kept in the order of their key. A table marked
    /// `-- append-only` gets triggers that refuse all but additions.
    static func sqlite(migration text: String) -> String {
        text.components(separatedBy: ";\n").map { table($0) + guards($0) }.joined(separator: ";\n")
    }

    /// Triggers that refuse to change or delete the rows of a table that is marked `-- append-only`.
    private static func guards(_ statement: String) -> String {
        guard let name = statement.firstMatch(of: /CREATE TABLE (\w+) \( -- append-only/)?.output.1 else { return "" }
        return ["UPDATE", "DELETE"].map { verb in
            """
            ;
            CREATE TRIGGER \(name)_no_\(verb.lowercased()) BEFORE \(verb) ON \(name)
            BEGIN SELECT RAISE(ABORT, '\(name) is only ever added to'); END
            """
        }.joined()
    }

    private static func table(_ statement: String) -> String {
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
}
