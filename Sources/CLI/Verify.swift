import ArgumentParser
import Domain
import Platform

/// The command `reorder verify`.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds everything derived against the facts, and fails when something differs."
    )

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Makes anew what is derived and differs; the server must be stopped for it.")
    var repair = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let mended = repair ? try await data.withServices { try await $0.verifier.repair() } : []
        // A look does not need the data for itself, so it works beside a running server.
        let checks = try await data.withServices(ownsData: repair) { try await $0.verifier.verify() }
        if json {
            Output.result(Self.json(checks, mended))
        } else {
            for check in checks {
                let mark = !check.findings.isEmpty ? "BAD   " : mended.contains(check.name) ? "mended" : "ok    "
                Output.result("\(mark) \(check.name)")
                for finding in check.findings { Output.result("       \(finding)") }
            }
        }
        let wrong = checks.filter { !$0.findings.isEmpty }
        guard !wrong.isEmpty else { return }
        guard !repair, wrong.contains(where: \.isMendable) else {
            throw CommandFailure(
                "Facts contradict each other, which no repair may decide: bring a backup back, or look at what is named."
            )
        }
        throw CommandFailure("Some of what is derived differs from the facts: run “reorder verify --repair”.")
    }

    private static func json(_ checks: [Verifier.Check], _ mended: [String]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for check in checks {
                writer.object { writer in
                    writer.array("findings") { writer in
                        for finding in check.findings { writer.value(finding) }
                    }
                    writer.field("mendable", check.isMendable)
                    writer.field("mended", mended.contains(check.name))
                    writer.field("name", check.name)
                    writer.field("ok", check.findings.isEmpty)
                }
            }
        }
        return writer.text
    }
}
