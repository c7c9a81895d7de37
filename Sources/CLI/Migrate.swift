import ArgumentParser
import Domain
import Platform

/// The command `reorder migrate`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the tables up to date; a server does so by itself.")

    @OptionGroup var data: DataOptions

    @Flag(name: .long, inversion: .prefixedNo, help: "Copies the data into DATA/backups before it is altered.")
    var backup = true

    @Flag(
        name: .long,
        help: "Then spreads the tables over the machines of a PostgreSQL with Citus; again, it goes on where it was."
    )
    var distribute = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        try await data.withServices(needsProject: false, backsUp: backup) { services in
            report(services.appliedMigrations)
            guard distribute else { return }
            try await services.distribute { table, place, wasDone in
                if json {
                    var writer = JSONWriter()
                    writer.object { writer in
                        writer.field("done_before", wasDone)
                        writer.field("place", place)
                        writer.field("table", table)
                    }
                    Output.result(writer.text)
                } else {
                    Output.result("\(table): \(place)\(wasDone ? ", as before" : "")")
                }
            }
        }
    }

    private func report(_ applied: [String]) {
        if json {
            var writer = JSONWriter()
            writer.array { writer in
                for name in applied { writer.value(name) }
            }
            return Output.result(writer.text)
        }
        Output.error(applied.isEmpty ? "The tables are up to date." : "Applied:")
        for name in applied { Output.result(name) }
    }
}
