import Database
import Domain
import Storage

/// Writes customers within a transaction.
struct CustomerWriter: Sendable {
    let store = CustomerStore()
    let history = CustomerHistoryStore()
    let events = EventStore()
    let fields: FieldStore
    let projects: ProjectStore
    let identifiers: Identifiers

    /// A customer after a write, and what the write was.
    struct Written: Sendable {
        var customer: Customer
        var kind: OrderWriter.Written.Kind
        /// What changed, where the customer was updated, and what they were.
        var changes: [OrderChange] = []
        var before: Customer?

        /// The customer, where anything changed.
        var profile: Customer? { kind == .unchanged ? nil : customer }

        /// What lists must know; nil when nothing changed.
        var move: CustomerColumns.Move? {
            kind == .unchanged ? nil : .put(CustomerColumns.Entry(customer))
        }
    }

    /// Creates or updates a customer as `patch` describes it, and says which.
    ///
    /// - Throws: `CustomerError.outdated` when the caller has seen another version.
    func register(
        _ patch: CustomerPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> Written {
        let book = try fields.writerBook(tx)
        let rules = try book.rules(.customer, projects, tx)
        guard let id = try store.find(patch.externalID, tx), let before = try store.get(id, book, tx) else {
            if let expected = terms.expectedVersion, expected != 0 { throw CustomerError.outdated(current: 0) }
            if let faults = rules?.faults(patch.custom), !faults.isEmpty { throw Faults(faults) }
            return Written(customer: try create(patch, terms, at: now, tx), kind: .created)
        }
        try Self.check(terms.expectedVersion, before)
        var after = before
        let changes = after.apply(patch, now: now, rules)
        guard !changes.isEmpty else { return Written(customer: before, kind: .unchanged) }
        try store.update(from: before, to: after, tx)
        try history.append(changes, to: after.id, version: after.version, at: now, by: terms.origin, tx)
        try raise(.customerUpdated, after, terms, at: now, tx)
        return Written(customer: after, kind: .updated, changes: changes, before: before)
    }

    static func check(_ expected: Int64?, _ customer: Customer) throws {
        guard let expected, expected != customer.version, expected != ExpectedVersion.any else { return }
        throw CustomerError.outdated(current: customer.version)
    }

    /// Creates a customer.
    ///
    /// Required custom fields are not asked for here: an order may make a customer of whom nothing is known.
    func create(
        _ patch: CustomerPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> Customer {
        // The bucket follows from the first key, so that the same shop imported twice is laid out alike.
        let bucket = Bucket(hashOf: patch.externalID)
        var customer = Customer(
            id: identifiers.next(bucket, at: now), externalID: patch.externalID, createdAt: now
        )
        let rules = try fields.writerBook(tx).rules(.customer, projects, tx)
        _ = customer.apply(patch, now: now, isNew: true, rules)
        customer.version = 1
        try store.insert(customer, tx)
        let created = OrderChange(OrderChange.created, happenedAt: now)
        try history.append(
            [created], to: customer.id, version: customer.version, isNew: true, at: now, by: terms.origin, tx)
        try raise(.customerCreated, customer, terms, at: now, tx)
        return customer
    }

    /// Removes a customer who has no orders and no receipts, as if they had never been.
    func remove(_ customer: Customer, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection) throws {
        try store.deleteKey(customer.externalID, tx)
        try store.deleteTerms(of: customer.id, tx)
        try history.delete(customer.id, tx)
        try ContainerStore().remove(ContainerOwner(customer.id), tx)
        try store.deleteRow(customer.id, tx)
        try raise(.customerErased, customer, terms, at: now, tx)
    }

    func raise(
        _ kind: Event.Kind, _ customer: Customer, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws {
        let event = Event(kind, customer: customer.id, version: customer.version, happenedAt: now)
        try events.append([event], at: now, by: terms.origin, startsCampaigns: terms.startsCampaigns, tx)
    }
}
