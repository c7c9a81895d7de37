extension OrderRules.Facts {
    /// The rules of the custom fields of an object; nil where it has none, as nearly always.
    func rules(_ object: FieldObject) -> CustomRules? {
        reading.fields.has(object) ? CustomRules(reading.fields.custom(object), reading) : nil
    }
}

extension OrderRules {
    /// Required custom fields that a new order, or a new line of one, would be without.
    ///
    /// - Parameter before: The order as it is stored; nil for a new one.
    package static func customFaults(_ patch: OrderPatch, before: Order?, _ facts: Facts) -> [Fault] {
        var faults: [Fault] = []
        if before == nil, let rules = facts.rules(.order) { faults += rules.faults(patch.custom) }
        guard let lines = patch.lines, let rules = facts.rules(.orderLine) else { return faults }
        let known = Set(before?.lines.map(\.externalID) ?? [])
        for (index, line) in lines.enumerated() where !known.contains(line.externalID) {
            faults += rules.faults(line.custom, base: "/data/attributes/items/\(index)")
        }
        return faults
    }

    /// Fills in an order's own custom fields, and notes in history what changed.
    static func applyCustom(
        _ patch: OrderPatch, to outcome: inout Outcome, isNew: Bool, at instant: Instant, _ facts: Facts
    ) {
        guard let rules = facts.rules(.order) else { return }
        let changes = rules.apply(patch.custom, to: &outcome.order.custom, isNew: isNew, metadata: patch.metadata)
        guard !isNew else { return }
        outcome.changes += changes.map { OrderChange($0, prefix: "", happenedAt: instant) }
    }

    /// Fills in a line's custom fields.
    ///
    /// - Returns: What changed, for history.
    static func applyCustom(
        _ patch: OrderLinePatch, to line: inout OrderLine, isNew: Bool, at instant: Instant, _ facts: Facts
    ) -> [OrderChange] {
        guard let rules = facts.rules(.orderLine) else { return [] }
        let prefix = "items[\(patch.externalID)]."
        return rules.apply(patch.custom, to: &line.custom, isNew: isNew).map {
            OrderChange($0, prefix: prefix, happenedAt: instant)
        }
    }
}

extension OrderChange {
    fileprivate init(_ change: CustomRules.Change, prefix: String, happenedAt: Instant) {
        self.init(
            prefix + change.field.code, from: change.from?.plain, to: change.to?.plain, happenedAt: happenedAt
        )
    }
}
