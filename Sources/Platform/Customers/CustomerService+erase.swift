import Database
import Domain
import Storage

extension CustomerService {
    /// Orders of one step of an erasure: other writes wait no longer than these take.
    static let erasureStep = 200

    /// Erases all that is personal of a customer; the sums of the orders stay (ARCHITECTURE.md, "Erasing").
    ///
    /// The profile goes at once, the orders in steps. A process that is killed between two goes on with the rest once it
    /// runs again (`ErasureWorker`).
    ///
    /// - Parameter actor: Who is written into the audit log, which names nobody who was erased.
    /// - Throws: `OrderError.unknownCustomer`, also when they were erased already; `CustomerError.outdated`.
    package func erase(
        _ externalID: String, by origin: Origin, actor: Actor? = nil, expectedVersion: Int64? = nil
    ) async throws {
        let (customer, merges) = try engine.read { tx in
            let customer = try existing(externalID, .empty, tx)
            return (customer, try writer.store.merges(into: customer.id, tx))
        }
        try CustomerWriter.check(expectedVersion, customer)
        let words = TraceStore.Words(customer, externalIDs: [customer.externalID] + merges.map(\.mergedExternalID))
        let persons = [customer.id] + merges.map(\.mergedID)
        // Before, since after a kill nobody would know what to look for; and after, for what came between.
        try orders.segments.discardSnapshot()
        try await removeTraces(words, of: persons)
        var erasure = try await orders.commit { [self] tx in
            let customer = try existing(externalID, try writer.fields.writerBook(tx), tx)
            try CustomerWriter.check(expectedVersion, customer)
            let entry = AuditEntry(.customerErased, customer.auditObject, by: actor ?? Actor(origin))
            try audit.append(tx, entry)
            return OrderService.Outcome(
                people: [.remove(customer.id)], result: try begin(customer, by: origin, tx)
            )
        }
        while let next = try await step(erasure) { erasure = next }
        try orders.segments.discardSnapshot()
        try await removeTraces(words, of: persons)
        try engine.emptyLog()
    }

    /// Removes the copies that are kept beside the facts: rows that an import refused, answers to repeated writes,
    /// messages of webhooks.
    private func removeTraces(_ words: TraceStore.Words, of persons: [Customer.ID]) async throws {
        let found = try await engine.readLong { tx in try TraceStore().find(words, customers: persons, tx) }
        guard !found.isEmpty else { return }
        try await engine.write { [surroundings] tx in try TraceStore().remove(found, at: surroundings.now(), tx) }
    }

    /// Ends the erasures that were begun, and returns how many there were.
    func finishErasures() async throws -> Int {
        let unfinished = try engine.read { tx in try erasures.unfinished(tx) }
        for erasure in unfinished {
            var erasure = erasure
            while let next = try await step(erasure) { erasure = next }
        }
        if !unfinished.isEmpty {
            try orders.segments.discardSnapshot()
            try engine.emptyLog()
        }
        return unfinished.count
    }

    /// Takes the profile and all names that lead to it.
    private func begin(
        _ customer: Customer, by origin: Origin, _ tx: Connection
    ) throws -> ErasureStore.Erasure {
        let now = surroundings.now()
        let store = writer.store
        let names = try store.merges(into: customer.id, tx).map(\.mergedExternalID) + [customer.externalID]
        for name in names {
            try store.deleteKey(name, tx)
            try ImportTraceStore().forgetEverything(of: name, ImportKind.customers.rawValue, tx)
        }
        try store.deleteMerges(into: customer.id, tx)
        try store.deleteTerms(of: customer.id, tx)
        try SegmentMemberStore().remove(customer.id, tx)
        try TrackedMover(identifiers: identifiers, containers: containers).erase(
            customer.id, names: names, at: now, tx)
        try writer.history.delete(customer.id, tx)
        try store.blank(customer.id, at: now, tx)
        try WebhookDeliveryStore().erase(customer.id, at: now, tx)
        var erased = customer
        erased.version += 1
        try writer.raise(
            .customerErased, erased, OrderWriter.Terms(origin: origin, startsCampaigns: false), at: now, tx
        )
        let erasure = ErasureStore.Erasure(
            id: identifiers.next(customer.id.bucket, at: now), customer: customer.id, startedAt: now, origin: origin
        )
        try erasures.insert(erasure, tx)
        return erasure
    }

    /// Makes the next orders anonymous; returns nil once none is left.
    private func step(_ erasure: ErasureStore.Erasure) async throws -> ErasureStore.Erasure? {
        try await orders.commit { [self] tx in
            let now = surroundings.now()
            let terms = OrderWriter.Terms(origin: erasure.origin, startsCampaigns: false)
            var (erasure, written) = (erasure, [OrderWriter.Written]())
            let next = try erasures.next(erasure, limit: Self.erasureStep, tx)
            for (id, isDeleted) in next {
                erasure.after = id
                erasure.ordersDone += 1
                if isDeleted {
                    try orders.writer.orders.remove(id, tx)
                } else if let anonymous = try orders.writer.anonymise(id, terms, at: now, tx) {
                    written.append(anonymous)
                }
            }
            let isLast = next.count < Self.erasureStep
            let moves = isLast ? try receipts.anonymiseAll(of: erasure.customer, terms, at: now, tx) : []
            // Messages that were queued since the erasure began may still tell of orders as they were.
            if isLast { try WebhookDeliveryStore().erase(erasure.customer, at: now, tx) }
            // What came since, and what was more than one transaction takes away.
            let hasEvents = try TrackedMover(identifiers: identifiers, containers: containers).erase(
                erasure.customer, at: now, tx)
            let isDone = isLast && !hasEvents
            try erasures.update(erasure, finishedAt: isDone ? now : nil, tx)
            if isDone, try !erasures.hasOrders(erasure.customer, tx) {
                try writer.store.deleteRow(erasure.customer, tx)
            }
            return OrderService.Outcome(written: written, receipts: moves, result: isDone ? nil : erasure)
        }
    }
}
