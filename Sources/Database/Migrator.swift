/// A step of the schema, never edited once it is released.
package struct Migration: Sendable {
    package var name: String
    package var sql: String

    package init(name: String, sql: String) { (self.name, self.sql) = (name, sql) }
}

/// Brings a database's tables up to date, each step in a transaction.
package enum Migrator {
    package enum Failure: Error, Hashable, Sendable {
        /// The database was written by a newer version, which has steps this one does not know.
        case newerDatabase(unknown: [String])
    }

    /// Applies the steps that are missing, and returns their names.
    ///
    /// - Throws: `Failure.newerDatabase`, in which case nothing was changed.
    package static func migrate(_ engine: Engine, _ migrations: [Migration], nowMs: Int64) async throws -> [String] {
        if try isUpToDate(engine, migrations) { return [] }
        try await engine.write { connection in
            try connection.run(
                "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied_ms BIGINT NOT NULL)"
            )
        }
        let applied = try applied(engine)
        let unknown = applied.filter { name in !migrations.contains { $0.name == name } }
        guard unknown.isEmpty else { throw Failure.newerDatabase(unknown: unknown) }
        let missing = migrations.filter { !applied.contains($0.name) }
        for migration in missing {
            try await engine.write { connection in
                // Another node may have been at it at the same time.
                guard try !Self.applied(connection).contains(migration.name) else { return }
                try connection.script(connection.dialect.migration(migration.sql))
                try connection.run(
                    "INSERT INTO migration (name, applied_ms) VALUES (\(migration.name), \(nowMs))"
                )
            }
        }
        return missing.map(\.name)
    }

    /// Whether no step is missing, and none is there that this version does not know.
    package static func isUpToDate(_ engine: Engine, _ migrations: [Migration]) throws -> Bool {
        try applied(engine) == migrations.map(\.name).sorted()
    }

    /// The names of the steps that the database has; none in one that is new.
    package static func applied(_ engine: Engine) throws -> [String] { try engine.read(applied) }

    /// The same within a transaction.
    package static func applied(_ connection: Connection) throws -> [String] {
        let tables = SQL(stringLiteral: connection.dialect.tables)
        let hasTable = try connection.first("SELECT 1 FROM (\(tables)) AS t WHERE name = 'migration'") { _ in true }
        guard hasTable != nil else { return [] }
        return try connection.rows("SELECT name FROM migration ORDER BY name") { $0.text(0) }
    }
}
