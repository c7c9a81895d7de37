extension ConditionParser {
    /// Reads a block: `where`, `have`, `pick`.
    mutating func block(
        _ kind: ConditionBlockKind, _ json: ConditionJSON, at place: String, depth: Int
    ) -> ConditionBlock? {
        guard let members = members(json, at: place, what: "A block") else { return nil }
        let before = faults.count
        var block = ConditionBlock(kind)
        for member in members {
            let inside = "\(place)/\(Self.escaped(member.key))"
            switch member.key {
            case "where": block.filter = condition(member.value, of: kind.scope, at: inside, depth: depth)
            case "have": block.have = have(member.value, kind, at: inside) ?? block.have
            case "pick":
                guard case .string(let word) = member.value, let pick = ConditionBlock.Pick(rawValue: word) else {
                    refuse(inside, "not_a_choice", "This must be first or last.")
                    continue
                }
                block.pick = pick
            default:
                refuse(inside, "unknown_attribute", "A block has where, have and pick; not “\(member.key)”.")
            }
        }
        return faults.count == before ? block : nil
    }

    private mutating func have(_ json: ConditionJSON, _ kind: ConditionBlockKind, at place: String) -> ConditionHave? {
        guard let members = members(json, at: place, what: "What a block must have") else { return nil }
        if let exactly = members.first(where: { $0.key == "exactly" }) {
            for other in members where other.key != "exactly" {
                refuse(
                    "\(place)/\(Self.escaped(other.key))", "unknown_attribute", "Nothing else stands beside “exactly”."
                )
            }
            return number(exactly.value, .number(places: 0), at: "\(place)/exactly").map(ConditionHave.exactly)
        }
        let parts = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        for key in members.map(\.key) where !["measure", "field", "op", "value"].contains(key) {
            refuse("\(place)/\(Self.escaped(key))", "unknown_attribute", "There is no “\(key)” here.")
        }
        var measure = ConditionHave.Measure.count
        if let said = parts["measure"] {
            guard case .string(let word) = said, let known = ConditionHave.Measure(rawValue: word) else {
                let words = ConditionHave.Measure.allCases.map(\.rawValue).joined(separator: ", ")
                refuse("\(place)/measure", "not_a_choice", "This must be one of: \(words).")
                return nil
            }
            measure = known
        }
        guard let field = measured(parts["field"], measure, kind, at: place) else { return nil }
        var have = ConditionHave(measure, of: field.value, .gte, .number(1))
        if parts["op"] == nil, parts["value"] == nil, measure == .count { return have }
        guard let (op, operand) = operation(parts, have.type, at: place) else { return nil }
        (have.op, have.operand) = (op, operand)
        return have
    }

    /// The field that is measured, where the measure takes one; nil when something is wrong.
    private mutating func measured(
        _ json: ConditionJSON?, _ measure: ConditionHave.Measure, _ kind: ConditionBlockKind, at place: String
    ) -> (value: ConditionField?, Void)? {
        switch (measure, json) {
        case (.count, nil): return (nil, ())
        case (.count, .some):
            refuse("\(place)/field", "not_here", "A count is of records and takes no field.")
            return nil
        case (_, nil):
            refuse("\(place)/field", "required", "Name the field whose \(measure.rawValue) is meant.")
            return nil
        case (_, .some(let json)):
            guard let field = field(json, of: kind.scope, at: "\(place)/field")?.measurable else { return nil }
            guard field.type.isMeasurable else {
                refuse("\(place)/field", "not_a_number", "“\(field.code)” is no number that could be measured.")
                return nil
            }
            return (field, ())
        }
    }

    // MARK: Fields

    /// Reads a field with what is asked of it.
    mutating func test(_ members: [ConditionJSON.Member], of scope: ConditionScope, at place: String) -> Condition? {
        counted(place)
        let before = faults.count
        let parts = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        for key in members.map(\.key) where !["field", "op", "value"].contains(key) {
            refuse(
                "\(place)/\(Self.escaped(key))", "unknown_attribute",
                "A condition on a field has field, op and value; not “\(key)”."
            )
        }
        guard let name = parts["field"],
            let field = field(name, of: scope, at: "\(place)/field")?.form(for: parts["op"], parts["value"]),
            let (op, operand) = operation(parts, field.type, at: place), faults.count == before
        else { return nil }
        return .test(ConditionTest(field, op, operand))
    }

    private mutating func field(_ json: ConditionJSON, of scope: ConditionScope, at place: String) -> ConditionField? {
        guard case .string(let code) = json else {
            refuse(place, "not_a_string", "This must be the name of a field.")
            return nil
        }
        if let field = context.registry.field(scope, code: code) { return field }
        if scope == .event, code.hasPrefix(ConditionField.contextPrefix) {
            let isEmpty = code == ConditionField.contextPrefix
            refuse(
                place, isEmpty ? "required" : "invalid",
                isEmpty
                    ? "Say where in the context, such as context.color."
                    : "A path has at most \(ContextPath.depthLimit) names with points between them, and no more than \(ContextPath.limit) characters."
            )
        } else if let reason = ConditionRegistry.joinsLater(code) {
            refuse(place, "unknown_field", "There is no field “\(code)” yet. \(reason)")
        } else if let other = ConditionScope.allCases.first(where: { context.registry.field($0, code: code) != nil }) {
            refuse(place, "unknown_field", "“\(code)” is no field here: it is one of \(other.records).")
        } else {
            refuse(place, "unknown_field", "There is no field “\(code)” of \(scope.records).")
        }
        return nil
    }

    /// Reads `op` and `value`.
    private mutating func operation(
        _ parts: [String: ConditionJSON], _ type: ConditionType, at place: String
    ) -> (ConditionOperator, ConditionOperand)? {
        guard let word = parts["op"] else {
            refuse("\(place)/op", "required", "Say what is asked, such as “\(type.operators[0].rawValue)”.")
            return nil
        }
        guard case .string(let word) = word, let op = ConditionOperator(rawValue: word), type.operators.contains(op)
        else {
            let known = type.operators.map(\.rawValue).joined(separator: ", ")
            refuse("\(place)/op", "unknown_operator", "Of a \(type.name) can be asked: \(known).")
            return nil
        }
        return operand(parts["value"], op, type, at: "\(place)/value").map { (op, $0) }
    }
}

extension ConditionScope {
    /// As messages call several of them.
    package var records: String {
        switch self {
        case .customer: "customers"
        case .order: "orders"
        case .orderLine: "order lines"
        case .stay: "an order's status history"
        case .receipt: "receipts"
        case .receiptLine: "receipt lines"
        case .event: "events"
        case .container: "containers"
        case .containerLine: "container lines"
        }
    }
}
