import Database
import Domain
import Storage

extension CustomerService {
    /// What a merge did.
    package struct Merged: Sendable {
        package var profile: Profile
        package var ordersMoved: Int
        /// False where the two were one customer already.
        package var isNew: Bool
    }

    /// The most orders and receipts that one merge moves.
    ///
    /// Other writes wait no longer than these take. Who has more is no person.
    package static let mergeLimit = 5000

    /// Makes a customer part of another one (ARCHITECTURE.md, "Merging").
    ///
    /// One transaction, so it is done whole or not at all. Asked for again, it changes nothing.
    ///
    /// - Parameters:
    ///   - source: Who is no more afterwards; the identifier goes on leading to the target.
    ///   - target: Who the orders, the history and what was not known of them come to.
    ///   - expectedVersion: The version of the source that the caller has seen.
    /// - Throws: `OrderError.unknownCustomer` for the source, `Faults` for the target, `CustomerError`.
    package func merge(
        _ source: String, into target: String, by origin: Origin, actor: Actor? = nil, expectedVersion: Int64? = nil
    ) async throws -> Merged {
        guard source != target else { throw CustomerError.mergeIntoItself(source) }
        return try await orders.commit { [self] tx in
            let fields = try writer.fields.writerBook(tx)
            let from = try existing(source, fields, tx)
            guard let id = try writer.store.find(target, tx), let into = try writer.store.get(id, fields, tx) else {
                throw Faults("/data/attributes/into", "unknown_customer", "There is no customer “\(target)”.")
            }
            guard from.id != into.id else {
                // Merged before, this way or the other: they are one, which is all that is asked for.
                let merged = Merged(profile: try profile(of: into, tx), ordersMoved: 0, isNew: false)
                return OrderService.Outcome(result: merged)
            }
            guard from.externalID == source else {
                throw CustomerError.alreadyMerged(source, into: from.externalID)
            }
            try CustomerWriter.check(expectedVersion, from)
            let moving = try orders.writer.orders.identifiers(of: from.id, tx)
            let count = try moving.count + receipts.receipts.identifiers(of: from.id, tx).count
            guard count <= Self.mergeLimit else {
                throw CustomerError.tooManyOrders(source, count: count, limit: Self.mergeLimit)
            }
            let entry = AuditEntry(
                .customersMerged, into.auditObject, by: actor ?? Actor(origin),
                after: ["merged": from.auditObject.id, "orders moved": String(moving.count)]
            )
            try audit.append(tx, entry)
            return try merge(from, into, moving, fields, by: origin, tx)
        }
    }

    private func merge(
        _ from: Customer, _ into: Customer, _ moving: [Order.ID], _ fields: FieldBook, by origin: Origin,
        _ tx: Connection
    ) throws -> OrderService.Outcome<Merged> {
        let now = surroundings.now()
        var terms = OrderWriter.Terms(origin: origin, startsCampaigns: false)
        terms.isMerge = true
        let store = writer.store
        // Orders that are deleted are found by nobody any more: they go now rather than later.
        for id in try orders.writer.orders.deleted(of: from.id, tx) { try orders.writer.orders.remove(id, tx) }
        let written = try moving.compactMap { id in
            try orders.writer.reassign(id, to: (into.id, into.externalID), terms, at: now, tx)
        }
        let names = Dictionary(
            written.compactMap { order in order.formerID.map { ($0, order.stored.order.id) } },
            uniquingKeysWith: { first, _ in first }
        )
        let receiptMoves = try receipts.reassignAll(of: from, to: into, orders: names, terms, at: now, tx)

        var after = into
        let additions = CustomerMergeRules.additions(from: from, to: into, fields.custom(.customer))
        let rules = try fields.rules(.customer, writer.projects, tx)
        var changes = after.apply(additions, now: now, rules)
        if changes.isEmpty { (after.version, after.updatedAt) = (into.version + 1, now) }
        changes.insert(OrderChange(CustomerMergeRules.merged, to: from.externalID, happenedAt: now), at: 0)
        try store.deleteTerms(of: from.id, tx)
        try store.update(from: into, to: after, tx)
        try writer.history.move(from: from.id, to: into.id, tx)
        try writer.history.append(changes, to: after.id, version: after.version, at: now, by: origin, tx)

        // Before the rest of what they did: nobody has done anything by this.
        try containers.merge(ContainerOwner(from.id), into: ContainerOwner(into.id), at: nil, tx)
        try TrackedMover(identifiers: identifiers, containers: containers).merge(from.id, into: into.id, at: now, tx)
        let audiences = try SegmentMerge().merge(from.id, into: into.id, tx)

        // Whoever became part of the one that goes is part of the one that stays.
        let earlier = try store.merges(into: from.id, tx)
        try store.deleteMerges(into: from.id, tx)
        let record = CustomerMerge(
            mergedID: from.id, mergedExternalID: from.externalID, ordersMoved: Int64(written.count), happenedAt: now,
            origin: origin
        )
        for merge in earlier + [record] {
            try store.insert(merge, into: into.id, tx)
            try store.point(merge.mergedExternalID, to: into, tx)
        }
        try store.deleteRow(from.id, tx)
        try writer.raise(.customerMergedAway, from, terms, at: now, tx)
        try writer.raise(.customerMerged, after, terms, at: now, tx)
        return OrderService.Outcome(
            written: written, people: [.remove(from.id), .put(CustomerColumns.Entry(after))], profiles: [after],
            receipts: receiptMoves, segments: audiences,
            result: Merged(profile: try profile(of: after, tx), ordersMoved: written.count, isNew: true)
        )
    }

    /// Who became part of a customer.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func merges(into externalID: String) throws -> [CustomerMerge] {
        try engine.read { tx in try writer.store.merges(into: try existing(externalID, .empty, tx).id, tx) }
    }
}
