import Database

/// Where each table of the product is, on a server with Citus (ARCHITECTURE.md, "Keys").
package struct Distribution: Sendable {
    /// What keeps tables from being distributed, with the mend.
    package enum Failure: Error, CustomStringConvertible {
        case embedded
        case noExtension
        case otherwise(table: String, found: String, wanted: Place)

        package var description: String {
            switch self {
            case .embedded:
                "Tables are distributed on a server: name a PostgreSQL database with Citus, --database postgresql://…."
            case .noExtension:
                "The database has no Citus: run “CREATE EXTENSION citus” in it first, on the coordinator and on each worker."
            case .otherwise(let table, let found, let wanted):
                """
                The table \(table) is \(found), and should be \(wanted.rawValue): undo that with undistribute_table, and \
                try again.
                """
            }
        }
    }

    /// How a table is kept.
    package enum Place: String, Sendable {
        case spread = "spread by bucket"
        case reference = "a reference table"
        case local = "on the coordinator"
    }

    /// What was done about a table.
    package struct Step: Hashable, Sendable {
        package var table: String
        package var place: Place
        /// Whether it was there before.
        package var wasDone: Bool
    }

    /// Tables without a bucket that statements name together with spread ones: the same on every machine.
    ///
    /// What is left stays on the coordinator: the log that triggers guard, turns and migrations, and what no statement
    /// joins to anything spread.
    package static let referenceTables: Set = ["container_type", "field", "import_run", "product", "webhook"]

    /// All others are colocated with it.
    private static let first = "customer"

    let engine: Engine

    package init(_ engine: Engine) { self.engine = engine }

    /// Distributes what is not distributed yet, each table in a transaction: who is broken off goes on by asking again.
    ///
    /// - Parameter progress: Told of each table, once it is done.
    /// - Throws: `Failure`, `DatabaseError`.
    package func run(progress: @Sendable (Step) -> Void) async throws {
        guard engine.isShared else { throw Failure.embedded }
        let hasCitus = try engine.read { tx in
            try tx.first("SELECT to_regproc('citus_version') IS NOT NULL") { $0.boolean(0) } ?? false
        }
        guard hasCitus else { throw Failure.noExtension }
        for (table, place) in try engine.read(Self.tables) {
            let found = try engine.read { tx in try Self.place(of: table, tx) }
            let wanted = place == .local ? nil : place
            guard found == nil || found == wanted else {
                throw Failure.otherwise(table: table, found: found?.rawValue ?? "", wanted: place)
            }
            if found == nil, let wanted { try await distribute(table, wanted) }
            progress(Step(table: table, place: place, wasDone: found != nil))
        }
    }

    /// The product's tables, the first of those that are spread before the others.
    private static func tables(_ tx: Connection) throws -> [(String, Place)] {
        var (names, spread): ([String], Set<String>) = ([], [])
        try tx.each(SQL(stringLiteral: tx.dialect.columns)) { row in
            if names.last != row.text(0) { names.append(row.text(0)) }
            if row.text(1) == "bucket" { spread.insert(row.text(0)) }
        }
        let places = names.map { name in
            (name, spread.contains(name) ? Place.spread : referenceTables.contains(name) ? .reference : .local)
        }
        return places.filter { $0.0 == first } + places.filter { $0.0 != first }
    }

    /// How Citus keeps a table; nil where it knows nothing of it.
    private static func place(of table: String, _ tx: Connection) throws -> Place? {
        let sql: SQL = """
            SELECT CAST(partmethod AS TEXT), CAST(repmodel AS TEXT) FROM pg_dist_partition
            WHERE logicalrelid = CAST(CAST(\(table) AS TEXT) AS regclass)
            """
        return try tx.first(sql) { row in
            switch (row.text(0), row.text(1)) {
            case ("h", _): Place.spread
            case ("n", "t"): Place.reference
            // What it keeps an eye on, where it is.
            default: nil
            }
        } ?? nil
    }

    private func distribute(_ table: String, _ place: Place) async throws {
        let colocation = table == Self.first ? "none" : Self.first
        let call: SQL =
            place == .reference
            ? "SELECT create_reference_table(CAST(CAST(\(table) AS TEXT) AS regclass))"
            : """
            SELECT create_distributed_table(
                CAST(CAST(\(table) AS TEXT) AS regclass), 'bucket', colocate_with => CAST(\(colocation) AS TEXT))
            """
        try await engine.write { tx in
            // Its rows move along, which may take long.
            try tx.run("SET LOCAL statement_timeout = 0")
            try tx.run(call)
        }
    }
}
