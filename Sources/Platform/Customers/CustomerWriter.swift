import Database
import Domain
import Storage

/// Writes customers within a transaction.
struct CustomerWriter: Sendable {
    let store = CustomerStore()
    let events = EventStore()
    let identifiers: Identifiers

    /// Creates or updates a customer as `patch` describes it, and says which.
    func register(
        _ patch: CustomerPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> (customer: Customer, kind: OrderWriter.Written.Kind) {
        guard let id = try store.find(patch.externalID, tx), let before = try store.get(id, tx) else {
            return (try create(patch, terms, at: now, tx), .created)
        }
        var after = before
        guard after.apply(patch, now: now) else { return (before, .unchanged) }
        try store.update(from: before, to: after, tx)
        try raise(.customerUpdated, after, terms, at: now, tx)
        return (after, .updated)
    }

    func create(
        _ patch: CustomerPatch, _ terms: OrderWriter.Terms, at now: Instant, _ tx: Connection
    ) throws -> Customer {
        // The bucket follows from the first key, so that the same shop imported twice is laid out alike.
        let bucket = Bucket(hashOf: patch.externalID)
        var customer = Customer(
            id: identifiers.next(bucket, at: now), externalID: patch.externalID, createdAt: now
        )
        _ = customer.apply(patch, now: now)
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
