import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder import`; without a word after it, it imports files.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imports files, or undoes an import.",
        subcommands: [ImportFiles.self, UndoImport.self], defaultSubcommand: ImportFiles.self
    )
}

/// The command `reorder import PATH…`.
struct ImportFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Imports \(ImportKind.sentence) from NDJSON or CSV; goes on where a broken-off one stopped."
    )

    @OptionGroup var data: DataOptions

    @Argument(help: "Files, or with a mapping also folders; gzip is understood.")
    var paths: [String]

    @Option(name: .long, help: "\(ImportKind.sentence) (default: what the mapping makes, else orders).")
    var kind: String?

    @Option(name: .long, help: "A mapping that joins several CSV files.")
    var map: String?

    @Flag(name: .long, help: "Stores without starting campaigns: for history.")
    var skipTriggers = false

    @Flag(name: .long, help: "Does everything but keep it.")
    var dryRun = false

    @Option(name: .long, help: "The audience that customers are put into.")
    var audience: String?

    @Option(name: .long, help: "The file for refused rows (default: refused-ID.csv or .ndjson here).")
    var refused: String?

    @Flag(name: .long, help: "Prints the summary as JSON.")
    var json = false

    func run() async throws {
        let kind = try kind.map { name in
            guard let kind = ImportKind(rawValue: name) else {
                throw ValidationError("The kind must be \(ImportKind.sentence), not “\(name)”.")
            }
            return kind
        }
        try await data.withServices { services in
            let mapping = try map.map { try ImportMapping(path: $0, fields: services.fields.book) }
            let reader = try ImportReader(
                paths: paths, kind: kind, mapping: mapping, context: services.references.current.reading
            )
            var options = ImportService.Options()
            options.startsCampaigns = !skipTriggers
            options.isDryRun = dryRun
            options.audience = audience
            let start = ContinuousClock.now
            let sink = RefusedRows(path: refused)
            let run = try await services.imports.run(
                reader, source: paths.map { ($0 as NSString).lastPathComponent }.joined(separator: " "),
                fingerprint: try ImportService.fingerprint(of: paths + (map.map { [$0] } ?? []), kind: kind), options
            ) { progress, refused in
                try sink.write(refused, header: progress.header)
                show(progress, since: start)
            }
            Output.progress("", isLast: true)
            let seconds =
                Double((ContinuousClock.now - start).components.attoseconds) / 1e18
                + Double((ContinuousClock.now - start).components.seconds)
            Output.result(json ? Self.json(run, seconds) : Self.summary(run, seconds, dryRun: dryRun))
            if let path = sink.writtenPath { Output.error("Refused rows: \(path); why: \(path).reasons.txt") }
        }
    }

    private func show(_ progress: ImportService.Progress, since start: ContinuousClock.Instant) {
        let seconds = max(0.001, Double((ContinuousClock.now - start).components.seconds) + 0.001)
        let share = Double(progress.reading.bytesRead) / Double(max(1, progress.reading.bytesTotal))
        let filled = Int(share * 30)
        let left = share > 0.01 ? Int(seconds / share - seconds) : 0
        Output.progress(
            """
            [\(String(repeating: "█", count: filled))\(String(repeating: "·", count: 30 - filled))] \
            \(Int(share * 100)) %  \(progress.run.itemsDone) rows  \(Int(Double(progress.run.itemsDone) / seconds))/s  \
            \(progress.run.refused) refused  \(left) s left
            """
        )
    }

    private static func summary(_ run: ImportRun, _ seconds: Double, dryRun: Bool) -> String {
        """
        \(dryRun ? "Would import" : "Imported") \(run.kind) from \(run.source)
          created    \(run.created)
          updated    \(run.updated)
          unchanged  \(run.unchanged)
          refused    \(run.refused)
          seconds    \(String(format: "%.1f", seconds))\(dryRun ? "" : "\n  to undo it: reorder import undo \(run.id.rawValue)")
        """
    }

    private static func json(_ run: ImportRun, _ seconds: Double) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("created", run.created)
            writer.field("id", String(run.id.rawValue))
            writer.field("kind", run.kind)
            writer.field("refused", run.refused)
            writer.key("seconds")
            writer.raw(String(format: "%.3f", seconds))
            writer.field("unchanged", run.unchanged)
            writer.field("updated", run.updated)
        }
        return writer.text
    }
}
