import Database
import Domain
import Storage

/// Keeps receipts and orders in agreement within a transaction: a link holds only between two of one customer, and both
/// tell of it in their history.
struct ReceiptLinks: Sendable {
    let receipts = ReceiptStore()
    let fields: FieldStore
    let history = ReceiptHistoryStore()
    let orderHistory = OrderHistoryStore()
    let events = EventStore()

    /// Links a receipt to `order`, or to none, and tells both histories.
    ///
    /// - Parameters:
    ///   - order: The order it is linked to or taken off, as it is now stored.
    ///   - isLinked: Whether it is linked from now on.
    /// - Returns: The receipt as it is now.
    func set(
        _ before: StoredReceipt, _ order: Order, isLinked: Bool, _ terms: OrderWriter.Terms, at now: Instant,
        _ tx: Connection
    ) throws -> StoredReceipt {
        let names = isLinked ? (before.orderExternalID, order.externalID) : (Optional(order.externalID), nil as String?)
        let outcome = ReceiptRules.link(before.receipt, to: isLinked ? order.id : nil, names: names, now: now)
        try receipts.update(from: before.receipt, to: outcome.receipt, tx)
        try record(outcome, isNew: false, terms, at: now, tx)
        try tell(order, of: before.receipt.externalID, isLinked: isLinked, terms, at: now, tx)
        var stored = before
        stored.receipt = outcome.receipt
        stored.orderExternalID = isLinked ? order.externalID : nil
        return stored
    }

    /// Takes all receipts off an order that was deleted, or went to another customer: they stay with theirs.
    ///
    /// - Parameters:
    ///   - formerID: What the order was called when they were linked.
    ///   - order: The order as it is now stored.
    /// - Returns: What lists of receipts must know.
    func unlinkAll(
        from formerID: Order.ID, _ order: Order, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> [ReceiptBoard.Move] {
        try receipts.identifiers(linkedTo: formerID, tx).compactMap { id in
            guard let before = try receipts.get(id, try fields.writerBook(tx), tx) else { return nil }
            let after = try set(before, order, isLinked: false, terms, at: now, tx)
            return ReceiptBoard.Move(after.receipt, from: (before.receipt.customer, id))
        }
    }

    /// Stores the history and the events of a change.
    func record(
        _ outcome: ReceiptRules.Outcome, isNew: Bool, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws {
        let receipt = outcome.receipt
        try history.append(
            outcome.changes, to: receipt.id, version: receipt.version, isNew: isNew, at: now, by: terms.origin, tx
        )
        try events.append(outcome.events, at: now, by: terms.origin, startsCampaigns: terms.startsCampaigns, tx)
    }

    /// Writes into an order's history that a receipt came or went; the order itself stays as it is, its version too.
    func tell(
        _ order: Order, of receipt: String, isLinked: Bool, _ terms: OrderWriter.Terms, at now: Instant,
        _ tx: Connection
    ) throws {
        try orderHistory.append(
            [ReceiptRules.orderChange(receipt, isLinked: isLinked, now: now)], to: order.id, version: order.version,
            at: now, by: terms.origin, tx
        )
    }
}
