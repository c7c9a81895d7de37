import Database
import Domain
import Storage

/// Moves what visitors and customers did to another customer, or removes it, within transactions.
///
/// The newest goes at once; the rest of somebody with very much follows in small transactions.
struct TrackedMover: Sendable {
    let identifiers: Identifiers
    let containers: ContainerWriter
    let events = TrackedEventStore()
    let visitors = VisitorStore()
    let inbox = TrackedInboxStore()

    /// Events that one transaction moves: other writes wait no longer than these take.
    static let portion = 1000

    /// Gives somebody's events and containers to another one.
    func move(from: TrackedOwner, to: TrackedOwner, at now: Instant, _ tx: Connection) throws {
        guard from != to else { return }
        try inbox.redirect(from, to: to, tx)
        try moveContainers(from: from, to: to, at: now, tx)
        if try moveSome(from: from, to: to, at: now, tx) { try inbox.note(from, goingTo: to, tx) }
    }

    /// Makes what one customer did another one's.
    func merge(_ from: Customer.ID, into: Customer.ID, at now: Instant, _ tx: Connection) throws {
        try visitors.give(from: from, to: into, tx)
        try move(from: TrackedOwner(from), to: TrackedOwner(into), at: now, tx)
    }

    /// Removes all that a customer did, and who their visitors were; what waits to be filed of them will not be.
    ///
    /// - Parameter names: What messages call the customer.
    /// - Returns: Whether something is left, which `step` removes.
    @discardableResult func erase(
        _ customer: Customer.ID, names: [String] = [], at now: Instant, _ tx: Connection
    ) throws -> Bool {
        let keys = try visitors.keys(of: customer, tx)
        if let last = try ErasedSenderStore().lastBody(tx) {
            var erased = ErasedSenders()
            for name in names { try erased.add(.customer(name), upTo: last, tx) }
            for key in try keys.flatMap({ try visitors.names(of: $0, tx) }) {
                try erased.add(.visitor(key), upTo: last, tx)
            }
        }
        for key in keys { try visitors.delete(key, tx) }
        return try forget(TrackedOwner(customer), at: now, tx)
    }

    /// Removes all that somebody did and has.
    ///
    /// - Returns: Whether something is left, which `step` removes.
    @discardableResult func forget(_ owner: TrackedOwner, at now: Instant, _ tx: Connection) throws -> Bool {
        try inbox.redirect(owner, to: nil, tx)
        try forgetContainers(of: owner, tx)
        try inbox.endMove(of: owner, tx)
        let isMore = try moveSome(from: owner, to: nil, at: now, tx)
        if isMore { try inbox.note(owner, goingTo: nil, tx) }
        return isMore
    }

    /// Goes on with what is left to be moved; returns whether there was anything.
    func step(at now: Instant, _ tx: Connection) throws -> Bool {
        guard let (from, to) = try inbox.nextMove(tx) else { return false }
        if try !moveSome(from: from, to: to, at: now, tx) { try inbox.endMove(of: from, tx) }
        return true
    }

    /// Moves the newest events of somebody; returns whether there are more.
    private func moveSome(from: TrackedOwner, to: TrackedOwner?, at now: Instant, _ tx: Connection) throws -> Bool {
        let page = try events.page(of: from, limit: Self.portion + 1, tx)
        let moving = Array(page.prefix(Self.portion))
        guard !moving.isEmpty else { return false }
        try events.remove(moving, of: from, tx)
        if let to {
            // The oldest first, so that identifiers go on rising.
            for var event in moving.reversed() {
                (event.id, event.owner) = (identifiers.next(to.bucket, at: now), to)
                try events.insert(event, tx)
            }
        }
        return page.count > Self.portion
    }
}

extension TrackedMover {
    /// Gives a visitor's containers to whom the visitor turned out to be, line by line the newer; what a customer had who
    /// becomes part of another one is there already.
    private func moveContainers(from: TrackedOwner, to: TrackedOwner, at now: Instant, _ tx: Connection) throws {
        let other = ContainerOwner(Visitor.ID(rawValue: from.rawValue))
        try containers.merge(other, into: try containers.store.owner(to.rawValue, tx), at: now, tx)
    }

    /// Removes somebody's containers.
    func forgetContainers(of owner: TrackedOwner, _ tx: Connection) throws {
        try containers.store.remove(ContainerOwner(Visitor.ID(rawValue: owner.rawValue)), tx)
    }
}
