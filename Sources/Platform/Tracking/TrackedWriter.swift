import Database
import Domain
import Storage

/// Files messages of sites and apps within a transaction: whoever sent them, by whichever door.
struct TrackedWriter: Sendable {
    let events = TrackedEventStore()
    let visitors = VisitorStore()
    let inbox = TrackedInboxStore()
    let erased = ErasedSenderStore()
    let sources: EventSourceStore
    let orders: OrderWriter
    let mover: TrackedMover

    var customers: CustomerWriter { orders.customers }
    var identifiers: Identifiers { orders.identifiers }

    /// Asks ahead for what messages look up; to be called within `Connection.ask`.
    func ask(_ message: TrackedMessage, _ ground: TrackedWork.Ground, _ tx: Connection) throws {
        if let id = message.id { _ = try inbox.known(ground.keyPrefix + id, tx) }
        if let key = message.visitor { _ = try visitors.find(key, tx) }
        if let name = message.customer { _ = try customers.store.resolve(name, tx) }
    }

    /// Does what a message asks for, once.
    ///
    /// - Throws: `TrackedRefusal` where it cannot be done; nothing of it is stored then but that a visitor was there.
    func apply(
        _ message: TrackedMessage, _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws -> TrackedWork.Filed {
        let key = message.id.map { ground.keyPrefix + $0 }
        if let key {
            if let former = work.keys[key] { return TrackedWork.Filed(formerEvent: former, isRepeated: true) }
            let known = try inbox.known(key, tx)
            if known.isKnown { return TrackedWork.Filed(formerEvent: known.event, isRepeated: true) }
        }
        work.recorded = []
        do {
            try carryOut(message, ground, &work, tx)
        } catch let faults as Faults {
            throw TrackedRefusal(faults, messageID: message.id)
        }
        if let key {
            let event = work.recorded.first?.id
            try inbox.remember(key, event, at: ground.now, tx)
            work.keys.updateValue(event, forKey: key)
        }
        return TrackedWork.Filed(event: work.recorded.first)
    }

    private func carryOut(
        _ message: TrackedMessage, _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws {
        switch message.call {
        case .event(let event):
            try require(event, ground, &work, tx)
            let person = try person(of: message, ground, &work, tx)
            try record(event, message, of: person, ground, &work, tx)
        case .logout:
            let person = try person(of: message, ground, &work, tx)
            try record(TrackedEventCall("logged_out"), message, of: person, ground, &work, tx)
        case .identify(let patch):
            let person = try person(of: message, making: patch ?? .init(externalID: ""), ground, &work, tx)
            if let patch, let customer = person.customer, !person.isNewCustomer {
                try update(customer, patch, ground, &work, tx)
            }
            if person.hasJoined {
                try record(TrackedEventCall("logged_in"), message, of: person, ground, &work, tx)
            }
        case .container(let code, let change):
            let person = try person(of: message, ground, &work, tx)
            for event in try self.change(code, change, of: person, message, ground, &work, tx) {
                try record(event, message, of: person, ground, &work, tx)
            }
        case .order(let patch, let event):
            try require(event, ground, &work, tx)
            var message = message
            if case .set(let name) = patch.customerExternalID { message.customer = message.customer ?? name }
            let person = try person(of: message, ground, &work, tx)
            if ground.source?.takesOrders ?? true { try register(patch, message, of: person, ground, &work, tx) }
            try record(event, message, of: person, ground, &work, tx)
        case .alias(let former): try join(former, message, ground, &work, tx)
        }
    }

    // MARK: Events

    /// Keeps an event.
    private func record(
        _ event: TrackedEventCall, _ message: TrackedMessage, of person: TrackedPerson, _ ground: TrackedWork.Ground,
        _ work: inout TrackedWork, _ tx: Connection
    ) throws {
        let stored = TrackedEvent(
            id: identifiers.next(person.owner.bucket, at: ground.now), owner: person.owner, event,
            source: ground.source?.id, session: message.session, page: message.page,
            // A clock that runs ahead knows nothing of the future.
            happenedAt: min(message.time, ground.arrivedAt), arrivedAt: ground.arrivedAt
        )
        try events.insert(stored, tx)
        work.recorded.append(stored)
        if let customer = person.customer { work.customers.insert(customer) }
    }

    /// Holds an event to the names there are; one that nobody knows is made where the source lets that be.
    private func require(
        _ event: TrackedEventCall, _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws {
        let book = try sources.writerBook(tx)
        guard book.name(event.name) == nil else { return }
        guard ground.source?.learnsNames ?? true else {
            throw TrackedRefusal(
                "unknown_event",
                "There is no event “\(event.name)”: add it under Settings → Event sources, or let the source learn names."
            )
        }
        guard EventName.isCode(event.name) else {
            throw TrackedRefusal(
                "invalid_event_name",
                "“\(event.name.prefix(100))” is no code: small letters, digits and “_”, up to 100."
            )
        }
        guard book.customNames.count < TrackingBook.nameLimit else {
            throw TrackedRefusal(
                "too_many_names", "There are \(TrackingBook.nameLimit) names of events, which is the most: use those."
            )
        }
        let name = EventName(code: event.name, name: EventName.title(of: event.name), kind: event.kind)
        try sources.save(name, at: ground.now, tx)
        work.hasNewNames = true
    }

    // MARK: Orders and customers

    /// Registers an order that a site or an app tells of, unless the shop itself told of it already.
    private func register(
        _ patch: OrderPatch, _ message: TrackedMessage, of person: TrackedPerson, _ ground: TrackedWork.Ground,
        _ work: inout TrackedWork, _ tx: Connection
    ) throws {
        var patch = patch
        if case .set = patch.customerExternalID {
        } else if let id = person.customer, let customer = try customers.store.get(id, .empty, tx) {
            patch.customerExternalID = .set(customer.externalID)
        } else {
            work.notes.append(
                TrackedRefusal(
                    "order_of_nobody", "The order “\(patch.externalID)” names no customer, and nobody was identified.",
                    messageID: message.id
                )
            )
            return
        }
        if let known = try orders.orders.find(patch.externalID, tx), try !orders.orders.isUnverified(known, tx) {
            return  // What the shop says of it holds.
        }
        do {
            let terms = OrderWriter.Terms(origin: ground.origin)
            work.written.append(try orders.register(patch, terms, at: ground.now, tx))
        } catch let faults as Faults {
            work.notes.append(TrackedRefusal(faults, messageID: message.id))
        }
    }

    /// Writes what an identification says of a customer who was known before.
    private func update(
        _ id: Customer.ID, _ patch: CustomerPatch, _ ground: TrackedWork.Ground, _ work: inout TrackedWork,
        _ tx: Connection
    ) throws {
        let fields = try customers.fields.writerBook(tx)
        guard let customer = try customers.store.get(id, fields, tx) else { return }
        var patch = (ground.source?.updatesCustomers ?? true) ? patch : patch.filling(customer, fields)
        patch.externalID = customer.externalID
        work.add(try customers.register(patch, OrderWriter.Terms(origin: ground.origin), at: ground.now, tx))
    }
}
