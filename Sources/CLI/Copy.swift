import ArgumentParser
import Platform

/// The command `reorder copy`.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies a project from the embedded database to a PostgreSQL server, or back.",
        discussion: "No server may run on either meanwhile. Look at the copy with “reorder verify” before you use it."
    )

    @Option(name: .long, help: "The data directory, or the server's address postgresql://…, to copy from.")
    var from: String

    @Option(name: .long, help: "The same, to copy to; it must hold no project yet.")
    var to: String

    func run() async throws {
        try await CopyService.run(from: from, to: to) { table, rows in
            if rows > 0 { Output.error("\(table): \(rows)") }
        }
        Output.error("Copied. Hold the copy against itself: reorder verify, with --data or --database naming it.")
    }
}
