import Database
import Domain
import Storage

/// Writes containers within somebody else's transaction: looks them up, asks the rules, stores what they say, raises the events.
struct ContainerWriter: Sendable {
    let store = ContainerStore()
    let types: ContainerTypeStore
    let customers = CustomerStore()
    let events: ContainerEvents

    /// A container after a write, and what the write did.
    struct Written: Sendable {
        var owner: ContainerOwner
        var type: ContainerType
        var container: Container
        /// Nothing where nothing changed.
        var happenings: [ContainerRules.Happening]

        /// What is to be told of it.
        var calls: [TrackedEventCall] { happenings.map { TrackedEventCall($0, in: type) } }
    }

    /// Makes a change of a container.
    ///
    /// - Parameters:
    ///   - code: The type's.
    ///   - moment: When it happened; nothing happens later than `now`.
    ///   - raises: Whether its events are kept here, and not by the caller.
    ///   - expectedVersion: The version that the caller has seen.
    ///   - base: Where the line's attributes stand in the request.
    /// - Throws: `ContainerError.unknownType`, `.outdated`, `Faults` for a container that would hold too much.
    func change(
        _ change: ContainerChange, _ code: String, of owner: ContainerOwner, at moment: Instant, now: Instant,
        raises: Bool = true, expectedVersion: Int64? = nil, base: String = "/data/attributes", _ tx: Connection
    ) throws -> Written {
        guard let type = try types.writerBook(tx)[code] else { throw ContainerError.unknownType(code) }
        let all = try store.all(of: owner, tx)
        let before = all.first { $0.type == type.id } ?? Self.unused(type)
        if let expectedVersion, expectedVersion != ExpectedVersion.any, expectedVersion != before.version {
            throw ContainerError.outdated(current: before.version)
        }
        let outcome = try ContainerRules.apply(change, to: before, at: min(moment, now), base: base)
        try save(outcome, before: before, of: owner, type, at: min(moment, now), now: now, raises: raises, tx)
        if let customer = owner.customer, !outcome.container.lines.isEmpty, all.allSatisfy(\.lines.isEmpty) {
            try customers.noteContainers(of: customer, true, tx)
        }
        return Written(owner: owner, type: type, container: outcome.container, happenings: outcome.happenings)
    }

    /// A container that nobody has put anything into.
    static func unused(_ type: ContainerType) -> Container {
        Container(type: type.id, changedAt: Instant(milliseconds: 0))
    }

    private func save(
        _ outcome: ContainerRules.Outcome, before: Container, of owner: ContainerOwner, _ type: ContainerType,
        at moment: Instant, now: Instant, raises: Bool = true, _ tx: Connection
    ) throws {
        guard !outcome.happenings.isEmpty else { return }
        let after = outcome.container
        try store.save(from: before, to: after, of: owner, due: ContainerRules.due(after, type), tx)
        guard raises else { return }
        let calls = outcome.happenings.map { TrackedEventCall($0, in: type) }
        try events.append(calls, of: owner, at: moment, now: now, tx)
    }

    // MARK: Orders

    /// Empties what a new order of a customer empties; asked only of those who may have something.
    func empty(for customer: Customer.ID, now: Instant, _ tx: Connection) throws -> [Written] {
        let owner = ContainerOwner(customer)
        let book = try types.writerBook(tx)
        let filled = try store.all(of: owner, tx).filter { !$0.lines.isEmpty }
        var emptied: [Written] = []
        for container in filled {
            guard let type = book[id: container.type], type.isEmptiedByOrder else { continue }
            emptied.append(try clear(container, of: owner, type, at: now, now: now, .order, tx))
        }
        if emptied.count == filled.count { try customers.noteContainers(of: customer, false, tx) }
        return emptied
    }

    private func clear(
        _ container: Container, of owner: ContainerOwner, _ type: ContainerType, at moment: Instant, now: Instant,
        _ cause: ContainerRules.Cause, _ tx: Connection
    ) throws -> Written {
        let outcome = try ContainerRules.apply(.clear, to: container, at: moment, cause: cause)
        try save(outcome, before: container, of: owner, type, at: moment, now: now, tx)
        return Written(owner: owner, type: type, container: outcome.container, happenings: outcome.happenings)
    }

    // MARK: Who somebody is

    /// Puts all that one has into the containers of another one, who has it from now on; of a product in both the newer
    /// line stays.
    ///
    /// - Parameter moment: When a visitor turned out to be the customer, which begins another period without a change; nil
    ///   where two customers are made one.
    /// - Returns: The containers that changed.
    @discardableResult
    func merge(
        _ other: ContainerOwner, into owner: ContainerOwner, at moment: Instant?, _ tx: Connection
    ) throws -> [Written] {
        let theirs = try store.all(of: other, tx)
        guard !theirs.isEmpty else { return [] }
        let book = try types.writerBook(tx)
        let own = try store.all(of: owner, tx)
        var merged: [Written] = []
        for container in theirs {
            guard let type = book[id: container.type] else { continue }
            let before = own.first { $0.type == type.id } ?? Self.unused(type)
            let after = ContainerRules.merge(container, into: before, at: moment)
            guard after != before else { continue }
            try store.save(from: before, to: after, of: owner, due: ContainerRules.due(after, type), tx)
            merged.append(Written(owner: owner, type: type, container: after, happenings: []))
        }
        try store.remove(other, tx)
        if let customer = owner.customer, !merged.isEmpty { try customers.noteContainers(of: customer, true, tx) }
        return merged
    }

    // MARK: Time

    /// Does to a container what is due by now.
    ///
    /// - Returns: What it became, and the spine's events; nil where nothing is due any more.
    func pass(
        _ due: ContainerStore.Due, now: Instant, _ tx: Connection
    ) throws -> (written: Written, events: [Event])? {
        let owner = try store.owner(due.owner, tx)
        guard let type = try types.writerBook(tx)[id: due.type],
            let before = try store.all(of: owner, tx).first(where: { $0.type == due.type })
        else {
            try store.forgetDue(due, tx)
            return nil
        }
        var (container, raised) = (before, [Event]())
        let passings = ContainerRules.passings(of: before, type, from: due.at, until: now)
        guard !passings.isEmpty else {
            // It changed meanwhile, and is due at another time.
            try store.save(from: before, to: before, of: owner, due: ContainerRules.due(before, type), tx)
            return nil
        }
        for passing in passings {
            switch passing {
            case .abandoned(let at):
                container.abandonedAt = at
                try store.save(from: container, to: container, of: owner, due: ContainerRules.due(container, type), tx)
                // Of a visitor whom nobody knows nobody can be told.
                guard let customer = owner.customer else { continue }
                raised.append(
                    Event(
                        .containerAbandoned, customer: customer, container: type.id, version: container.version,
                        happenedAt: at
                    )
                )
            case .expired(let at):
                container = try clear(container, of: owner, type, at: at, now: now, .lifetime, tx).container
            }
        }
        return (Written(owner: owner, type: type, container: container, happenings: []), raised)
    }
}

/// Keeps what happened to containers as events of the customer's or the visitor's.
struct ContainerEvents: Sendable {
    let identifiers: Identifiers

    private let store = TrackedEventStore()

    init(identifiers: Identifiers) { self.identifiers = identifiers }

    func append(
        _ calls: [TrackedEventCall], of owner: ContainerOwner, at moment: Instant, now: Instant, _ tx: Connection
    ) throws {
        for call in calls {
            try store.insert(
                TrackedEvent(
                    id: identifiers.next(owner.bucket, at: now), owner: owner.tracked, call, source: nil,
                    happenedAt: moment, arrivedAt: now
                ), tx)
        }
    }
}
