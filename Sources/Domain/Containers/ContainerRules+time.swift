extension ContainerRules {
    /// What time does to a container.
    package enum Passing: Hashable, Sendable {
        case abandoned(at: Instant)
        /// It is emptied.
        case expired(at: Instant)
    }

    /// When something is next due by itself; nil where nothing is.
    package static func due(_ container: Container, _ type: ContainerType) -> Instant? { next(container, type)?.at }

    /// What has happened to a container by itself until `now`, each at its very instant, in that order.
    ///
    /// - Parameter earliest: Nothing happened before: when the type was changed last, where that made it due.
    package static func passings(
        of container: Container, _ type: ContainerType, from earliest: Instant, until now: Instant
    ) -> [Passing] {
        var (container, passings) = (container, [Passing]())
        while let (isExpired, due) = next(container, type), due <= now {
            let at = max(due, earliest)
            passings.append(isExpired ? .expired(at: at) : .abandoned(at: at))
            if isExpired { container.lines = [] } else { container.abandonedAt = at }
        }
        return passings
    }

    private static func next(_ container: Container, _ type: ContainerType) -> (isExpired: Bool, at: Instant)? {
        guard !container.lines.isEmpty else { return nil }
        let abandoned = container.changedAt.adding(seconds: type.abandonedAfterMinutes * 60)
        let expired = type.lifetimeDays.map { container.changedAt.adding(seconds: $0 * 86_400) }
        if container.abandonedAt == nil, expired.map({ abandoned <= $0 }) ?? true { return (false, abandoned) }
        return expired.map { (true, $0) }
    }
}
