import Database
import Domain
import Storage

/// What becomes of a customer's receipts when the customer becomes part of another one, or is erased.
extension ReceiptWriter {
    /// Gives all receipts of one customer to another, with their links: the orders went there before.
    ///
    /// - Parameter orders: What the orders that moved are called now, by what they were called before.
    /// - Returns: What lists of receipts must know.
    func reassignAll(
        of from: Customer, to into: Customer, orders: [Order.ID: Order.ID], _ terms: OrderWriter.Terms,
        at now: Instant, _ tx: Connection
    ) throws -> [ReceiptBoard.Move] {
        // Those that are deleted are found by nobody any more: they go now rather than later.
        for id in try receipts.deleted(of: from.id, tx) { try receipts.remove(id, tx) }
        let moves = try receipts.identifiers(of: from.id, tx).compactMap { id -> ReceiptBoard.Move? in
            guard let before = try receipts.get(id, try links.fields.writerBook(tx), tx)?.receipt else { return nil }
            var outcome = ReceiptRules.update(
                before, ReceiptPatch(externalID: before.externalID),
                id: into.id.bucket == id.bucket ? id : identifiers.next(into.id.bucket, at: now), customer: into.id,
                customerNames: (from.externalID, into.externalID), orderName: nil, keepsOrder: true,
                try links.fields.writerBook(tx).reading(projects, tx), now: now
            )
            outcome.receipt.order = before.order.map { orders[$0] ?? $0 }
            try receipts.update(from: before, to: outcome.receipt, tx)
            if outcome.receipt.id != id { try links.history.move(from: id, to: outcome.receipt.id, tx) }
            try links.record(outcome, isNew: false, terms, at: now, tx)
            return ReceiptBoard.Move(outcome.receipt, from: (from.id, id))
        }
        try figures.delete(from.id, tx)
        if !moves.isEmpty { try figures.recompute(into.id, tx) }
        return moves
    }

    /// Takes from all receipts of a customer what is personal, and from their history what was said of it; sums stay.
    ///
    /// - Returns: What lists of receipts must know.
    func anonymiseAll(
        of customer: Customer.ID, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> [ReceiptBoard.Move] {
        for id in try receipts.deleted(of: customer, tx) { try receipts.remove(id, tx) }
        return try receipts.identifiers(of: customer, tx).compactMap { id in
            guard let before = try receipts.get(id, try links.fields.writerBook(tx), tx)?.receipt else { return nil }
            var after = before
            after.fields[.card] = nil
            after.metadata = nil
            // Free text may name a person, and what was taken from metadata goes with it.
            let book = try links.fields.writerBook(tx)
            for field in book.custom(.receipt) where field.isFree { after.custom[field] = nil }
            for line in after.lines.indices {
                for field in book.custom(.receiptLine) where field.isFree { after.lines[line].custom[field] = nil }
            }
            after.version += 1
            after.updatedAt = now
            try receipts.update(from: before, to: after, tx)
            try ImportTraceStore().forgetEverything(of: before.externalID, ImportKind.receipts.rawValue, tx)
            try links.history.blank(
                of: id, fields: [ReceiptField.card.path, "client_external_id", "metadata"], tx
            )
            let change = OrderChange(OrderChange.customerErased, happenedAt: now)
            try links.history.append([change], to: id, version: after.version, at: now, by: terms.origin, tx)
            return ReceiptBoard.Move(after, from: (customer, id))
        }
    }
}

extension CustomField {
    /// Whether anything may stand in it.
    fileprivate var isFree: Bool {
        switch type {
        case .string, .text, .url: true
        default: metadataPath != nil
        }
    }
}
