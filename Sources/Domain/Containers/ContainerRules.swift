/// What changes do to a container, and what time does (spec tracking.md, "Containers").
///
/// Pure. Changes count in the order in which they arrive; an earlier time of a later one never sets the clock back.
package enum ContainerRules {
    /// Something that happened to a container, as it is told of.
    package enum Happening: Hashable, Sendable {
        case added(ContainerLine)
        case removed(ContainerLine)
        case changed(ContainerLine)
        /// All lines went at once, so many.
        case cleared(lines: Int, Cause)
    }

    /// Why all lines went.
    package enum Cause: String, Hashable, Sendable { case customer, order, lifetime }

    /// A container after a change, and what is to be told of it; nothing where nothing changed.
    package struct Outcome: Hashable, Sendable {
        package var container: Container
        package var happenings: [Happening]
    }

    /// Makes a change.
    ///
    /// - Parameters:
    ///   - at: When it happened.
    ///   - base: Where the line's attributes stand in the request.
    /// - Throws: `Faults` for a container that would hold too much.
    package static func apply(
        _ change: ContainerChange, to container: Container, at moment: Instant, cause: Cause = .customer,
        base: String = "/data/attributes"
    ) throws(Faults) -> Outcome {
        var contents = Contents(container.lines)
        let at = max(moment, container.changedAt)
        let happenings: [Happening]
        switch change {
        case .add(let patch): happenings = try contents.add(patch, at: at, base: base)
        case .set(let patch): happenings = contents.set(patch, at: at)
        case .remove(let product): happenings = contents.remove(product)
        case .replace(let patches): happenings = contents.replace(patches, at: at, cause)
        case .clear: happenings = contents.clear(cause)
        }
        guard !happenings.isEmpty else { return Outcome(container: container, happenings: []) }
        guard contents.lines.count <= Container.lineLimit else {
            let limit = Container.lineLimit
            let detail =
                "A container holds at most \(limit) products: remove some first, or send the \(limit) that count."
            throw Faults(base, "too_many_lines", detail)
        }
        guard Contents.contextBytes(contents.lines) <= Container.contextsLimit else {
            let detail = "The contexts of all lines of a container may have 256 KB together: send less with each."
            throw Faults("\(base)/context", "too_long", detail)
        }
        return Outcome(container: changed(container, Contents.sorted(contents.lines), at: at), happenings: happenings)
    }

    /// Puts what a visitor gathered into the container of the customer that the visitor turned out to be, or of a
    /// customer into that of the one whom they became part of.
    ///
    /// Of a product in both the newer line stays, and where both are as new the customer's. Nothing is told of it: what
    /// was put in was told of when it was. Where it is more than a container holds the newest lines stay.
    ///
    /// - Parameter moment: When they turned out to be one, which begins another period without a change; nil where
    ///   nobody did anything, so that the period of the newer container goes on.
    package static func merge(_ other: Container, into container: Container, at moment: Instant?) -> Container {
        guard !other.lines.isEmpty else { return container }
        var lines = container.lines
        for line in other.lines {
            guard let place = lines.firstIndex(where: { $0.product == line.product }) else {
                lines.append(line)
                continue
            }
            if line.changedAt > lines[place].changedAt { lines[place] = line }
        }
        while lines.count > Container.lineLimit || Contents.contextBytes(lines) > Container.contextsLimit {
            lines.sort { ($1.changedAt, $0.product) < ($0.changedAt, $1.product) }
            lines.removeLast()
        }
        let isNewer = container.lines.isEmpty || other.changedAt > container.changedAt
        let newest = max(other.changedAt, container.changedAt)
        var merged = changed(container, Contents.sorted(lines), at: moment.map { max($0, newest) } ?? newest)
        if moment == nil { merged.abandonedAt = isNewer ? other.abandonedAt : container.abandonedAt }
        return merged
    }

    private static func changed(_ container: Container, _ lines: [ContainerLine], at: Instant) -> Container {
        var after = container
        (after.lines, after.changedAt, after.abandonedAt) = (lines, at, nil)
        after.version += 1
        return after
    }
}

/// Lines while they are changed.
private struct Contents {
    private(set) var lines: [ContainerLine]
    private var places: [String: Int] = [:]

    init(_ lines: [ContainerLine]) {
        self.lines = lines
        places = Dictionary(lines.enumerated().map { ($1.product, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func contextBytes(_ lines: [ContainerLine]) -> Int {
        lines.reduce(0) { $0 + ($1.context?.utf8.count ?? 0) }
    }

    static func sorted(_ lines: [ContainerLine]) -> [ContainerLine] {
        lines.sorted { ($0.addedAt, $0.product) < ($1.addedAt, $1.product) }
    }

    /// So many more; without a quantity one.
    mutating func add(
        _ patch: ContainerLinePatch, at: Instant, base: String
    ) throws(Faults) -> [ContainerRules.Happening] {
        let more = patch.quantity ?? ContainerLine.one
        guard more > .zero else { return [] }
        guard let place = places[patch.product] else { return set(patch, at: at) }
        var patch = patch
        let sum = lines[place].quantity.millionths + more.millionths
        guard sum <= FixedPoint.quantityLimit * 1_000_000 else {
            throw Faults("\(base)/quantity", "out_of_range", "With what is there this is too much of one product.")
        }
        patch.quantity = Quantity(millionths: sum)
        return set(patch, at: at)
    }

    /// What is not said stays; of a new line it is one piece, and nothing.
    ///
    /// None of it removes it.
    mutating func set(_ patch: ContainerLinePatch, at: Instant) -> [ContainerRules.Happening] {
        if let quantity = patch.quantity, quantity <= .zero { return remove(patch.product) }
        guard let place = places[patch.product] else {
            let line = ContainerLine(patch, at: at)
            places[patch.product] = lines.count
            lines.append(line)
            return [.added(line)]
        }
        var line = lines[place]
        if let quantity = patch.quantity { line.quantity = quantity }
        line.price = patch.clearsPrice ? nil : patch.price ?? line.price
        line.context = patch.clearsContext ? nil : patch.context ?? line.context
        guard !line.says(lines[place]) else { return [] }
        line.changedAt = at
        lines[place] = line
        return [.changed(line)]
    }

    mutating func remove(_ product: String) -> [ContainerRules.Happening] {
        guard let place = places[product] else { return [] }
        let line = lines[place]
        self = Contents(lines.filter { $0.product != product })
        return [.removed(line)]
    }

    mutating func clear(_ cause: ContainerRules.Cause) -> [ContainerRules.Happening] {
        guard !lines.isEmpty else { return [] }
        let count = lines.count
        self = Contents([])
        return [.cleared(lines: count, cause)]
    }

    /// Exactly these lines; the later of two of one product counts.
    ///
    /// Lines that stay keep when they were added.
    mutating func replace(
        _ patches: [ContainerLinePatch], at: Instant, _ cause: ContainerRules.Cause
    ) -> [ContainerRules.Happening] {
        var wanted: [String: ContainerLinePatch] = [:]
        for patch in patches { wanted[patch.product] = patch }
        wanted = wanted.filter { $0.value.quantity.map { $0 > .zero } ?? true }
        guard !wanted.isEmpty else { return clear(cause) }
        var happenings = lines.filter { wanted[$0.product] == nil }.map(ContainerRules.Happening.removed)
        var kept: [ContainerLine] = []
        for line in lines {
            guard let patch = wanted.removeValue(forKey: line.product) else { continue }
            var new = ContainerLine(patch, at: at)
            new.addedAt = line.addedAt
            if new.says(line) {
                kept.append(line)
            } else {
                kept.append(new)
                happenings.append(.changed(new))
            }
        }
        for patch in patches {
            guard let last = wanted.removeValue(forKey: patch.product) else { continue }
            let line = ContainerLine(last, at: at)
            kept.append(line)
            happenings.append(.added(line))
        }
        self = Contents(kept)
        return happenings
    }
}

extension ContainerLine {
    /// A line that is new: what is not said is one piece, and nothing.
    fileprivate init(_ patch: ContainerLinePatch, at: Instant) {
        self.init(
            product: patch.product, quantity: patch.quantity ?? Self.one, price: patch.price, addedAt: at,
            context: patch.context
        )
    }
}
