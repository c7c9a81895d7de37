import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder backup`; works beside a running server.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies all data into one file, also while the server runs."
    )

    @OptionGroup var data: DataOptions

    @Argument(help: "The file to write.")
    var file: String

    @Flag(name: .long, help: "Replaces the file where it is there already.")
    var replace = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let settings = try await data.settings()
        try Self.refuseServer(settings, instead: "pg_dump")
        let start = ContinuousClock.now
        let summary = try Backup.take(of: settings.data, to: file, replaces: replace, surroundings: .live) {
            done, total in
            Output.progress("\(total == 0 ? 0 : done * 100 / total) %")
        }
        Output.progress("checked", isLast: true)
        do {
            try await Backup.note(summary, of: settings.data, by: .cli, surroundings: .live)
        } catch {
            Output.error("The copy is whole, but the audit log could not be told of it: \(error)")
        }
        guard json else {
            return Output.result(
                """
                \(summary.file)  \(ByteCount.text(summary.bytes)), \(summary.contents.orders) orders, \
                \(summary.contents.customers) customers
                """
            )
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("bytes", summary.bytes)
            writer.field("customers", summary.contents.customers)
            writer.field("file", summary.file)
            writer.array("migrations") { writer in
                for name in summary.contents.migrations { writer.value(name) }
            }
            writer.field("orders", summary.contents.orders)
            writer.key("seconds")
            writer.raw(Output.seconds(since: start))
            writer.field("taken_at", summary.takenAt)
        }
        Output.result(writer.text)
    }
}

extension BackupCommand {
    /// Copies of a server's data are made by the server's own tools, which can do so while it runs.
    static func refuseServer(_ settings: Settings, instead tool: String) throws {
        guard settings.database != nil else { return }
        throw CommandFailure(
            "The data is on \(settings.place): use PostgreSQL's own \(tool) (Docs/operating.md, “PostgreSQL”)."
        )
    }
}

/// The command `reorder restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Brings the data of a backup into a directory that no server runs on."
    )

    @OptionGroup var data: DataOptions

    @Argument(help: "The file that “reorder backup” made.")
    var file: String

    @Flag(name: .long, help: "Takes the place of data that is there, which is kept in a folder beside it.")
    var replace = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let settings = try await data.settings()
        try BackupCommand.refuseServer(settings, instead: "pg_restore")
        let summary = try Restore.run(file, into: settings.data, replaces: replace, surroundings: .live)
        guard json else {
            Output.result(
                """
                Restored \(summary.contents.orders) orders and \(summary.contents.customers) customers into \
                \(settings.data).
                """
            )
            if let aside = summary.keptAside { Output.error("What was there is kept in \(aside).") }
            return
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("customers", summary.contents.customers)
            writer.field("data", settings.data)
            writer.field("kept_aside", summary.keptAside)
            writer.field("orders", summary.contents.orders)
        }
        Output.result(writer.text)
    }
}
