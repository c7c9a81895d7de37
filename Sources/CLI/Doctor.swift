import ArgumentParser
import Domain
import Platform

/// The command `reorder doctor`; works on a running and on a stopped installation.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Looks the installation over, and says what is wrong and what to do."
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "The address that the server listens on (default: as for serve).")
    var host: String?

    @Option(name: .long, help: "The port that the server listens on (default: as for serve).")
    var port: Int?

    @Flag(name: .long, help: "Reads the whole database, too, to find damage.")
    var deep = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let settings = try await Settings.read(
            Settings.Flags(data: data.data, database: data.database, host: host, port: port))
        let findings = Doctor(settings, surroundings: .live).examine(isDeep: deep)
        Output.result(json ? Self.json(findings) : findings.map(Self.text).joined(separator: "\n"))
        let count = findings.count { $0.level == .problem }
        guard count == 0 else {
            throw CommandFailure(count == 1 ? "There is a problem." : "There are \(count) problems.")
        }
    }

    private static func text(_ finding: Doctor.Finding) -> String {
        let mark =
            switch finding.level {
            case .ok: "ok      "
            case .warning: "warning "
            case .problem: "PROBLEM "
            }
        return mark + finding.text + (finding.mend.isEmpty ? "" : "\n        → \(finding.mend)")
    }

    private static func json(_ findings: [Doctor.Finding]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for finding in findings {
                writer.object { writer in
                    writer.field("level", finding.level.rawValue)
                    writer.field("mend", finding.mend)
                    writer.field("name", finding.name)
                    writer.field("text", finding.text)
                }
            }
        }
        return writer.text
    }
}
