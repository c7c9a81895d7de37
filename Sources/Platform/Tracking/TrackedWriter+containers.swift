import Database
import Domain
import Storage

extension TrackedWriter {
    /// Changes a container of somebody, and returns the events that follow.
    ///
    /// Where the shop has no such container, what was put in is an event all the same, and the shop is told of the rest.
    ///
    /// - Throws: `Faults` before anything is written.
    func change(
        _ code: String, _ change: ContainerChange, of person: TrackedPerson, _ message: TrackedMessage,
        _ ground: TrackedWork.Ground, _ work: inout TrackedWork, _ tx: Connection
    ) throws -> [TrackedEventCall] {
        let visitor = ContainerOwner(Visitor.ID(rawValue: person.owner.rawValue))
        do {
            return try orders.containers.change(
                change, code, of: person.customer.map { ContainerOwner($0) } ?? visitor, at: message.time,
                now: ground.now, raises: false, tx
            ).calls
        } catch let error as ContainerError {
            work.notes.append(TrackedRefusal("unknown_container", error.sentence, messageID: message.id))
            let type = ContainerType(id: ContainerType.ID(rawValue: 0), code: code, name: code)
            let outcome = try ContainerRules.apply(change, to: ContainerWriter.unused(type), at: message.time)
            return outcome.happenings.map { TrackedEventCall($0, in: type) }
        }
    }
}
