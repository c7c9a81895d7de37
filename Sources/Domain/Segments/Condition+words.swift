/// Says in words what conditions ask: “at least 3 orders with status completed in the last 30 days”.
///
/// Parts stand in brackets where “and” and “or” would otherwise be read in two ways.
package struct ConditionWords: Sendable {
    private let statuses: StatusBook

    /// - Parameter statuses: Gives statuses their names.
    package init(statuses: StatusBook) { self.statuses = statuses }

    /// What a tree asks.
    package func text(_ condition: Condition) -> String {
        switch condition {
        case .all(let parts) where parts.isEmpty: "everybody"
        case .any(let parts) where parts.isEmpty: "nobody"
        case .all(let parts): joined(parts, " and ")
        case .any(let parts): joined(parts, " or ")
        case .not(let part): "not (\(text(part)))"
        case .segment(let name): "in segment “\(name)”"
        case .test(let test): text(test)
        case .records(let block): text(block)
        }
    }

    private func joined(_ parts: [Condition], _ word: String) -> String {
        parts.map { part in
            switch part {
            case .all(let inner) where inner.count > 1 && parts.count > 1: "(\(text(part)))"
            case .any(let inner) where inner.count > 1 && parts.count > 1: "(\(text(part)))"
            default: text(part)
            }
        }.joined(separator: word)
    }

    /// What is asked of one field.
    package func text(_ test: ConditionTest) -> String {
        if let flag = flag(test) { return flag }
        return "\(Self.lowered(test.field.name)) \(asked(test.op, test.operand, test.field.type))"
    }

    /// A name within a sentence: its first letter small, where it is no abbreviation.
    static func lowered(_ name: String) -> String {
        let second = name.dropFirst().first
        return second?.isUppercase == true ? name : name.prefix(1).lowercased() + name.dropFirst()
    }

    /// What is asked of records.
    package func text(_ block: ConditionBlock) -> String {
        tracked(block) ?? plain(block)
    }

    /// The same of any records.
    func plain(_ block: ConditionBlock) -> String {
        let filter = block.filter.map { " with \(text($0))" } ?? ""
        let (one, many) = block.kind.nouns
        let have = block.have
        if let pick = block.pick, have == .some { return "the \(pick.rawValue) \(one) is one\(filter)" }
        let subject = block.pick.map { "the \($0.rawValue) \(one)\(filter), looked at alone," }
        guard have.measure == .count, case .number(let count) = have.operand else {
            let measure = Self.measure(have.measure, have.field.map { Self.lowered($0.name) } ?? many)
            return "\(measure) of \(subject ?? many + filter) \(asked(have.op, have.operand, have.type))"
        }
        let noun = count == 1 ? one : many
        let counted =
            switch have.op {
            case .gte: "at least \(count) \(noun)"
            case .gt: "more than \(count) \(noun)"
            case .lte: "at most \(count) \(noun)"
            case .lt: "fewer than \(count) \(noun)"
            case .ne: "not exactly \(count) \(noun)"
            default: count == 0 ? "no \(one)" : "exactly \(count) \(noun)"
            }
        return subject.map { "\(counted), \($0)" } ?? counted + filter
    }

    private static func measure(_ measure: ConditionHave.Measure, _ name: String) -> String {
        switch measure {
        case .count: "the number"
        case .sum: "the sum of \(name)"
        case .avg: "the average \(name)"
        case .min: "the least \(name)"
        case .max: "the greatest \(name)"
        case .median: "the median \(name)"
        }
    }

    private func asked(_ op: ConditionOperator, _ operand: ConditionOperand, _ type: ConditionType) -> String {
        let value = text(operand, type)
        switch op {
        case .eq: return "is \(value)"
        case .ne: return "is not \(value)"
        case .contains: return "contains \(value)"
        case .notContains: return "does not contain \(value)"
        case .startsWith: return "starts with \(value)"
        case .endsWith: return "ends with \(value)"
        // As people say it: “with status completed”.
        case .in: return value
        case .notIn: return "not \(value)"
        case .isSet: return "is known"
        case .notSet: return "is not known"
        case .gt: return "more than \(value)"
        case .gte: return "at least \(value)"
        case .lt: return "less than \(value)"
        case .lte: return "at most \(value)"
        case .between: return "from \(value)"
        case .on: return "on \(value)"
        case .before: return "before \(value)"
        case .after: return "after \(value)"
        case .inLast: return "in the last \(value)"
        case .notInLast: return "not in the last \(value)"
        case .inNext: return "in the next \(value)"
        case .moreThanAgo: return "more than \(value) ago"
        case .exactlyAgo: return "exactly \(value) ago"
        case .this: return type.isDated ? "this \(value)" : value
        case .previous: return "in the previous \(value)"
        case .anniversaryIn: return "has its anniversary in the next \(value)"
        case .yes: return "is yes"
        case .no: return "is no"
        case .noData: return "is not known"
        }
    }

    private func text(_ operand: ConditionOperand, _ type: ConditionType) -> String {
        switch operand {
        case .none: return ""
        case .text(let text): return "“\(text)”"
        case .texts(let texts):
            let names = texts.map { text in
                if case .status(let type) = type { return statuses.status(type, code: text)?.name.lowercased() ?? text }
                return type == .string || type == .list ? "“\(text)”" : text
            }
            return names.count < 2
                ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        case .number(let number): return amount(number, type)
        case .numbers(let from, let to): return "\(amount(from, type)) to \(amount(to, type))"
        case .moment(let moment): return moment.text
        case .moments(let from, let to): return "\(from.text) to \(to.text)"
        case .span(let span):
            return span.count == 0
                ? span.unit.rawValue : "\(span.count) \(span.unit.rawValue)\(span.count == 1 ? "" : "s")"
        }
    }

    private func amount(_ number: Int64, _ type: ConditionType) -> String {
        type.places.map { FixedPoint.text(number, places: $0) } ?? CustomValue.time(number).plain
    }
}

extension ConditionBlockKind {
    /// What one and several of the records are called.
    package var nouns: (one: String, many: String) {
        switch self {
        case .orders: ("order", "orders")
        case .lines, .orderLines, .receiptLines, .containerLines: ("line", "lines")
        case .receipts: ("receipt", "receipts")
        case .stays: ("status it was in", "statuses it was in")
        case .events: ("event", "events")
        case .containers: ("container", "containers")
        }
    }
}
