extension Condition {
    /// The tree as the API takes it, always in the same words: keys sorted, nothing said that is meant anyway.
    package var text: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .all(let parts): writer.array("all") { writer in parts.forEach { $0.write(to: &writer) } }
            case .any(let parts): writer.array("any") { writer in parts.forEach { $0.write(to: &writer) } }
            case .not(let part):
                writer.key("not")
                part.write(to: &writer)
            case .segment(let name): writer.field("segment", name)
            case .test(let test):
                writer.field("field", test.field.code)
                writer.field("op", test.op.rawValue)
                writer.operand(test.operand, test.field.type)
            case .records(let block):
                writer.key(block.kind.code)
                block.write(to: &writer)
            }
        }
    }
}

extension ConditionBlock {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if have != .some {
                writer.object("have") { writer in
                    if have.measure == .count, have.op == .eq, case .number(let count) = have.operand {
                        return writer.field("exactly", count)
                    }
                    if let field = have.field { writer.field("field", field.code) }
                    writer.field("measure", have.measure.rawValue)
                    writer.field("op", have.op.rawValue)
                    writer.operand(have.operand, have.type)
                }
            }
            if let pick { writer.field("pick", pick.rawValue) }
            if let filter {
                writer.key("where")
                filter.write(to: &writer)
            }
        }
    }
}

extension JSONWriter {
    /// Writes `value`, where there is one.
    fileprivate mutating func operand(_ operand: ConditionOperand, _ type: ConditionType) {
        guard operand != .none else { return }
        key("value")
        switch operand {
        case .none: null()
        case .text(let text): value(text)
        case .texts(let texts): array { writer in texts.forEach { writer.value($0) } }
        case .number(let number): amount(number, type)
        case .numbers(let from, let to):
            array { writer in
                writer.amount(from, type)
                writer.amount(to, type)
            }
        case .moment(let moment): value(moment.text)
        case .moments(let from, let to):
            array { writer in
                writer.value(from.text)
                writer.value(to.text)
            }
        case .span(let span):
            object { writer in
                if span.count > 0 { writer.field("n", span.count) }
                writer.field("unit", span.unit.rawValue)
            }
        }
    }

    private mutating func amount(_ number: Int64, _ type: ConditionType) {
        if let places = type.places { return raw(FixedPoint.text(number, places: places)) }
        value(CustomValue.time(number).plain)
    }
}

extension ConditionMoment {
    /// As the wire has it.
    package var text: String {
        switch self {
        case .day(let day): day.text
        case .instant(let instant): instant.rfc3339
        }
    }
}
