import Database
import Domain
import Storage

/// What can be done with orders.
package struct OrderService: Sendable {
    let engine: Engine
    let writer: OrderWriter
    let board: OrderBoard
    let people: CustomerBoard
    let receiptBoard: ReceiptBoard
    let segments: SegmentBoard
    let references: ReferenceBoard
    let surroundings: Surroundings
    /// Tells open pages of each commit.
    package let live: LiveFeed
    /// Tells open pages of customers of what became of these, by their internal identifiers.
    package let liveProfiles: LiveFeed
    /// Wakes those who follow the events.
    let events: EventSignal

    /// What became of a description of an order.
    package struct Registered: Sendable {
        package enum Kind: Sendable { case created, updated, unchanged, stale }

        package var kind: Kind
        package var stored: StoredOrder

        package init(kind: Kind, stored: StoredOrder) { (self.kind, self.stored) = (kind, stored) }
    }

    // MARK: Writing

    /// Creates or updates an order; it is on disk when this returns (spec orders.md, rules 1 to 8).
    ///
    /// - Parameters:
    ///   - startsCampaigns: False for history that is sent after the fact.
    ///   - expectedVersion: The version the caller has seen; another one now is `OrderError.outdated`.
    /// - Throws: `Faults` for what is wrong with the description, `OrderError.outdated`.
    package func register(
        _ patch: OrderPatch, by origin: Origin, startsCampaigns: Bool = true, expectedVersion: Int64? = nil
    ) async throws -> Registered {
        let terms = OrderWriter.Terms(
            origin: origin, startsCampaigns: startsCampaigns, expectedVersion: expectedVersion
        )
        return try await write(asks: { [writer] tx in try writer.ask(patch, tx) }) { [writer, surroundings] tx in
            let written = try writer.register(patch, terms, at: surroundings.now(), tx)
            return ([written], Registered(written))
        }
    }

    /// Registers many orders in one transaction, each on its own: one that is refused does not stop the others.
    package func register(
        _ patches: [Result<OrderPatch, Faults>], by origin: Origin, startsCampaigns: Bool = true
    ) async throws -> [Result<Registered, Faults>] {
        let terms = OrderWriter.Terms(origin: origin, startsCampaigns: startsCampaigns)
        return try await write { [writer, surroundings] tx in
            let now = surroundings.now()
            try tx.ask { for case .success(let patch) in patches { try writer.ask(patch, tx) } }
            var all: [OrderWriter.Written] = []
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

    /// Moves an order's statuses (spec orders.md, "update status").
    ///
    /// - Throws: `OrderError.unknownOrder`, `OrderError.outdated`, `Faults` for a code that is not known.
    package func moveStatuses(
        _ externalID: String, _ patch: StatusPatch, by origin: Origin, expectedVersion: Int64? = nil
    ) async throws -> Registered {
        let terms = OrderWriter.Terms(origin: origin, expectedVersion: expectedVersion)
        return try await write { [writer, surroundings] tx in
            let written = try writer.moveStatuses(externalID, patch, terms, at: surroundings.now(), tx)
            return ([written], Registered(written))
        }
    }

    /// Deletes an order (spec orders.md, rule 7).
    ///
    /// - Throws: `OrderError.unknownOrder`, also when it was deleted already; `OrderError.outdated`.
    package func delete(_ externalID: String, by origin: Origin, expectedVersion: Int64? = nil) async throws {
        let terms = OrderWriter.Terms(origin: origin, expectedVersion: expectedVersion)
        try await write { [writer, surroundings] tx in
            ([try writer.delete(externalID, terms, at: surroundings.now(), tx)], ())
        }
    }

    /// Runs `body` as one write, and tells lists and open pages of what it did, in commit order.
    func write<Result: Sendable>(
        asks: (@Sendable (Connection) throws -> Void)? = nil,
        _ body: @escaping @Sendable (Connection) throws -> (written: [OrderWriter.Written], result: Result)
    ) async throws -> Result {
        try await commit(asks: asks) { tx in
            let (written, result) = try body(tx)
            return Outcome(written: written, result: result)
        }
    }

    /// What a write did to orders, to customers and receipts beside them, and what it answers.
    struct Outcome<Result: Sendable>: Sendable {
        var written: [OrderWriter.Written] = []
        var people: [CustomerColumns.Move] = []
        /// Customers that were written, as they are now.
        var profiles: [Customer] = []
        var receipts: [ReceiptBoard.Move] = []
        /// What else segments must know.
        var segments: [SegmentChange] = []
        /// Orders whose pages show something else now, though they themselves did not change.
        var touched: [LiveFeed.Change] = []
        /// Customers of whom something else changed that their pages show.
        var touchedCustomers: Set<Customer.ID> = []
        /// Sources and names of events, where the write made any.
        var tracking: TrackingBook?
        var result: Result

        /// What segments must know: customers before what is theirs, and those who are gone at last.
        var segmentChanges: [SegmentChange] {
            let gone = people.compactMap { move -> SegmentChange? in
                if case .remove(let id) = move { .customerGone(id) } else { nil }
            }
            return profiles.map(SegmentChange.customer) + written.flatMap(\.segmentChanges)
                + receipts.compactMap(\.segmentChange) + segments + gone
        }
    }

    /// The same for a write that changes customers or receipts as well; what it did to them comes after what it did to
    /// orders.
    func commit<Result: Sendable>(
        asks: (@Sendable (Connection) throws -> Void)? = nil,
        _ body: @escaping @Sendable (Connection) throws -> Outcome<Result>
    ) async throws -> Result {
        try await engine.write(asks: asks) { [writer, segments] tx in
            var (outcome, notes) = try tx.noting { try body(tx) }
            outcome.segments += segments.changes(notes, tx)
            if tx.tellsOthers {
                NodeNews(
                    orders: outcome.written.compactMap(\.move),
                    customers: outcome.written.flatMap(\.people) + outcome.people,
                    receipts: outcome.written.flatMap(\.receiptMoves) + outcome.receipts, segments: outcome.segments
                ).tell(tx)
            }
            return (outcome: outcome, book: try writer.statuses.writerBook(tx))
        } committed: { [board, people, receiptBoard, live, liveProfiles, events, references, segments] commit in
            let outcome = commit.outcome
            references.publish(book: commit.book)
            if let tracking = outcome.tracking { references.publish(tracking: tracking) }
            board.apply(outcome.written.compactMap(\.move))
            people.apply(outcome.written.lazy.flatMap(\.people))
            people.apply(outcome.people)
            receiptBoard.apply(outcome.written.flatMap(\.receiptMoves) + outcome.receipts)
            segments.apply(outcome.segmentChanges)
            live.publish(
                outcome.written.filter { $0.move != nil }.map {
                    LiveFeed.Change(externalID: $0.stored.order.externalID, version: $0.stored.order.version)
                } + outcome.touched
            )
            liveProfiles.publish(
                customers: outcome.written.map(\.stored.order.customer) + outcome.profiles.map(\.id)
                    + outcome.touchedCustomers)
            if !outcome.receipts.isEmpty || outcome.written.contains(where: { $0.move != nil }) { events.raise() }
        }.outcome.result
    }

    // MARK: Reading

    /// One order with its lines.
    ///
    /// - Throws: `OrderError.unknownOrder`.
    package func order(_ externalID: String) throws -> StoredOrder {
        try engine.read { tx in
            guard let id = try writer.orders.find(externalID, tx),
                let stored = try writer.orders.get(id, references.current.fields, tx)
            else { throw OrderError.unknownOrder(externalID) }
            return stored
        }
    }

    /// A customer's orders with their lines, newest first: one page, and how many there are.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func orders(
        ofCustomer externalID: String, offset: Int, limit: Int
    ) throws -> (page: [StoredOrder], total: Int) {
        let fields = references.current.fields
        return try engine.read { tx in
            guard let customer = try writer.customers.store.find(externalID, tx) else {
                throw OrderError.unknownCustomer(externalID)
            }
            let identifiers = try writer.orders.identifiers(of: customer, tx)
            let page = try identifiers.dropFirst(offset).prefix(limit).compactMap {
                try writer.orders.get($0, fields, tx)
            }
            return (page, identifiers.count)
        }
    }

    /// Up to `limit` changes of an order, the newest first, before the one numbered `before`.
    ///
    /// - Throws: `OrderError.unknownOrder`.
    package func activity(
        of externalID: String, before: Int64 = .max, limit: Int
    ) throws -> [(seq: Int64, change: RecordedChange)] {
        try engine.read { tx in
            guard let id = try writer.orders.find(externalID, tx) else { throw OrderError.unknownOrder(externalID) }
            return try writer.history.page(of: id, before: before, limit: limit, tx)
        }
    }
}

extension OrderService.Registered {
    init(_ written: OrderWriter.Written) {
        self.init(kind: Kind(written.kind), stored: written.stored)
    }
}

extension OrderService.Registered.Kind {
    init(_ kind: OrderWriter.Written.Kind) {
        switch kind {
        case .created: self = .created
        case .updated, .deleted: self = .updated
        case .unchanged: self = .unchanged
        case .stale: self = .stale
        }
    }
}
