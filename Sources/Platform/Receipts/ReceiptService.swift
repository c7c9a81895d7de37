import Database
import Domain
import Storage

/// What can be done with receipts (spec orders.md, "Receipts").
package struct ReceiptService: Sendable {
    let engine: Engine
    let writer: ReceiptWriter
    let board: ReceiptBoard
    let people: CustomerBoard
    let segments: SegmentBoard
    let references: ReferenceBoard
    let surroundings: Surroundings
    /// Tells open pages of orders that their receipts changed.
    let live: LiveFeed
    /// Wakes those who follow the events.
    let events: EventSignal

    /// What became of a description of a receipt.
    package struct Registered: Sendable {
        package var kind: OrderService.Registered.Kind
        package var stored: StoredReceipt

        package init(kind: OrderService.Registered.Kind, stored: StoredReceipt) {
            (self.kind, self.stored) = (kind, stored)
        }
    }

    // MARK: Writing

    /// Creates or updates a receipt; it is on disk when this returns.
    ///
    /// - Parameters:
    ///   - startsCampaigns: False for history that is sent after the fact.
    ///   - expectedVersion: The version the caller has seen; another one now is `ReceiptError.outdated`.
    /// - Throws: `Faults` for what is wrong with the description, `ReceiptError.outdated`.
    package func register(
        _ patch: ReceiptPatch, by origin: Origin, startsCampaigns: Bool = true, expectedVersion: Int64? = nil
    ) async throws -> Registered {
        let terms = OrderWriter.Terms(
            origin: origin, startsCampaigns: startsCampaigns, expectedVersion: expectedVersion
        )
        return Registered(
            try await write { [writer, surroundings] tx in
                let written = try writer.register(patch, terms, at: surroundings.now(), tx)
                return ([written], written)
            }
        )
    }

    /// Registers many receipts in one transaction, each on its own: one that is refused does not stop the others.
    package func register(
        _ patches: [Result<ReceiptPatch, Faults>], by origin: Origin, startsCampaigns: Bool = true
    ) async throws -> [Result<Registered, Faults>] {
        let terms = OrderWriter.Terms(origin: origin, startsCampaigns: startsCampaigns)
        return try await write { [writer, surroundings] tx in
            let now = surroundings.now()
            var all: [ReceiptWriter.Written] = []
            let results: [Result<Registered, Faults>] = try patches.map { patch in
                do {
                    let written = try writer.register(try patch.get(), terms, at: now, tx)
                    all.append(written)
                    return .success(Registered(written))
                } catch let faults as Faults {
                    return .failure(faults)
                }
            }
            return (all, results)
        }
    }

    /// Links a receipt to an order, or takes it off; repeating it changes nothing.
    ///
    /// - Parameter expectedVersion: The version of the order that the caller has seen.
    /// - Throws: `OrderError.unknownOrder`, `OrderError.outdated`, `ReceiptError`.
    package func setLink(
        order: String, receipt: String, isLinked: Bool, by origin: Origin, expectedVersion: Int64? = nil
    ) async throws {
        let terms = OrderWriter.Terms(origin: origin, expectedVersion: expectedVersion)
        try await write { [writer, surroundings] tx in
            let written = try writer.setLink(
                order, receipt, isLinked: isLinked, terms, at: surroundings.now(), tx
            )
            return ([written], ())
        }
    }

    /// Deletes a receipt; it is purged after thirty days.
    ///
    /// - Throws: `ReceiptError.unknownReceipt`, also when it was deleted already; `ReceiptError.outdated`.
    package func delete(_ externalID: String, by origin: Origin, expectedVersion: Int64? = nil) async throws {
        let terms = OrderWriter.Terms(origin: origin, expectedVersion: expectedVersion)
        try await write { [writer, surroundings] tx in
            ([try writer.delete(externalID, terms, at: surroundings.now(), tx)], ())
        }
    }

    /// Runs `body` as one write, and tells lists and open pages of what it did, in commit order.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> (written: [ReceiptWriter.Written], result: Result)
    ) async throws -> Result {
        try await engine.write { tx in
            let outcome = try body(tx)
            if tx.tellsOthers {
                NodeNews(
                    customers: outcome.written.flatMap(\.people), receipts: outcome.written.compactMap(\.move)
                ).tell(tx)
            }
            return outcome
        } committed: { [board, people, live, events, segments] outcome in
            people.apply(outcome.written.flatMap(\.people))
            board.apply(outcome.written.compactMap(\.move))
            segments.apply(
                outcome.written.flatMap { written in
                    written.profiles.map(SegmentChange.customer) + (written.move?.segmentChange.map { [$0] } ?? [])
                }
            )
            live.publish(outcome.written.compactMap(\.touchedOrder))
            if outcome.written.contains(where: { $0.move != nil }) { events.raise() }
        }.result
    }

    // MARK: Reading

    /// One receipt with its lines.
    ///
    /// - Throws: `ReceiptError.unknownReceipt`.
    package func receipt(_ externalID: String) throws -> StoredReceipt {
        try engine.read { tx in
            guard let id = try writer.receipts.find(externalID, tx),
                let stored = try writer.receipts.get(id, references.current.fields, tx)
            else {
                throw ReceiptError.unknownReceipt(externalID)
            }
            return stored
        }
    }

    /// A customer's receipts with their lines, newest first: one page, what all of them add up to.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func receipts(
        ofCustomer externalID: String, offset: Int, limit: Int
    ) throws -> (page: [StoredReceipt], figures: ReceiptFigures) {
        try engine.read { tx in
            guard let customer = try writer.customers.store.find(externalID, tx) else {
                throw OrderError.unknownCustomer(externalID)
            }
            let identifiers = try writer.receipts.identifiers(of: customer, tx)
            let page = try identifiers.dropFirst(offset).prefix(limit).compactMap {
                try writer.receipts.get($0, references.current.fields, tx)
            }
            return (page, try writer.figures.get(customer, tx))
        }
    }

    /// What all receipts of a customer add up to.
    package func figures(of customer: Customer.ID) throws -> ReceiptFigures {
        try engine.read { tx in try writer.figures.get(customer, tx) }
    }

    /// The receipts that are linked to an order, newest first, with their lines.
    ///
    /// - Throws: `OrderError.unknownOrder`.
    package func receipts(ofOrder externalID: String) throws -> [StoredReceipt] {
        try engine.read { tx in
            guard let order = try writer.orders.find(externalID, tx) else { throw OrderError.unknownOrder(externalID) }
            return try writer.receipts.identifiers(linkedTo: order, tx).compactMap {
                try writer.receipts.get($0, references.current.fields, tx)
            }
        }
    }

    /// The newest receipts of an order's customer that are linked to no order.
    package func candidates(for order: Order, limit: Int) throws -> [StoredReceipt] {
        try engine.read { tx in
            try writer.receipts.unlinked(of: order.customer, limit: limit, tx).compactMap {
                try brief($0, references.current.fields, tx)
            }
        }
    }

    /// Up to `limit` changes of a receipt, the newest first, before the one numbered `before`.
    ///
    /// - Throws: `ReceiptError.unknownReceipt`.
    package func activity(
        of externalID: String, before: Int64 = .max, limit: Int
    ) throws -> [(seq: Int64, change: RecordedChange)] {
        try engine.read { tx in
            guard let id = try writer.receipts.find(externalID, tx) else {
                throw ReceiptError.unknownReceipt(externalID)
            }
            return try writer.links.history.page(of: id, before: before, limit: limit, tx)
        }
    }

    /// How many receipts there are.
    package var count: Int { board.snapshot.count }
}

extension ReceiptService.Registered {
    init(_ written: ReceiptWriter.Written) {
        self.init(kind: OrderService.Registered.Kind(written.kind), stored: written.stored)
    }
}
