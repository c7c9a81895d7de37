import Domain
import Synchronization

/// The list facts of all customers, kept in step with the commits.
package final class CustomerBoard: Sendable {
    private let columns: Mutex<CustomerColumns>

    init(_ columns: CustomerColumns) { self.columns = Mutex(columns) }

    /// The facts as of the last commit; later commits do not alter it.
    package var snapshot: CustomerColumns { columns.withLock { $0 } }

    /// Takes facts that were read anew.
    func replace(_ new: CustomerColumns) { columns.withLock { $0 = new } }

    /// To be called after a commit, in commit order.
    func apply(_ moves: some Sequence<CustomerColumns.Move>) {
        columns.withLock { columns in
            for move in moves { columns.apply(move) }
        }
    }

    /// Replaces everybody's figures, once all were computed anew.
    func setFigures(_ figures: [(Customer.ID, CustomerFigures)]) {
        columns.withLock { $0.setFigures(figures) }
    }
}
