import Foundation

/// The little in which the engines part; everything else is one text for both.
package enum Dialect {
    /// Turns a migration, written for PostgreSQL, into what serves SQLite best.
    ///
    /// An identifier holds its bucket in its low bits, so on SQLite the bucket is left off the front of primary keys
    /// that go on with one: rows then append in the order of time, where 4,096 buckets would scatter them. A key of one
    /// identifier becomes the row's own number; other tables are kept in the order of their key.
    static func sqlite(migration text: String) -> String {
        text.components(separatedBy: ";\n").map(table).joined(separator: ";\n")
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
