import Database
import Domain
import Storage

extension CustomerService {
    /// All that is held of one person.
    package struct Dossier: Sendable {
        package var profile: Profile
        package var merges: [CustomerMerge]
        /// Of the profile, oldest first.
        package var changes: [RecordedChange]
        package var orders: [Order]
        package var receipts: [Receipt]
        package var containers: [Container]
        package var events: [RecordedEvent]
        /// What the person did on sites and in apps, the latest first.
        package var tracked: [TrackedEvent]

        /// A receipt with its history, oldest first.
        package struct Receipt: Sendable {
            package var stored: StoredReceipt
            /// Whether it was deleted, and waits for being purged.
            package var isDeleted: Bool
            package var changes: [RecordedChange]
        }

        /// An order with its history, oldest first.
        package struct Order: Sendable {
            package var stored: StoredOrder
            /// Whether it was deleted, and waits for being purged.
            package var isDeleted: Bool
            package var changes: [RecordedChange]
        }
    }

    /// Gathers all that is held of a person, on one unchanging view.
    ///
    /// - Parameter actor: Who asks; it is written into the audit log.
    /// - Throws: `OrderError.unknownCustomer`.
    package func dossier(_ externalID: String, for actor: Actor) async throws -> Dossier {
        let dossier = try await gather(externalID)
        try await audit.note(AuditEntry(.customerExported, dossier.profile.customer.auditObject, by: actor))
        return dossier
    }

    private func gather(_ externalID: String) async throws -> Dossier {
        let fields = references.current.fields
        return try await engine.readLong { [self] tx in
            let customer = try existing(externalID, fields, tx)
            let merges = try writer.store.merges(into: customer.id, tx)
            func order(_ id: Domain.Order.ID, isDeleted: Bool) throws -> Dossier.Order? {
                guard let stored = try orders.writer.orders.get(id, fields, tx) else { return nil }
                let changes = try orders.writer.history.page(of: id, limit: .max, tx).map(\.change)
                return Dossier.Order(stored: stored, isDeleted: isDeleted, changes: changes.reversed())
            }
            let receiptWriter = receipts
            func receipt(_ id: Domain.Receipt.ID, isDeleted: Bool) throws -> Dossier.Receipt? {
                guard let stored = try receiptWriter.receipts.get(id, fields, tx) else { return nil }
                let changes = try receiptWriter.links.history.page(of: id, limit: .max, tx).map(\.change)
                return Dossier.Receipt(stored: stored, isDeleted: isDeleted, changes: changes.reversed())
            }
            return Dossier(
                profile: try profile(of: customer, tx), merges: merges,
                changes: try writer.history.page(of: customer.id, limit: .max, tx).map(\.change).reversed(),
                orders: try orders.writer.orders.identifiers(of: customer.id, tx).compactMap {
                    try order($0, isDeleted: false)
                } + orders.writer.orders.deleted(of: customer.id, tx).compactMap { try order($0, isDeleted: true) },
                receipts: try receiptWriter.receipts.identifiers(of: customer.id, tx).compactMap {
                    try receipt($0, isDeleted: false)
                } + receiptWriter.receipts.deleted(of: customer.id, tx).compactMap { try receipt($0, isDeleted: true) },
                containers: try containers.store.all(of: ContainerOwner(customer.id), tx),
                events: try ([customer.id] + merges.map(\.mergedID)).flatMap { try writer.events.all(of: $0, tx) },
                tracked: try TrackedEventStore().page(of: TrackedOwner(customer.id), limit: .max, tx)
            )
        }
    }

    /// Up to `limit` rows of a person's timeline with what they did, the latest first, after `cursor`.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func timeline(
        of externalID: String, after cursor: TimelineCursor?, kinds: [TimelineRow.Thing.Kind] = [.order, .receipt],
        limit: Int
    ) throws -> [TimelineRow] {
        try engine.read { tx in
            let id = try existing(externalID, .empty, tx).id
            let changes = try writer.history.timeline(of: id, after: cursor, kinds: kinds, limit: limit, tx)
            let events = try TrackedEventStore().page(
                of: TrackedOwner(id), after: cursor.map(TrackedEventCursor.init), limit: limit, tx)
            let rows = changes + events.map { TimelineRow($0) }
            return Array(rows.sorted { $0.cursor > $1.cursor }.prefix(limit))
        }
    }
}
