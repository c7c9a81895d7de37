import Database
import Domain
import Storage

/// Whom a message is about.
struct TrackedPerson: Sendable {
    /// Whose event it is.
    var owner: TrackedOwner
    var customer: Customer.ID?
    var visitor: Visitor?
    /// Whether the message made the customer.
    var isNewCustomer = false
    /// Whether the visitor was not this customer before.
    var hasJoined = false
}

extension TrackedWriter {
    /// Looks up whom a message is about, and joins the visitor to the customer where it names both.
    ///
    /// - Parameter patch: What makes a customer whom nobody knows; nil where the project decides that.
    /// - Throws: `TrackedRefusal` where it is about nobody.
    func person(
        of message: TrackedMessage, making patch: CustomerPatch? = nil, _ ground: TrackedWork.Ground,
        _ work: inout TrackedWork, _ tx: Connection
    ) throws -> TrackedPerson {
        let named = try customer(of: message, patch, ground, &work, tx)
        guard let key = message.visitor else {
            if let named {
                return TrackedPerson(
                    owner: TrackedOwner(named.id), customer: named.id, isNewCustomer: named.isNew)
            }
            if case .event(let event) = message.call, event.kind == .system {
                return TrackedPerson(owner: TrackedOwner(rawValue: 0))
            }
            guard let name = message.customer else {
                throw TrackedRefusal(
                    "nobody", "The message names neither a visitor nor a customer.", messageID: message.id)
            }
            throw TrackedRefusal("unknown_customer", "There is no customer “\(name)”.", messageID: message.id)
        }
        var visitor = try visitor(key, ground, &work, tx)
        guard let named else {
            let owner = visitor.customer.map { TrackedOwner($0) } ?? TrackedOwner(visitor.id)
            return TrackedPerson(owner: owner, customer: visitor.customer, visitor: visitor)
        }
        let hasJoined = visitor.customer != named.id
        if hasJoined { try join(&visitor, to: named.id, ground, &work, tx) }
        return TrackedPerson(
            owner: TrackedOwner(named.id), customer: named.id, visitor: visitor, isNewCustomer: named.isNew,
            hasJoined: hasJoined
        )
    }

    /// The customer whom a message names; nil where it names nobody, or somebody unknown who is not to be made.
    private func customer(
        of message: TrackedMessage, _ patch: CustomerPatch?, _ ground: TrackedWork.Ground,
        _ work: inout TrackedWork, _ tx: Connection
    ) throws -> (id: Customer.ID, isNew: Bool)? {
        guard let name = message.customer else { return nil }
        if let known = try customers.store.resolve(name, tx) { return (known.id, false) }
        let mayMake = try patch != nil || customers.projects.writerProject(tx)?.createsUnknownCustomers == true
        guard mayMake else { return nil }
        var patch = patch ?? CustomerPatch(externalID: name)
        patch.externalID = name
        let made = try customers.create(patch, OrderWriter.Terms(origin: ground.origin), at: ground.now, tx)
        work.add(made)
        return (made.id, true)
    }

    /// The visitor of a key, who is made where nobody knows them yet.
    private func visitor(
        _ key: String, _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws -> Visitor {
        if let known = work.visitors[key] { return known }
        if var visitor = try visitors.find(key, tx) {
            // To the hour: most events write no more than themselves.
            if ground.arrivedAt.milliseconds - visitor.lastAt.milliseconds > 3_600_000 {
                visitor.lastAt = ground.arrivedAt
                try visitors.update(visitor, tx)
            }
            work.visitors[key] = visitor
            return visitor
        }
        let visitor = Visitor(
            id: identifiers.next(Bucket(hashOf: key), at: ground.now), key: key, firstAt: ground.arrivedAt,
            lastAt: ground.arrivedAt
        )
        try visitors.insert(visitor, tx)
        work.visitors[key] = visitor
        return visitor
    }

    /// Makes a visitor a customer.
    ///
    /// What an anonymous visitor did becomes the customer's. What was done as another customer stays with that one.
    private func join(
        _ visitor: inout Visitor, to customer: Customer.ID, _ ground: TrackedWork.Ground, _ work: inout TrackedWork,
        _ tx: Connection
    ) throws {
        let wasAnonymous = visitor.customer == nil
        visitor.customer = customer
        visitor.lastAt = max(visitor.lastAt, ground.arrivedAt)
        try visitors.update(visitor, tx)
        for (key, known) in work.visitors where known.id == visitor.id { work.visitors[key] = visitor }
        work.visitors[visitor.key] = visitor
        if wasAnonymous {
            try mover.move(from: TrackedOwner(visitor.id), to: TrackedOwner(customer), at: ground.now, tx)
        }
    }

    /// Joins the visitor who was known by `former` to whom the message is about.
    func join(
        _ former: String, _ message: TrackedMessage, _ ground: TrackedWork.Ground, _ work: inout TrackedWork,
        _ tx: Connection
    ) throws {
        let person = try person(of: message, making: .init(externalID: ""), ground, &work, tx)
        guard var before = try work.visitors[former] ?? visitors.find(former, tx), before.id != person.visitor?.id
        else {
            return  // Nothing is known of them.
        }
        if let customer = person.customer {
            guard before.customer != customer else { return }
            try join(&before, to: customer, ground, &work, tx)
        } else if let visitor = person.visitor, before.customer == nil {
            try visitors.point(before.key, to: visitor, tx)
            work.visitors[former] = visitor
            work.visitors[before.key] = visitor
            try mover.move(from: TrackedOwner(before.id), to: TrackedOwner(visitor.id), at: ground.now, tx)
        }
    }
}
