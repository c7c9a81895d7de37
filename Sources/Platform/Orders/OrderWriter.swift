import Database
import Domain
import Storage

/// Writes orders within a transaction: looks the facts up, asks the rules, stores what they say.
///
/// Everything that belongs to a write is here: order, lines, history, events, the customer's figures.
struct OrderWriter: Sendable {
    let orders = OrderStore()
    let history = OrderHistoryStore()
    let events = EventStore()
    let figures = FiguresStore()
    var links: ReceiptLinks { ReceiptLinks(fields: fields) }
    let customers: CustomerWriter
    let containers: ContainerWriter
    let statuses: StatusStore
    let projects: ProjectStore
    let fields: FieldStore
    let identifiers: Identifiers

    /// What a write did, and what follows from it after the commit.
    struct Written: Sendable {
        enum Kind: Sendable { case created, updated, unchanged, stale, deleted }

        var kind: Kind
        var stored: StoredOrder
        /// What the order was called before, where it is called otherwise now.
        var formerID: Order.ID?
        /// What the write did to the list facts of customers.
        var people: [CustomerColumns.Move] = []
        /// Customers that the write made on the way.
        var profiles: [Customer] = []
        /// The statuses that the order was in, where the write told of any.
        var stays: [StatusStay]?
        /// The order as it was, where it was updated, and what changed of it.
        var before: StoredOrder?
        var changes: [OrderChange] = []
        /// Receipts that the write took off the order.
        var receiptMoves: [ReceiptBoard.Move] = []

        /// What open lists must know; nil when nothing changed.
        var move: OrderBoard.Move? {
            switch kind {
            case .created, .updated:
                OrderBoard.Move(
                    removed: formerID == stored.order.id ? nil : formerID, put: OrderColumns.Entry(stored.order)
                )
            case .deleted: OrderBoard.Move(removed: stored.order.id)
            case .unchanged, .stale: nil
            }
        }
    }

    /// Who writes, and on which terms.
    struct Terms: Sendable {
        var origin: Origin
        var startsCampaigns = true
        /// The version the caller has seen, where it says so; 0 for what must not be there.
        var expectedVersion: Int64?
        /// Describes the order's customer, who is made so where nobody knows them yet.
        var person: CustomerPatch?
        /// Whether the orders of a customer go to another one together with the receipts, which keep their links.
        var isMerge = false
    }

    /// What the rules are told, with the statuses that must be stored along with the order.
    private struct Ground {
        var facts: OrderRules.Facts
        var newStatuses: [OrderStatus]
    }

    /// Creates or updates an order as `patch` describes it (spec orders.md, rules 1 to 6).
    func register(_ patch: OrderPatch, _ terms: Terms, at now: Instant, _ tx: Connection) throws -> Written {
        let ground = try ground(patch.statuses, past: patch.past, at: now, tx)
        guard let id = try orders.find(patch.externalID, tx),
            let before = try orders.get(id, ground.facts.reading.fields, tx)
        else {
            if let expected = terms.expectedVersion, expected != 0 { throw OrderError.outdated(current: 0) }
            return try create(patch, terms, ground, tx)
        }
        try check(terms, before.order)
        if before.order.isLater(than: patch.reportedAt) { return Written(kind: .stale, stored: before) }
        return try update(before, patch, terms, ground, tx)
    }

    /// Asks ahead for what the registration of an order looks up; to be called within `Connection.ask`.
    func ask(_ patch: OrderPatch, _ tx: Connection) throws {
        _ = try orders.find(patch.externalID, tx)
        if case .set(let name) = patch.customerExternalID { _ = try customers.store.resolve(name, tx) }
    }

    private func create(
        _ patch: OrderPatch, _ terms: Terms, _ ground: Ground, _ tx: Connection
    ) throws -> Written {
        let facts = ground.facts
        guard case .set(let customerExternalID) = patch.customerExternalID else {
            let missing = Fault(
                "/data/attributes/client_external_id", "required", "A new order must name its customer."
            )
            throw Faults([missing] + Self.faults(patch, before: nil, facts))
        }
        if !facts.reading.fields.isEmpty, !OrderRules.customFaults(patch, before: nil, facts).isEmpty {
            throw Faults(Self.faults(patch, before: nil, facts))
        }
        var made: [Customer] = []
        let customer = try customer(customerExternalID, of: patch, terms, facts, &made, tx)
        let outcome = try OrderRules.create(
            patch, id: identifiers.next(customer.id.bucket, at: facts.now), customer: customer.id, facts
        )
        try insert(ground.newStatuses, at: facts.now, tx)
        try orders.insert(outcome.order, tx)
        let moves = try save(outcome, before: nil, terms, facts, tx)
        if customer.mayHaveContainers, terms.emptiesContainers {
            _ = try containers.empty(for: customer.id, now: facts.now, tx)
        }
        return Written(
            kind: .created, stored: StoredOrder(order: outcome.order, customerExternalID: customer.externalID),
            people: Self.people(made) + moves, profiles: made,
            // What happened to it until now is all that there is.
            stays: StatusStay.stays(in: outcome.changes, facts.book)
        )
    }

    private func update(
        _ before: StoredOrder, _ patch: OrderPatch, _ terms: Terms, _ ground: Ground, _ tx: Connection
    ) throws -> Written {
        let facts = ground.facts
        if !facts.reading.fields.isEmpty, !OrderRules.customFaults(patch, before: before.order, facts).isEmpty {
            throw Faults(Self.faults(patch, before: before.order, facts))
        }
        var made: [Customer] = []
        var customer = (id: before.order.customer, externalID: before.customerExternalID)
        if case .set(let name) = patch.customerExternalID, name != before.customerExternalID {
            let other = try self.customer(name, of: patch, terms, facts, &made, tx)
            customer = (other.id, other.externalID)
        }
        return try update(before, patch, of: customer, terms, ground, made, tx)
    }

    /// Gives an order to another customer; nothing else of it changes.
    func reassign(
        _ id: Order.ID, to customer: (id: Customer.ID, externalID: String), _ terms: Terms, at now: Instant,
        _ tx: Connection
    ) throws -> Written? {
        guard let before = try orders.get(id, try fields.writerBook(tx), tx) else { return nil }
        let ground = try ground([:], past: [], at: now, tx)
        return try update(before, OrderPatch(externalID: before.order.externalID), of: customer, terms, ground, [], tx)
    }

    /// Stores what `patch` makes of an order of `customer`, who may be another one than before.
    private func update(
        _ before: StoredOrder, _ patch: OrderPatch, of customer: (id: Customer.ID, externalID: String), _ terms: Terms,
        _ ground: Ground, _ made: [Customer], _ tx: Connection
    ) throws -> Written {
        let facts = ground.facts
        var stored = before
        if customer.id != before.order.customer {
            stored.customerExternalID = customer.externalID
            stored.customerName = nil
        }
        let stays = customer.id.bucket == before.order.id.bucket
        let outcome = try OrderRules.update(
            before.order, patch, id: stays ? before.order.id : identifiers.next(customer.id.bucket, at: facts.now),
            customer: customer.id,
            customerNames: (before.isOfErased ? nil : before.customerExternalID, stored.customerExternalID), facts
        )
        return try saveUpdate(outcome, stored, before: before, terms, ground, made, tx)
    }

    /// Moves an order's statuses (spec orders.md, "update status").
    func moveStatuses(
        _ externalID: String, _ patch: StatusPatch, _ terms: Terms, at now: Instant, _ tx: Connection
    ) throws -> Written {
        let before = try existing(externalID, tx)
        try check(terms, before.order)
        if before.order.isLater(than: patch.reportedAt) { return Written(kind: .stale, stored: before) }
        let ground = try ground(patch.statuses, past: [], at: now, tx)
        let outcome = try OrderRules.moveStatuses(before.order, patch, ground.facts)
        return try saveUpdate(outcome, before, before: before, terms, ground, [], tx)
    }

    /// Hides an order from everything; its rows are purged later (spec orders.md, rule 7).
    func delete(_ externalID: String, _ terms: Terms, at now: Instant, _ tx: Connection) throws -> Written {
        let before = try existing(externalID, tx)
        try check(terms, before.order)
        let facts = OrderRules.Facts(now: now, book: try statuses.writerBook(tx))
        let outcome = OrderRules.delete(before.order, facts)
        // Before the deletion, which is to be the last of the order's history.
        let moves = try links.unlinkAll(from: before.order.id, before.order, terms, at: now, tx)
        try orders.hide(outcome.order, at: now, tx)
        try history.append(
            outcome.changes, to: outcome.order.id, version: outcome.order.version, at: now, by: terms.origin, tx
        )
        try events.append(
            outcome.events, at: now, by: terms.origin, startsCampaigns: terms.startsCampaigns, tx
        )
        let share = CustomerFigures.Share(of: before.order, book: facts.book)
        let move = try figures.apply(from: share, to: nil, of: before.order.customer, facts.book, tx)
        return Written(kind: .deleted, stored: before, people: move.map { [$0] } ?? [], receiptMoves: moves)
    }

    // MARK: Parts

    private func saveUpdate(
        _ outcome: OrderRules.Outcome, _ stored: StoredOrder, before: StoredOrder, _ terms: Terms, _ ground: Ground,
        _ made: [Customer], _ tx: Connection
    ) throws -> Written {
        let people = Self.people(made)
        let (before, formerCustomer) = (before.order, before.customerExternalID)
        var stored = stored
        guard !outcome.changes.isEmpty else {
            if let reportedAt = outcome.order.reportedAt, reportedAt != before.reportedAt {
                try orders.noteReport(of: before.id, at: reportedAt, tx)
                stored.order.reportedAt = reportedAt
            }
            return Written(kind: .unchanged, stored: stored, people: people, profiles: made)
        }
        try insert(ground.newStatuses, at: ground.facts.now, tx)
        try orders.update(from: before, to: outcome.order, tx)
        if outcome.order.id != before.id { try history.move(from: before.id, to: outcome.order.id, tx) }
        let moves = try save(outcome, before: before, terms, ground.facts, tx)
        let former = StoredOrder(order: before, customerExternalID: formerCustomer)
        stored.order = outcome.order
        var written = Written(
            kind: .updated, stored: stored, formerID: before.id, people: people + moves, profiles: made,
            before: former, changes: outcome.changes
        )
        // Of an order that another customer has now nobody may know them: the former one may be erased.
        if before.customer != outcome.order.customer
            || outcome.changes.contains(where: { change in OrderStatusType.allCases.contains { $0.path == change.field }
            })
        {
            written.stays = try SegmentLoader(.empty, ground.facts.book, tx).stays(of: outcome.order.id)
        }
        if before.customer != outcome.order.customer, !terms.isMerge {
            written.receiptMoves = try links.unlinkAll(from: before.id, outcome.order, terms, at: ground.facts.now, tx)
        }
        return written
    }

    /// Stores what follows from an order that is written already: history, events, figures.
    private func save(
        _ outcome: OrderRules.Outcome, before: Order?, _ terms: Terms, _ facts: OrderRules.Facts, _ tx: Connection
    ) throws -> [CustomerColumns.Move] {
        let order = outcome.order
        try history.append(
            outcome.changes, to: order.id, version: order.version, isNew: before == nil, at: facts.now,
            by: terms.origin,
            tx
        )
        try events.append(
            outcome.events, at: facts.now, by: terms.origin, startsCampaigns: terms.startsCampaigns, tx
        )
        let shareBefore = before.flatMap { CustomerFigures.Share(of: $0, book: facts.book) }
        let shareAfter = CustomerFigures.Share(of: order, book: facts.book)
        if let before, before.customer != order.customer {
            let gone = try figures.apply(from: shareBefore, to: nil, of: before.customer, facts.book, tx)
            let come = try figures.apply(from: nil, to: shareAfter, of: order.customer, facts.book, tx)
            return [gone, come].compactMap { $0 }
        }
        let move = try figures.apply(from: shareBefore, to: shareAfter, of: order.customer, facts.book, tx)
        return move.map { [$0] } ?? []
    }

    private func existing(_ externalID: String, _ tx: Connection) throws -> StoredOrder {
        guard let id = try orders.find(externalID, tx),
            let stored = try orders.get(id, try fields.writerBook(tx), tx)
        else { throw OrderError.unknownOrder(externalID) }
        return stored
    }

    /// What the facts say is wrong with a description.
    private static func faults(_ patch: OrderPatch, before: Order?, _ facts: OrderRules.Facts) -> [Fault] {
        OrderRules.statusFaults(patch, facts.book) + OrderRules.customFaults(patch, before: before, facts)
    }

    private func check(_ terms: Terms, _ order: Order) throws {
        try terms.check(version: order.version)
    }

    /// The customer that an order names; a bare one is made where the project lets that be.
    ///
    /// What else is wrong with the order is found before, so that all is said at once and nothing is half done.
    private func customer(
        _ externalID: String, of patch: OrderPatch, _ terms: Terms, _ facts: OrderRules.Facts,
        _ made: inout [Customer], _ tx: Connection
    ) throws -> CustomerStore.Found {
        if let known = try customers.store.resolve(externalID, tx) { return known }
        var faults = OrderRules.statusFaults(patch, facts.book)
        if terms.person == nil, try projects.writerProject(tx)?.createsUnknownCustomers != true {
            let unknown = Fault(
                "/data/attributes/client_external_id", "unknown_customer",
                """
                There is no customer “\(externalID)”: send the customer first, or let orders make unknown customers in \
                Settings.
                """
            )
            faults.insert(unknown, at: 0)
        }
        guard faults.isEmpty else { throw Faults(faults) }
        let person = terms.person.flatMap { $0.externalID == externalID ? $0 : nil }
        let customer = try customers.create(
            person ?? CustomerPatch(externalID: externalID), terms, at: facts.now, tx
        )
        made.append(customer)
        return CustomerStore.Found(id: customer.id, externalID: externalID, mayHaveContainers: false)
    }

    /// What lists must know of customers that were made.
    private static func people(_ made: [Customer]) -> [CustomerColumns.Move] {
        made.map { .put(CustomerColumns.Entry($0)) }
    }

    /// The statuses that there are, and those the caller names where the project lets unknown ones be made.
    private func ground(
        _ patches: [OrderStatusType: Patch<String>], past: [PastStatus], at now: Instant, _ tx: Connection
    ) throws -> Ground {
        let book = try statuses.writerBook(tx)
        let reading = try fields.writerBook(tx).reading(projects, tx)
        var missing: [(type: OrderStatusType, code: String)] = []
        func note(_ type: OrderStatusType, _ code: String) {
            guard book.status(type, code: code) == nil, OrderStatus.isValid(code: code),
                !missing.contains(where: { $0 == (type, code) })
            else { return }
            missing.append((type, code))
        }
        for step in past { note(step.type, step.code) }
        for type in OrderStatusType.allCases {
            if case .set(let code) = patches[type] { note(type, code) }
        }
        guard !missing.isEmpty, try projects.writerProject(tx)?.createsUnknownStatuses == true else {
            return Ground(facts: OrderRules.Facts(now: now, book: book, reading: reading), newStatuses: [])
        }
        var position = book.statuses.map(\.position).max() ?? 0
        let new = missing.map { missing in
            position += 1
            return OrderStatus(
                id: identifiers.next(at: now), type: missing.type, code: missing.code, name: missing.code,
                position: position
            )
        }
        let larger = StatusBook(statuses: book.statuses + new, rule: book.rule)
        return Ground(facts: OrderRules.Facts(now: now, book: larger, reading: reading), newStatuses: new)
    }

    private func insert(_ new: [OrderStatus], at now: Instant, _ tx: Connection) throws {
        for status in new { try statuses.insert(status, at: now, tx) }
    }
}

extension OrderWriter.Terms {
    /// Whether a new order empties the customer's cart: not one of before, which is told of after the fact.
    fileprivate var emptiesContainers: Bool { startsCampaigns && origin.channel != .import }

    /// - Throws: `OrderError.outdated` when the caller has seen another version than the one that is stored.
    func check(version: Int64) throws(OrderError) {
        guard let expected = expectedVersion, expected != version, expected != ExpectedVersion.any else { return }
        throw .outdated(current: version)
    }
}
