extension Renderer {
    mutating func evaluate(_ expression: Expression) throws(Halt) -> TemplateValue {
        switch expression {
        case .constant(let value): return value
        case .path(let path):
            let value = value(of: path)
            if case .missing = value { warn(.missing, path.text, path.site) }
            return value
        case .call(let name, let argument, let site):
            let value = values.call(name, argument)
            if case .missing = value { warn(.missing, "\(name):\"\(argument)\"", site) }
            return value
        case .filtered(let inner, let filters):
            // Who gives a default knows that a value may be missing.
            var value = try filters.isForgiving ? quietly(inner) : evaluate(inner)
            for filter in filters { value = try apply(filter, to: value) }
            return value
        case .compare, .both, .either, .not: return .flag(try holds(expression))
        }
    }

    /// The value without a warning where it is missing.
    mutating func quietly(_ expression: Expression) throws(Halt) -> TemplateValue {
        switch expression {
        case .path(let path): value(of: path)
        case .call(let name, let argument, _): values.call(name, argument)
        default: try evaluate(expression)
        }
    }

    mutating func holds(_ expression: Expression) throws(Halt) -> Bool {
        switch expression {
        case .both(let left, let right): return try holds(left) ? holds(right) : false
        case .either(let left, let right): return try holds(left) ? true : holds(right)
        case .not(let inner): return try !holds(inner)
        case .compare(let left, let comparison, let right):
            return compare(try quietly(left), comparison, try quietly(right))
        case .filtered(let inner, let filters):
            var value = try quietly(inner)
            for filter in filters { value = try apply(filter, to: value) }
            return value.isTrue
        default: return try quietly(expression).isTrue
        }
    }

    private func value(of path: ExpressionPath) -> TemplateValue {
        var value: TemplateValue
        switch path.root {
        case .given(let name): value = values.value(name)
        case .element(let depth): value = turns[depth].element
        case .loop(let depth, let fact): return turns[depth].fact(fact)
        case .now: value = .instant(milliseconds: settings.now)
        }
        for step in path.steps { value = value.step(step) }
        return value
    }

    // MARK: Comparing

    private func compare(_ left: TemplateValue, _ comparison: Comparison, _ right: TemplateValue) -> Bool {
        switch comparison {
        case .equal: isEqual(left, right)
        case .unequal: !isEqual(left, right)
        case .within: contains(right, left)
        case .notWithin: !contains(right, left)
        case .less: order(left, right).map { $0 < 0 } ?? false
        case .lessOrEqual: order(left, right).map { $0 <= 0 } ?? false
        case .greater: order(left, right).map { $0 > 0 } ?? false
        case .greaterOrEqual: order(left, right).map { $0 >= 0 } ?? false
        }
    }

    private func contains(_ container: TemplateValue, _ value: TemplateValue) -> Bool {
        switch container {
        case .list(let list): return list.contains { isEqual($0, value) }
        case .text(let text):
            guard case .text(let part) = value else { return false }
            return part.isEmpty || text.contains(part)
        default: return false
        }
    }

    private func isEqual(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left == right
        case (.flag(let left), .flag(let right)): left == right
        case (.missing, _): right.isEmpty
        case (_, .missing): left.isEmpty
        case (.flag, _), (_, .flag), (.list, _), (_, .list), (.record, _), (_, .record): false
        default: order(left, right) == 0
        }
    }

    /// Negative, zero or positive; nil for what has no order.
    ///
    /// Texts are what the other side is, if they can be.
    private func order(_ left: TemplateValue, _ right: TemplateValue) -> Int? {
        if case .text(let first) = left, case .text(let second) = right {
            return first == second ? 0 : first < second ? -1 : 1
        }
        if let first = left.asNumber, let second = right.asNumber { return TemplateNumber.compare(first, second) }
        guard let first = left.local(in: settings.format.zone), let second = right.local(in: settings.format.zone)
        else { return nil }
        // A day is equal to all moments in it.
        let unit = first.isDay || second.isDay ? CivilDate.dayLength : 1
        let (one, other) = (first.milliseconds.floored(by: unit), second.milliseconds.floored(by: unit))
        return one < other ? -1 : one > other ? 1 : 0
    }
}

extension Int64 {
    /// Divided, towards the past.
    fileprivate func floored(by unit: Int64) -> Int64 { self >= 0 ? self / unit : -((-1 - self) / unit) - 1 }
}

extension Renderer.Turn {
    func fact(_ fact: LoopFact) -> TemplateValue {
        switch fact {
        case .index: .number(TemplateNumber(index + 1))
        case .first: .flag(index == 0)
        case .last: .flag(index == count - 1)
        case .length: .number(TemplateNumber(count))
        }
    }
}

extension TemplateValue {
    /// What stands under a name of it.
    func step(_ step: ExpressionPath.Step) -> TemplateValue {
        switch (self, step) {
        case (.record(let record), .name(let name)): record.value(name)
        case (.record(let record), .first): record.value("first")
        case (.record(let record), .last): record.value("last")
        case (.record(let record), .length): record.value("length")
        case (.list(let list), .first): list.first ?? .missing
        case (.list(let list), .last): list.last ?? .missing
        case (.list(let list), .length): .number(TemplateNumber(list.count))
        case (.list(let list), .index(let index)): list.indices.contains(index) ? list[index] : .missing
        default: .missing
        }
    }
}

extension Expression {
    /// How warnings name it.
    var name: String {
        switch self {
        case .path(let path): path.text
        case .call(let name, let argument, _): "\(name):\"\(argument)\""
        case .filtered(let inner, _): inner.name
        default: "value"
        }
    }
}

extension [AppliedFilter] {
    /// Whether a missing value is provided for.
    var isForgiving: Bool {
        contains { if case .otherwise = $0.filter { true } else { false } }
    }
}
