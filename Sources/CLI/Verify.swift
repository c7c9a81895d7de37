import ArgumentParser
import Domain
import Platform

/// The command `reorder verify`.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds everything derived against the facts, and fails when something differs."
    )

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Computes what is derived anew.")
    var repair = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let checks = try await data.withServices { services in
            if repair { try await services.verifier.repair() }
            return try await services.verifier.verify()
        }
        if json {
            Output.result(Self.json(checks))
        } else {
            for check in checks {
                Output.result("\(check.findings.isEmpty ? "ok  " : "BAD ") \(check.name)")
                for finding in check.findings { Output.result("     \(finding)") }
            }
        }
        guard checks.allSatisfy(\.findings.isEmpty) else {
            throw CommandFailure("Some of what is derived differs from the facts\(repair ? "" : "; try --repair").")
        }
    }

    private static func json(_ checks: [Verifier.Check]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for check in checks {
                writer.object { writer in
                    writer.array("findings") { writer in
                        for finding in check.findings { writer.value(finding) }
                    }
                    writer.field("name", check.name)
                    writer.field("ok", check.findings.isEmpty)
                }
            }
        }
        return writer.text
    }
}

/// The command `reorder migrate`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the tables up to date; a server does so by itself.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        let applied = try await data.withServices(needsProject: false) { $0.appliedMigrations }
        Output.error(applied.isEmpty ? "The tables are up to date." : "Applied:")
        for name in applied { Output.result(name) }
    }
}
