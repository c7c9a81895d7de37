import Synchronization
import TestSupport

/// What clients sent, and what of it was answered.
final class NodeLedger: Sendable {
    /// A kind of thing that is made once, or a change of one.
    enum Kind: String, CaseIterable, Sendable { case orders, customers, receipts, changes, keyed }

    struct Books: Sendable {
        /// What was answered, with the version that was told.
        var acknowledged: [Kind: [String: Int]] = [:]
        /// What was sent, and of which nobody knows what became.
        var unknown: [Kind: Set<String>] = [:]
        var refused = 0
        var lost = 0
        var repeated = 0
    }

    private let books = Mutex(Books())

    var all: Books { books.withLock { $0 } }

    var acknowledged: Int { all.acknowledged.values.reduce(0) { $0 + $1.count } }

    func acknowledge(_ kind: Kind, _ name: String, version: Int) {
        books.withLock { books in
            books.acknowledged[kind, default: [:]][name] = version
            books.unknown[kind]?.remove(name)
        }
    }

    func doubt(_ kind: Kind, _ name: String) {
        books.withLock { books in _ = books.unknown[kind, default: []].insert(name) }
    }

    /// Notes a 503.
    func refuse() { books.withLock { $0.refused += 1 } }

    /// Notes a connection that ended without an answer.
    func lose() { books.withLock { $0.lost += 1 } }

    /// Notes an answer that was kept from before.
    func repeatAnswer() { books.withLock { $0.repeated += 1 } }

    func acknowledged(_ kind: Kind) -> [String: Int] { all.acknowledged[kind] ?? [:] }

    func unknown(_ kind: Kind) -> Set<String> { all.unknown[kind] ?? [] }

    var history: String {
        let books = all
        let parts = Kind.allCases.map { "\(books.acknowledged[$0]?.count ?? 0) \($0.rawValue)" }
        return """
            \(acknowledged) acknowledged (\(parts.joined(separator: ", "))), \(books.refused) answers 503, \
            \(books.lost) connections lost, \(books.repeated) answers repeated
            """
    }
}
