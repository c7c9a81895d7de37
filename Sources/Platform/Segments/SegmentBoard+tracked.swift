import Database
import Domain
import Storage

extension SegmentBoard {
    /// What a write did to events and containers, as its stores noted it.
    func changes(_ notes: [any Sendable], _ tx: Connection) -> [SegmentChange] {
        guard !notes.isEmpty, isToBeTold || tx.tellsOthers else { return [] }
        let reference = references.current
        return notes.flatMap { note -> [SegmentChange] in
            switch note as? TrackedNote {
            case .event(let event): [.event(EventRecord(event, reference.tracking))]
            case .eventGone(let id, let owner): [.eventGone(id, Customer.ID(rawValue: owner.rawValue))]
            case .container(let container, let owner):
                ContainerRecord(container, of: Customer.ID(rawValue: owner), reference.containers).map {
                    [.container($0)]
                } ?? []
            case .containerGone(let type, let owner): [.containerGone(type, Customer.ID(rawValue: owner))]
            case .containersGone(let owner):
                reference.containers.types.map { .containerGone($0.id, Customer.ID(rawValue: owner)) }
            case nil: []
            }
        }
    }

    /// Runs a write of events or containers that touches nothing else in memory, and takes in what it did.
    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result,
        committed: @escaping @Sendable (Result) -> Void = { _ in }
    ) async throws -> Result {
        try await engine.write { [self] tx in
            let (result, notes) = try tx.noting { try body(tx) }
            let changes = changes(notes, tx)
            if tx.tellsOthers { NodeNews(segments: changes).tell(tx) }
            return (result: result, changes: changes)
        } committed: { [self] done in
            apply(done.changes)
            committed(done.result)
        }.result
    }
}
