import Domain

/// What was written of events and containers, whoever wrote it (`Connection.noting`).
package enum TrackedNote: Sendable {
    case event(TrackedEvent)
    case eventGone(TrackedEvent.ID, TrackedOwner)
    case container(Container, owner: Int64)
    case containerGone(ContainerType.ID, owner: Int64)
    case containersGone(owner: Int64)
}
