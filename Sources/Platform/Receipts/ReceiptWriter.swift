import Database
import Domain
import Storage

/// Writes receipts within a transaction: looks the facts up, asks the rules, stores what they say.
///
/// Everything that belongs to a write is here: receipt, lines, history, events, the customer's figures, the order's side
/// of a link.
struct ReceiptWriter: Sendable {
    let figures = ReceiptFiguresStore()
    let orders = OrderStore()
    let links: ReceiptLinks
    let customers: CustomerWriter
    let projects: ProjectStore
    let identifiers: Identifiers

    init(customers: CustomerWriter, projects: ProjectStore, identifiers: Identifiers) {
        (self.customers, self.projects, self.identifiers) = (customers, projects, identifiers)
        links = ReceiptLinks(fields: customers.fields)
    }

    var receipts: ReceiptStore { links.receipts }

    /// What a write did, and what follows from it after the commit.
    struct Written: Sendable {
        var kind: OrderWriter.Written.Kind
        var stored: StoredReceipt
        /// What the receipt was called before, where it is called otherwise now.
        var formerID: Receipt.ID?
        /// The order whose page shows something else now.
        var touchedOrder: LiveFeed.Change?
        /// What the write did to the list facts of customers.
        var people: [CustomerColumns.Move] { profiles.map { .put(CustomerColumns.Entry($0)) } }
        /// Customers that the write made on the way.
        var profiles: [Customer] = []
        /// What changed of it, where it was updated, and what it was.
        var changes: [OrderChange] = []
        var before: StoredReceipt?

        /// What open lists must know; nil when nothing changed.
        var move: ReceiptBoard.Move? {
            switch kind {
            case .created, .updated:
                ReceiptBoard.Move(
                    stored.receipt, from: formerID.map { (before?.receipt.customer ?? stored.receipt.customer, $0) }
                )
            case .deleted: ReceiptBoard.Move(deleted: stored.receipt)
            case .unchanged, .stale: nil
            }
        }
    }

    /// Creates or updates a receipt as `patch` describes it, by the rules of orders.
    func register(
        _ patch: ReceiptPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> Written {
        let reading = try links.fields.writerBook(tx).reading(projects, tx)
        guard let id = try receipts.find(patch.externalID, tx), let before = try receipts.get(id, reading.fields, tx)
        else {
            if let expected = terms.expectedVersion, expected != 0 { throw ReceiptError.outdated(current: 0) }
            return try create(patch, reading, terms, at: now, tx)
        }
        try check(terms, before.receipt)
        if let reported = patch.reportedAt, let stored = before.receipt.reportedAt, reported < stored {
            return Written(kind: .stale, stored: before)
        }
        return try update(before, patch, reading, terms, at: now, tx)
    }

    private func create(
        _ patch: ReceiptPatch, _ reading: ReadingContext, _ terms: OrderWriter.Terms, at now: Instant,
        _ tx: Connection
    ) throws -> Written {
        let faults = ReceiptRules.customFaults(patch, before: nil, reading)
        guard case .set(let name) = patch.customerExternalID else {
            let missing = Fault(
                "/data/attributes/client_external_id", "required", "A new receipt must name its customer."
            )
            throw Faults([missing] + faults)
        }
        guard faults.isEmpty else { throw Faults(faults) }
        var made: [Customer] = []
        let customer = try customer(name, terms, at: now, &made, tx)
        let outcome = ReceiptRules.create(
            patch, id: identifiers.next(customer.id.bucket, at: now), customer: customer.id, reading, now: now
        )
        try receipts.insert(outcome.receipt, tx)
        try links.record(outcome, isNew: true, terms, at: now, tx)
        try figures.apply(from: nil, to: ReceiptFigures.Share(of: outcome.receipt), of: customer.id, tx)
        let created = StoredReceipt(receipt: outcome.receipt, customerExternalID: customer.externalID)
        return Written(kind: .created, stored: created, profiles: made)
    }

    private func update(
        _ stored: StoredReceipt, _ patch: ReceiptPatch, _ reading: ReadingContext, _ terms: OrderWriter.Terms,
        at now: Instant, _ tx: Connection
    ) throws -> Written {
        let faults = ReceiptRules.customFaults(patch, before: stored.receipt, reading)
        guard faults.isEmpty else { throw Faults(faults) }
        let before = stored.receipt
        var (after, customerID, made) = (stored, before.customer, [Customer]())
        if case .set(let name) = patch.customerExternalID, name != stored.customerExternalID {
            let customer = try customer(name, terms, at: now, &made, tx)
            // Another name of the same customer, from before a merge, is no move.
            if customer.id != customerID {
                customerID = customer.id
                (after.customerExternalID, after.customerName) = (customer.externalID, nil)
            }
        }
        let stays = customerID.bucket == before.id.bucket
        let outcome = ReceiptRules.update(
            before, patch, id: stays ? before.id : identifiers.next(customerID.bucket, at: now), customer: customerID,
            customerNames: (stored.customerExternalID, after.customerExternalID), orderName: stored.orderExternalID,
            reading, now: now
        )
        guard !outcome.changes.isEmpty else {
            if let reportedAt = outcome.receipt.reportedAt, reportedAt != before.reportedAt {
                try receipts.noteReport(of: before.id, at: reportedAt, tx)
                after.receipt.reportedAt = reportedAt
            }
            return Written(kind: .unchanged, stored: after)
        }
        try receipts.update(from: before, to: outcome.receipt, tx)
        if outcome.receipt.id != before.id { try links.history.move(from: before.id, to: outcome.receipt.id, tx) }
        try links.record(outcome, isNew: false, terms, at: now, tx)
        try moveFigures(from: before, to: outcome.receipt, tx)
        var written = Written(kind: .updated, stored: after, formerID: before.id, profiles: made)
        written.stored.receipt = outcome.receipt
        (written.changes, written.before) = (outcome.changes, stored)
        if outcome.receipt.order == nil {
            written.stored.orderExternalID = nil
            written.touchedOrder = try tellFormerOrder(of: before, terms, at: now, tx)
        }
        return written
    }

    private func moveFigures(from before: Receipt, to after: Receipt, _ tx: Connection) throws {
        let shares = (ReceiptFigures.Share(of: before), ReceiptFigures.Share(of: after))
        if before.customer == after.customer {
            try figures.apply(from: shares.0, to: shares.1, of: after.customer, tx)
        } else {
            try figures.apply(from: shares.0, to: nil, of: before.customer, tx)
            try figures.apply(from: nil, to: shares.1, of: after.customer, tx)
        }
    }

    /// Links a receipt to an order, or takes it off (spec orders.md, "link to a receipt"); repeating it changes nothing.
    ///
    /// - Throws: `OrderError.unknownOrder`, `OrderError.outdated`, `ReceiptError`.
    func setLink(
        _ orderName: String, _ receiptName: String, isLinked: Bool, _ terms: OrderWriter.Terms, at now: Instant,
        _ tx: Connection
    ) throws -> Written {
        guard let orderID = try orders.find(orderName, tx), let order = try orders.row(orderID, .empty, tx)?.order
        else {
            throw OrderError.unknownOrder(orderName)
        }
        let before = try existing(receiptName, tx)
        try terms.check(version: order.version)
        if before.receipt.order == (isLinked ? orderID : nil) { return Written(kind: .unchanged, stored: before) }
        if let other = before.receipt.order, other != orderID {
            throw ReceiptError.linkedElsewhere(receipt: receiptName, order: before.orderExternalID ?? "")
        }
        guard before.receipt.customer == order.customer else {
            throw ReceiptError.otherCustomer(receipt: receiptName, order: orderName)
        }
        let after = try links.set(before, order, isLinked: isLinked, terms, at: now, tx)
        return Written(
            kind: .updated, stored: after, formerID: before.receipt.id,
            touchedOrder: LiveFeed.Change(externalID: orderName, version: order.version)
        )
    }

    /// Hides a receipt from everything; its rows are purged later.
    ///
    /// - Throws: `ReceiptError.unknownReceipt`, also when it was deleted already; `ReceiptError.outdated`.
    func delete(_ name: String, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection) throws -> Written {
        let stored = try existing(name, tx)
        try check(terms, stored.receipt)
        let outcome = ReceiptRules.delete(stored.receipt, orderName: stored.orderExternalID, now: now)
        try receipts.hide(outcome.receipt, at: now, tx)
        try links.record(outcome, isNew: false, terms, at: now, tx)
        try figures.apply(
            from: ReceiptFigures.Share(of: stored.receipt), to: nil, of: stored.receipt.customer, tx
        )
        return Written(
            kind: .deleted, stored: stored, touchedOrder: try tellFormerOrder(of: stored.receipt, terms, at: now, tx)
        )
    }

    // MARK: Parts

    /// Writes into the history of the order that a receipt has left that it is gone.
    private func tellFormerOrder(
        of receipt: Receipt, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> LiveFeed.Change? {
        guard let id = receipt.order, let order = try orders.row(id, .empty, tx)?.order else { return nil }
        try links.tell(order, of: receipt.externalID, isLinked: false, terms, at: now, tx)
        return LiveFeed.Change(externalID: order.externalID, version: order.version)
    }

    private func existing(_ name: String, _ tx: Connection) throws -> StoredReceipt {
        guard let id = try receipts.find(name, tx),
            let stored = try receipts.get(id, try links.fields.writerBook(tx), tx)
        else {
            throw ReceiptError.unknownReceipt(name)
        }
        return stored
    }

    private func check(_ terms: OrderWriter.Terms, _ receipt: Receipt) throws {
        guard let expected = terms.expectedVersion, expected != receipt.version, expected != ExpectedVersion.any
        else { return }
        throw ReceiptError.outdated(current: receipt.version)
    }

    /// The customer that a receipt names; a bare one is made where the project lets that be.
    private func customer(
        _ name: String, _ terms: OrderWriter.Terms, at now: Instant, _ made: inout [Customer],
        _ tx: Connection
    ) throws -> (id: Customer.ID, externalID: String) {
        if let known = try customers.store.resolve(name, tx) { return (known.id, known.externalID) }
        guard try projects.writerProject(tx)?.createsUnknownCustomers == true else {
            throw Faults(
                "/data/attributes/client_external_id", "unknown_customer",
                """
                There is no customer “\(name)”: send the customer first, or let unknown customers be created in Settings.
                """
            )
        }
        let customer = try customers.create(CustomerPatch(externalID: name), terms, at: now, tx)
        made.append(customer)
        return (customer.id, name)
    }
}
