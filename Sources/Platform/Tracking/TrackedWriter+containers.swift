import Database
import Domain
import Storage

extension TrackedWriter {
    /// Changes a container of somebody, and returns the events that follow.
    ///
    /// - Throws: `TrackedRefusal` or `Faults` before anything is written.
    func change(
        _ code: String, _ change: ContainerChange, of person: TrackedPerson, _ message: TrackedMessage,
        _ ground: TrackedWork.Ground, _ tx: Connection
    ) throws -> [TrackedEventCall] {
        let visitor = ContainerOwner(Visitor.ID(rawValue: person.owner.rawValue))
        do {
            return try orders.containers.change(
                change, code, of: person.customer.map { ContainerOwner($0) } ?? visitor, at: message.time,
                now: ground.now, raises: false, tx
            ).calls
        } catch let error as ContainerError {
            throw TrackedRefusal("unknown_container", error.sentence, messageID: message.id)
        }
    }
}
