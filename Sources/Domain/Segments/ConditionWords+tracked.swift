extension ConditionWords {
    /// “is abandoned”, “is not empty”; nil for what is said otherwise.
    func flag(_ test: ConditionTest) -> String? {
        guard case .container(let part) = test.field.source, part == .abandoned || part == .empty else { return nil }
        switch test.op {
        case .yes: return "is \(part.rawValue)"
        case .no: return "is not \(part.rawValue)"
        default: return nil
        }
    }

    /// What is asked of events and containers as people say it; nil where that would not say it all.
    func tracked(_ block: ConditionBlock) -> String? {
        guard block.pick == nil else { return nil }
        switch block.kind {
        case .events: return events(block)
        case .containers: return containers(block)
        case .containerLines: return block.have.measure == .count ? "holds \(plain(block))" : nil
        default: return nil
        }
    }

    /// “product viewed at least 3 times in the last 7 days”.
    private func events(_ block: ConditionBlock) -> String? {
        guard block.have.measure == .count, case .number(let count) = block.have.operand else { return nil }
        var (names, dates, others): ([String], [String], [Condition]) = ([], [], [])
        for part in block.filter?.parts ?? [] {
            guard case .test(let test) = part else {
                others.append(part)
                continue
            }
            switch (test.field.source, test.op, test.operand) {
            case (.event(.name), .eq, .text(let name)) where names.isEmpty: names = [name]
            case (.event(.name), .in, .texts(let all)) where names.isEmpty: names = all
            case (.date, .inLast, _), (.date, .between, _), (.date, .before, _), (.date, .after, _), (.date, .on, _),
                (.date, .this, _), (.date, .previous, _):
                dates.append(String(text(test).dropFirst(test.field.name.count + 1)))
            default: others.append(part)
            }
        }
        guard !names.isEmpty else { return nil }
        let subject = names.map { Self.lowered(EventName.predefined($0)?.name ?? $0.replacing("_", with: " ")) }
            .joined(separator: " or ")
        let times = Self.times(block.have.op, count)
        let rest = others.isEmpty ? "" : " with \(text(.all(others)))"
        return ([subject, times] + dates).joined(separator: " ") + rest
    }

    private static func times(_ op: ConditionOperator, _ count: Int64) -> String {
        let times = count == 1 ? "once" : count == 2 ? "twice" : "\(count) times"
        return switch op {
        case .gte: "at least \(times)"
        case .gt: "more than \(times)"
        case .lte: "at most \(times)"
        case .lt: "fewer than \(count) times"
        case .ne: "not exactly \(times)"
        default: count == 0 ? "never" : "exactly \(times)"
        }
    }

    /// “whose cart is abandoned and holds at least 1 line with …”.
    private func containers(_ block: ConditionBlock) -> String? {
        guard block.have == .some || block.have == .exactly(0) else { return nil }
        var (code, others): (String?, [Condition]) = (nil, [])
        for part in block.filter?.parts ?? [] {
            if code == nil, case .test(let test) = part, test.field.source == .container(.code), test.op == .eq,
                case .text(let text) = test.operand
            {
                code = text
            } else {
                others.append(part)
            }
        }
        guard let code else { return nil }
        let isNone = block.have != .some
        guard !others.isEmpty else { return isNone ? "without a \(code)" : "with a \(code)" }
        return "\(isNone ? "without a" : "whose") \(code) \(isNone ? "that " : "")\(text(.all(others)))"
    }
}

extension Condition {
    /// What must hold all together.
    fileprivate var parts: [Condition] { if case .all(let parts) = self { parts } else { [self] } }
}
