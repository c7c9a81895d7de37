import Database
import Domain
import Storage

/// Who was erased while bodies waited, within a transaction that files some; usually nobody.
struct ErasedSenders: Sendable {
    /// A name by which messages speak of somebody.
    enum Name: Hashable, Sendable {
        case customer(String)
        case visitor(String)

        var hash: String {
            switch self {
            case .customer(let name): Passwords.fastHash("customer/" + name)
            case .visitor(let key): Passwords.fastHash("visitor/" + key)
            }
        }
    }

    /// The last body that is concerned, by the hash of the name.
    private var lastBodies: [String: Int64]

    init(_ lastBodies: [String: Int64] = [:]) { self.lastBodies = lastBodies }

    /// Whether a body may speak of somebody who was erased since.
    func concerns(_ body: Int64) -> Bool { lastBodies.values.contains { $0 >= body } }

    /// The last body in which the name is of somebody who was erased; nil where it is not in this one.
    func lastBody(of name: Name, at body: Int64) -> Int64? {
        lastBodies[name.hash].flatMap { $0 >= body ? $0 : nil }
    }

    mutating func add(_ name: Name, upTo body: Int64, _ tx: Connection) throws {
        try ErasedSenderStore().add(name.hash, upTo: body, tx)
        lastBodies[name.hash] = body
    }

    mutating func remove(_ name: Name, _ tx: Connection) throws {
        guard lastBodies.removeValue(forKey: name.hash) != nil else { return }
        try ErasedSenderStore().remove(name.hash, tx)
    }
}

extension TrackedWriter {
    /// Refuses what waited when the person was erased of whom it speaks, as if it had been filed before.
    ///
    /// A visitor is who they were last said to be: of one who turns out to be the erased person nothing stays, and one who
    /// says to be somebody else is that one from then on.
    ///
    /// - Throws: `TrackedRefusal`.
    func refuseErased(
        _ message: TrackedMessage, _ body: Int64, _ ground: TrackedWork.Ground, _ work: inout TrackedWork,
        _ tx: Connection
    ) throws {
        guard work.erased.concerns(body) else { return }
        let name =
            message.namedCustomer.map(ErasedSenders.Name.customer) ?? message.visitor.map(ErasedSenders.Name.visitor)
        guard let name, let last = work.erased.lastBody(of: name, at: body) else {
            if let key = message.visitor, message.namedCustomer != nil { try work.erased.remove(.visitor(key), tx) }
            return
        }
        var keys = [message.visitor].compactMap(\.self)
        if case .alias(let former) = message.call { keys.append(former) }
        for key in keys where work.erased.lastBody(of: .visitor(key), at: body) == nil {
            try forget(key, upTo: last, ground, &work, tx)
        }
        throw TrackedRefusal("erased", "It speaks of somebody who was erased after it came.")
    }

    /// Removes a visitor who is the erased person.
    private func forget(
        _ key: String, upTo body: Int64, _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws {
        guard let visitor = try work.visitors[key] ?? visitors.find(key, tx) else {
            return try work.erased.add(.visitor(key), upTo: body, tx)
        }
        for name in try visitors.names(of: visitor.key, tx) { try work.erased.add(.visitor(name), upTo: body, tx) }
        if visitor.customer == nil { try mover.forget(TrackedOwner(visitor.id), at: ground.now, tx) }
        try visitors.delete(visitor.key, tx)
        work.visitors = work.visitors.filter { $0.value.id != visitor.id }
    }
}

extension TrackedMessage {
    /// The customer whom it names.
    fileprivate var namedCustomer: String? {
        if let customer { return customer }
        guard case .order(let patch, _) = call, case .set(let name) = patch.customerExternalID else { return nil }
        return name
    }
}

extension TrackedRefusal {
    /// The same without anything that the message said.
    var withoutWords: TrackedRefusal { TrackedRefusal(code, "A message was refused; what it said is not kept.") }
}
