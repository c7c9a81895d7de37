import Domain
import Synchronization

/// The list facts of all receipts, kept in step with the commits.
package final class ReceiptBoard: Sendable {
    private let columns: Mutex<ReceiptColumns>

    init(_ columns: ReceiptColumns) { self.columns = Mutex(columns) }

    /// The facts as of the last commit; later commits do not alter it.
    package var snapshot: ReceiptColumns { columns.withLock { $0 } }

    /// Takes facts that were read anew.
    func replace(_ new: ReceiptColumns) { columns.withLock { $0 = new } }

    /// To be called after a commit, in commit order.
    func apply(_ moves: some Collection<Move>) {
        guard !moves.isEmpty else { return }
        columns.withLock { columns in
            for move in moves {
                if let old = move.removed { columns.remove(old) }
                if let entry = move.put { columns.put(entry) }
            }
        }
    }

    /// What a commit does to one receipt's facts.
    struct Move: Sendable {
        var removed: Receipt.ID?
        var put: ReceiptColumns.Entry?
    }
}
