import ArgumentParser
import Platform
import Synchronization

/// The command `reorder copy`.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves a project from the embedded database to a PostgreSQL server, or back.",
        discussion: """
            Servers may run on what is copied until the command asks to stop them; then it copies what has changed since, \
            compares both sides row by row, and says how to go on.
            """
    )

    @Option(name: .long, help: "The data directory, or the server's address postgresql://…, to copy from.")
    var from: String

    @Option(name: .long, help: "The same, to copy to; it must hold nothing yet.")
    var to: String

    func run() async throws {
        let board = CopyBoard(from)
        let outcome = try await CopyService.run(from: from, to: to) { board.show($0) }
        board.end()
        for table in outcome.tables {
            let sum = String(table.sum, radix: 16)
            Output.result("\(table.name.padding(to: 26)) \(table.rows) rows, checksum \(sum), equal on both sides")
        }
        Output.result("\(outcome.checks.count) checks of the copy found nothing wrong.")
        let option = to.hasPrefix("postgres") ? "--database" : "--data"
        Output.error(
            """
            Done: \(to) is the project now.
            Start your servers with \(option) naming it, and never again on \(from): what is written there is lost.
            Keep \(from) until you are sure. Files of imports and exports that wait are in the old data directory.
            """
        )
    }
}

/// Shows an operator how far a copy is, and what to do.
private final class CopyBoard: Sendable {
    private struct State {
        var phase = ""
        var start = ContinuousClock.now
        var last = ContinuousClock.now
        var hasAsked = false
    }

    private let source: String
    private let state = Mutex(State())

    init(_ source: String) { self.source = source }

    func show(_ step: CopyService.Step) {
        switch step {
        case .copying(let progress): show("1/4 Copying; servers may go on", progress)
        case .waiting: ask()
        case .catchingUp(let progress): show("2/4 Copying what has changed", progress)
        case .comparing(let progress): show("3/4 Comparing both sides", progress)
        case .verifying: begin("4/4 Holding the copy against itself")
        }
    }

    func end() { Output.progress("", isLast: true) }

    private func begin(_ phase: String) {
        let isNew = state.withLock { state in
            guard state.phase != phase else { return false }
            (state.phase, state.start) = (phase, .now)
            return true
        }
        guard isNew else { return }
        Output.progress("", isLast: true)
        Output.error(phase)
    }

    private func show(_ phase: String, _ progress: CopyService.Progress) {
        begin(phase)
        let isDue = state.withLock { state in
            guard progress.rows == progress.total || .now - state.last > .milliseconds(200) else { return false }
            state.last = .now
            return true
        }
        guard isDue else { return }
        let seconds = max(0.001, (ContinuousClock.now - state.withLock { $0.start }) / .seconds(1))
        let pace = Double(progress.rows) / seconds
        let left = Int(Double(progress.total - progress.rows) / max(pace, 1))
        Output.progress(
            "\(progress.table)  \(progress.rows) of \(progress.total) rows  \(Int(pace))/s  \(left) s left")
    }

    private func ask() {
        let isFirst = state.withLock { state in
            defer { state.hasAsked = true }
            return !state.hasAsked
        }
        guard isFirst else { return }
        Output.progress("", isLast: true)
        Output.error(
            """
            Nearly all is copied. Stop every server on \(source) now (systemctl stop reorder): the rest is copied by itself \
            as soon as they have ended, and takes about as long as reading everything once.
            """
        )
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
