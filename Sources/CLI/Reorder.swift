import ArgumentParser
import Domain
import Foundation
import Platform

/// The executable: arguments in, one service call, printing out (spec operations.md, "Command line").
package struct Reorder: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "reorder",
        abstract: "Turns order data into repeat orders.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Init.self, Key.self, Import.self, Export.self, Sample.self, Verify.self, Fields.self,
            SegmentCommand.self,
            Migrate.self,
            UserCommand.self,
            BackupCommand.self, RestoreCommand.self, DoctorCommand.self, Bench.self, Copy.self,
        ]
    )

    package init() {}

    /// Runs the command that the arguments name, and ends the process: 0 done, 1 failed, 2 wrong use.
    package static func execute() async {
        do {
            var command = try parseAsRoot()
            do {
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch  where isWrongUse(error) {
                Output.error("Error: \(Sentence.of(error))\n\(usage(of: type(of: command)))")
                Foundation.exit(2)
            }
        } catch {
            let code = exitCode(for: error)
            guard code != .success else { exit(withError: error) }
            if code == .failure {
                Output.error("reorder: \(Sentence.of(error))")
                Foundation.exit(1)
            }
            Output.error(fullMessage(for: error))
            Foundation.exit(2)
        }
    }

    /// Whether an error is about what the caller wrote: an option's value as well as an option.
    private static func isWrongUse(_ error: any Error) -> Bool {
        error is ValidationError || error is Faults || error is Settings.Failure
    }

    /// How a command is used, as its help says.
    private static func usage(of command: any ParsableCommand.Type) -> String {
        let help = helpMessage(for: command, columns: 10_000).split(separator: "\n", omittingEmptySubsequences: false)
        guard let line = help.first(where: { $0.hasPrefix("USAGE: ") }) else { return "" }
        let usage = line.dropFirst("USAGE: ".count)
        let name = usage.prefix { $0 != "[" && $0 != "<" && $0 != "-" }.trimmingCharacters(in: .whitespaces)
        return "Usage: \(usage)\n  See '\(name) --help' for more information."
    }
}

/// Results go to standard output, everything else to standard error.
enum Output {
    static func result(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// How long something took, in seconds with three decimals.
    static func seconds(since start: ContinuousClock.Instant) -> String {
        let span = (ContinuousClock.now - start).components
        let thousandths = String(span.attoseconds / 1_000_000_000_000_000 + 1000).dropFirst()
        return "\(span.seconds).\(thousandths)"
    }

    /// Writes over the line before; only where somebody watches.
    static func progress(_ text: String, isLast: Bool = false) {
        guard isatty(2) != 0 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)\(isLast ? "\n" : "")".utf8))
    }
}

/// What a person is told of an error that was foreseen.
enum Sentence {
    static func of(_ error: any Error) -> String {
        switch error {
        case let faults as Faults: faults.all.map(text).joined(separator: "\n")
        case let error as ValidationError: error.message
        case let failure as DataDirectory.Failure: failure.description
        case let failure as Settings.Failure: failure.description
        case let failure as CopyFailure: failure.description
        case let error as SegmentError: error.sentence
        case let error as TrackingError: error.sentence
        case OrderError.unknownCustomer(let id): "There is no customer “\(id)”."
        case let error as ImportError: error.description
        case let error as ExportError: error.description
        case let error as ImportRunError: error.description
        case let failure as CommandFailure: failure.description
        case let off as FeatureOff: off.sentence
        case let failure as NewerDatabase: failure.description
        case let failure as Backup.Failure: failure.description
        case let failure as Restore.Failure: failure.description
        case let failure as UpgradeFailure: failure.description
        case AccountError.alreadySetUp: "There is a project here already."
        case let error as AccountError: error.sentence
        case let error as KeyService.UnknownKey: "There is no valid key with the id “\(error.code)”."
        case _ where SumTooLarge(error) != nil: SumTooLarge.sentence
        default:
            switch Outage(error) {
            case .storage: "The disk refuses: is it full, or not writable? (\(error))"
            case .server(let cause): "The database cannot be used: \(cause)"
            case .busy: "Another process holds the database. (\(error))"
            case nil: "\(error)"
            }
        }
    }
}

extension Sentence {
    /// A fault with what it is about, as the command line names it.
    private static func text(_ fault: Fault) -> String {
        let path = fault.pointer.replacing("/data/attributes", with: "").split(separator: "/").joined(separator: ".")
        return path.isEmpty ? fault.detail : "\(path): \(fault.detail)"
    }
}

/// A command that cannot go on, with the reason and the mend.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Where the data is, for the commands that work on it.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: "The data directory (default: ./reorder-data, or REORDER_DATA, or reorder.yaml).")
    var data: String?

    @Option(
        name: .long,
        help: "The server that the data is on, postgresql://…, instead of the directory (REORDER_DATABASE)."
    )
    var database: String?

    /// The settings that hold for the command.
    func settings() async throws -> Settings {
        try await Settings.read(Settings.Flags(data: data, database: database))
    }

    /// Opens the services over the data, runs `body`, and closes them.
    ///
    /// - Parameter ownsData: Whether orders are to be written; not while a server runs.
    func withServices<Result>(
        ownsData: Bool = true, needsProject: Bool = true, backsUp: Bool = true,
        _ body: (Services) async throws -> Result
    ) async throws -> Result {
        let settings = try await settings()
        let services = try await Services.open(
            settings.data, server: settings.database, ownsData: ownsData, mustExist: needsProject, backsUp: backsUp)
        defer { services.close() }
        guard !needsProject || !services.accounts.isFirstRun else {
            throw CommandFailure("There is no project in \(settings.place) yet: run “reorder init” first.")
        }
        return try await body(services)
    }
}
