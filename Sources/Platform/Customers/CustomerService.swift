import Database
import Domain
import Storage

/// What can be done with customers.
package struct CustomerService: Sendable {
    let engine: Engine
    let writer: CustomerWriter
    let figures: FiguresStore
    let references: ReferenceBoard
    let surroundings: Surroundings

    /// A customer with the figures of the included orders.
    package struct Profile: Sendable {
        package var customer: Customer
        package var figures: CustomerFigures
    }

    /// Creates or updates customers in one transaction, each on its own; on disk when this returns.
    package func register(
        _ patches: [Result<CustomerPatch, Faults>], by origin: Origin, startsCampaigns: Bool = true
    ) async throws -> [Result<(profile: Profile, isNew: Bool), Faults>] {
        try await engine.write { [self] tx in
            let now = surroundings.now()
            let terms = OrderWriter.Terms(origin: origin, startsCampaigns: startsCampaigns)
            return try patches.map { patch in
                do {
                    let (customer, kind) = try writer.register(try patch.get(), terms, at: now, tx)
                    return .success((try profile(of: customer, tx), kind == .created))
                } catch let faults as Faults {
                    return .failure(faults)
                }
            }
        }
    }

    /// Changes a customer who is known.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func update(_ patch: CustomerPatch, by origin: Origin) async throws -> Profile {
        try await engine.write { [self] tx in
            guard try writer.store.find(patch.externalID, tx) != nil else {
                throw OrderError.unknownCustomer(patch.externalID)
            }
            let terms = OrderWriter.Terms(origin: origin)
            let (customer, _) = try writer.register(patch, terms, at: surroundings.now(), tx)
            return try profile(of: customer, tx)
        }
    }

    /// - Throws: `OrderError.unknownCustomer`.
    package func customer(_ externalID: String) throws -> Profile {
        try engine.read { tx in
            guard let id = try writer.store.find(externalID, tx),
                let customer = try writer.store.get(id, references.current.fields, tx)
            else { throw OrderError.unknownCustomer(externalID) }
            return try profile(of: customer, tx)
        }
    }

    /// Customers, the newest first: one page, and how many there are.
    ///
    /// - Parameters:
    ///   - text: Beginnings of words of the name, of the email, phone or identifier; all must match.
    ///   - filters: Conditions on custom fields, all of which must hold.
    package func list(
        text: String?, filters: [CustomFilter] = [], before cursor: Customer.ID?, offset: Int, limit: Int
    ) throws -> (page: [Profile], total: Int, next: Customer.ID?) {
        let terms = text.map(SearchTerms.words) ?? []
        let fields = references.current.fields
        return try engine.read { tx in
            let found = try writer.store.page(
                before: cursor, offset: offset, limit: limit + 1, terms: terms, filters: filters, fields, tx
            )
            let page = try found.prefix(limit).map { try profile(of: $0, tx) }
            let next = found.count > limit ? page.last?.customer.id : nil
            return (page, try writer.store.count(terms: terms, filters: filters, tx), next)
        }
    }

    private func profile(of customer: Customer, _ tx: Connection) throws -> Profile {
        Profile(customer: customer, figures: try figures.get(customer.id, tx) ?? CustomerFigures())
    }
}
