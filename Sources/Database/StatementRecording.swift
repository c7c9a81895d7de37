import Synchronization

/// Notes each statement that the engines opened under it make ready, for who reads the plans of all that the product runs.
///
/// Without one it costs nothing but a look whether there is one, where a statement is made ready or sent.
package final class StatementRecording: Sendable {
    /// A statement as an engine got it.
    package struct Entry: Hashable, Sendable {
        package var text: String
        /// The types of its parameters, by PostgreSQL's names; none on SQLite, which asks for none.
        package var types: [String]

        package init(text: String, types: [String]) { (self.text, self.types) = (text, types) }
    }

    /// Taken up by each engine that is opened while it is set.
    @TaskLocal package static var current: StatementRecording?

    private let noted = Mutex<Set<Entry>>([])

    package init() {}

    package var entries: Set<Entry> { noted.withLock { $0 } }

    func note(_ text: String, types: [String] = []) {
        noted.withLock { noted in _ = noted.insert(Entry(text: text, types: types)) }
    }
}
