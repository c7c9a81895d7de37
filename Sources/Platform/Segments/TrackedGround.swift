import Domain

/// What the index read events and containers with; where it is another, they are to be read anew.
struct TrackedGround: Sendable {
    private var sources: Set<EventSource.ID> = []
    private var types: [ContainerType.ID: Int64] = [:]
    private var contexts: Set<ConditionField> = []

    init() {}

    init(_ reference: ReferenceBoard.Reference) {
        sources = Set(reference.tracking.sources.map(\.id))
        for type in reference.containers.types { types[type.id] = type.abandonedAfterMinutes }
        contexts = reference.segments.contexts
    }

    /// Whether all that was read stays true; what came since is in nothing that was there before.
    ///
    /// A segment may ask of contexts what none did, a type may call its containers abandoned sooner, a source may be gone whose
    /// events are of none now.
    func holds(_ reference: ReferenceBoard.Reference) -> Bool {
        contexts.isSuperset(of: reference.segments.contexts)
            && sources.isSubset(of: reference.tracking.sources.map(\.id))
            && reference.containers.types.allSatisfy { type in
                types[type.id].map { $0 == type.abandonedAfterMinutes } ?? true
            }
    }
}
