import Database
import Domain
import Storage

/// Writes customers within a transaction.
struct CustomerWriter: Sendable {
    let store = CustomerStore()
    let events = EventStore()
    let fields: FieldStore
    let projects: ProjectStore
    let identifiers: Identifiers

    /// Creates or updates a customer as `patch` describes it, and says which.
    func register(
        _ patch: CustomerPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> (customer: Customer, kind: OrderWriter.Written.Kind) {
        let book = try fields.writerBook(tx)
        let rules = try book.rules(.customer, projects, tx)
        guard let id = try store.find(patch.externalID, tx), let before = try store.get(id, book, tx) else {
            if let faults = rules?.faults(patch.custom), !faults.isEmpty { throw Faults(faults) }
            return (try create(patch, terms, at: now, tx), .created)
        }
        var after = before
        guard after.apply(patch, now: now, rules) else { return (before, .unchanged) }
        try store.update(from: before, to: after, tx)
        try raise(.customerUpdated, after, terms, at: now, tx)
        return (after, .updated)
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
        try raise(.customerCreated, customer, terms, at: now, tx)
        return customer
    }

    private func raise(
        _ kind: Event.Kind, _ customer: Customer, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws {
        let event = Event(kind, customer: customer.id, version: customer.version, happenedAt: now)
        try events.append([event], at: now, by: terms.origin, startsCampaigns: terms.startsCampaigns, tx)
    }
}
