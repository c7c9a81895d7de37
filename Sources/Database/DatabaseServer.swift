/// A PostgreSQL server as a whole: for who makes and removes databases on it.
package enum DatabaseServer {
    /// Runs a statement that no transaction may hold, such as `CREATE DATABASE`.
    ///
    /// - Throws: `DatabaseError`.
    package static func run(_ sql: String, on url: String) throws {
        try PostgresLink(url, settings: "").script(sql)
    }
}
