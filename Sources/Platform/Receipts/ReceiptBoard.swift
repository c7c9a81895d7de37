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
        /// The receipt as it is now, and what it was called before by whom; for segments.
        var receipt: Receipt?
        var former: (Customer.ID, Receipt.ID)?

        /// A receipt that is new, or changed; or one that another process told of, of which facts are enough.
        init(removed: Receipt.ID? = nil, put: ReceiptColumns.Entry? = nil) { (self.removed, self.put) = (removed, put) }

        /// A receipt as it is now.
        init(_ receipt: Receipt, from before: (Customer.ID, Receipt.ID)?) {
            removed = before.flatMap { $0.1 == receipt.id ? nil : $0.1 }
            put = ReceiptColumns.Entry(receipt)
            (self.receipt, former) = (receipt, before)
        }

        /// A receipt that is deleted.
        init(deleted receipt: Receipt) {
            (removed, former) = (receipt.id, (receipt.customer, receipt.id))
        }
    }
}
