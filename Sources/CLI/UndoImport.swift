import ArgumentParser
import Domain
import Platform

/// The command `reorder import undo ID`.
struct UndoImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract:
            "Undoes an import: deletes what it made, puts back what it changed, unless others wrote since."
    )

    @OptionGroup var data: DataOptions

    @Argument(help: "The import's id, as the import and the page of imports show it.")
    var id: Int64

    @Flag(name: .long, help: "Prints the summary as JSON.")
    var json = false

    /// How many of those that were left are named.
    private static let named = 1000

    func run() async throws {
        try await data.withServices { services in
            let run = try await services.imports.undo(ImportRun.ID(rawValue: id)) { run in
                Output.progress(
                    "\(run.undone.deleted) deleted  \(run.undone.restored) put back  \(run.undone.left) left")
            }
            Output.progress("", isLast: true)
            let left = try services.imports.left(run.id, limit: Self.named)
            for (externalID, reason) in left { Output.error("left \(externalID): \(reason)") }
            let undone = run.undone
            guard json else {
                return Output.result(
                    """
                    Undid the import of \(run.source)
                      deleted    \(undone.deleted)
                      put back   \(undone.restored)
                      left       \(undone.left)
                    """
                )
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("deleted", undone.deleted)
                writer.field("left", undone.left)
                writer.field("restored", undone.restored)
            }
            Output.result(writer.text)
        }
    }
}
