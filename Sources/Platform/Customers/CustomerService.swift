import Database
import Domain
import Storage

/// What can be done with customers.
package struct CustomerService: Sendable {
    /// Customers and their orders are written together.
    let orders: OrderService
    let receipts: ReceiptWriter
    let identifiers: Identifiers
    let audit: AuditLog
    let figures = FiguresStore()
    let erasures = ErasureStore()

    var engine: Engine { orders.engine }
    var writer: CustomerWriter { orders.writer.customers }
    var containers: ContainerWriter { orders.writer.containers }
    var references: ReferenceBoard { orders.references }
    var surroundings: Surroundings { orders.surroundings }

    /// A customer with the figures of the included orders.
    package struct Profile: Sendable {
        package var customer: Customer
        package var figures: CustomerFigures
    }

    // MARK: Writing

    /// Creates or updates customers in one transaction, each on its own; on disk when this returns.
    ///
    /// - Parameter expectedVersion: The version the caller has seen, 0 for a customer who must not be there; another one
    ///   now is `CustomerError.outdated`.
    package func register(
        _ patches: [Result<CustomerPatch, Faults>], by origin: Origin, startsCampaigns: Bool = true,
        expectedVersion: Int64? = nil
    ) async throws -> [Result<(profile: Profile, isNew: Bool), Faults>] {
        try await orders.commit { [self] tx in
            let now = surroundings.now()
            let terms = OrderWriter.Terms(
                origin: origin, startsCampaigns: startsCampaigns, expectedVersion: expectedVersion
            )
            var (people, profiles): ([CustomerColumns.Move], [Customer]) = ([], [])
            let results: [Result<(profile: Profile, isNew: Bool), Faults>] = try patches.map { patch in
                do {
                    let written = try writer.register(try patch.get(), terms, at: now, tx)
                    if let move = written.move { people.append(move) }
                    if let profile = written.profile { profiles.append(profile) }
                    return .success((try profile(of: written.customer, tx), written.kind == .created))
                } catch let faults as Faults {
                    return .failure(faults)
                }
            }
            return OrderService.Outcome(people: people, profiles: profiles, result: results)
        }
    }

    /// Changes a customer who is known.
    ///
    /// - Throws: `OrderError.unknownCustomer`, `CustomerError.outdated`.
    package func update(
        _ patch: CustomerPatch, by origin: Origin, expectedVersion: Int64? = nil
    ) async throws -> Profile {
        try await orders.commit { [self] tx in
            guard try writer.store.find(patch.externalID, tx) != nil else {
                throw OrderError.unknownCustomer(patch.externalID)
            }
            let terms = OrderWriter.Terms(origin: origin, expectedVersion: expectedVersion)
            let written = try writer.register(patch, terms, at: surroundings.now(), tx)
            return OrderService.Outcome(
                people: written.move.map { [$0] } ?? [], profiles: written.profile.map { [$0] } ?? [],
                result: try profile(of: written.customer, tx)
            )
        }
    }

    // MARK: Reading

    /// - Throws: `OrderError.unknownCustomer`.
    package func customer(_ externalID: String) throws -> Profile {
        let fields = references.current.fields
        return try engine.read { tx in try profile(of: existing(externalID, fields, tx), tx) }
    }

    /// The time it is.
    package var now: Instant { surroundings.now() }

    /// How many customers there are.
    package var count: Int { orders.people.snapshot.count }

    /// Countries and cities that customers have named, for pickers.
    package func places(limit: Int) -> (countries: [String], cities: [String]) {
        let columns = orders.people.snapshot
        return (Array(columns.countryNames.prefix(limit)).sorted(), columns.cityNames(limit: limit).sorted())
    }

    /// One page of a list, with what all that is filtered adds up to.
    package struct List: Sendable {
        package var customers: [Profile]
        package var total: Int
        /// How many of them have an included order, how many of these there are, and what they are worth.
        package var buyers: Int
        package var orders: Int64
        package var value: MoneySum
        package var next: CustomerCursor?
    }

    /// Answers a query over all customers; the total is exact.
    package func list(_ query: CustomerQuery, place: CustomerPlace, limit: Int) throws -> List {
        let columns = orders.people.snapshot
        let fields = references.current.fields
        return try engine.read { tx in
            let candidates = try writer.store.candidates(query, tx)
            let answer = columns.answer(query, candidates: candidates, place: place, limit: limit)
            return List(
                customers: try answer.page.compactMap { id in
                    // Somebody may have been erased since the facts were taken.
                    guard let customer = try writer.store.get(id, fields, tx), !customer.externalID.isEmpty else {
                        return nil
                    }
                    return try profile(of: customer, tx)
                },
                total: answer.total, buyers: answer.buyers, orders: answer.orders, value: answer.value,
                next: answer.next
            )
        }
    }

    // MARK: Parts

    /// - Parameter fields: The custom fields whose values come along.
    func existing(_ externalID: String, _ fields: FieldBook, _ tx: Connection) throws -> Customer {
        guard let id = try writer.store.find(externalID, tx), let customer = try writer.store.get(id, fields, tx) else {
            throw OrderError.unknownCustomer(externalID)
        }
        return customer
    }

    func profile(of customer: Customer, _ tx: Connection) throws -> Profile {
        Profile(customer: customer, figures: try figures.get(customer.id, tx) ?? CustomerFigures())
    }
}
