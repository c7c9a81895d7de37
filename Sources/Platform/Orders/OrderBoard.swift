import Domain
import Synchronization

/// The list facts of all orders, kept in step with the commits.
package final class OrderBoard: Sendable {
    private let columns: Mutex<OrderColumns>

    init(_ columns: OrderColumns) { self.columns = Mutex(columns) }

    /// The facts as of the last commit; later commits do not alter it.
    package var snapshot: OrderColumns { columns.withLock { $0 } }

    /// Takes facts that were read anew.
    func replace(_ new: OrderColumns) { columns.withLock { $0 = new } }

    /// To be called after a commit, in commit order.
    func apply(_ moves: some Sequence<Move>) {
        columns.withLock { columns in
            for move in moves {
                if let old = move.removed { columns.remove(old) }
                if let entry = move.put { columns.put(entry) }
            }
        }
    }

    /// What a commit does to one order's facts.
    struct Move: Sendable {
        var removed: Order.ID?
        var put: OrderColumns.Entry?
    }
}
