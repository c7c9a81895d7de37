import Domain

extension World {
    /// A condition tree of any shape over any fields.
    mutating func tree() -> Condition { condition(.customer, depth: 0) }

    private mutating func condition(_ scope: ConditionScope, depth: Int) -> Condition {
        switch chance.below(depth > 3 ? 5 : 10) {
        case 5: return .all((0..<1 + chance.below(3)).map { _ in condition(scope, depth: depth + 1) })
        case 6: return .any((0..<1 + chance.below(3)).map { _ in condition(scope, depth: depth + 1) })
        case 7: return .not(condition(scope, depth: depth + 1))
        case 8 where !scope.blocks.isEmpty: return .records(block(chance.one(of: scope.blocks), depth: depth + 1))
        case 9 where scope == .customer: return .segment(chance.one(of: ["tree", "list", "none"]))
        default:
            if scope == .customer, chance.happens(5) {
                return .records(block(chance.one(of: scope.blocks), depth: depth + 1))
            }
            return .test(test(chance.one(of: registry.fields(of: scope))))
        }
    }

    private mutating func block(_ kind: ConditionBlockKind, depth: Int) -> ConditionBlock {
        var block = ConditionBlock(kind)
        if chance.happens(8) { block.filter = condition(kind.scope, depth: depth) }
        if chance.happens(2) { block.pick = chance.one(of: [.first, .last]) }
        let measurable = registry.fields(of: kind.scope).filter(\.type.isMeasurable)
        if chance.happens(4), !measurable.isEmpty {
            let field = chance.one(of: measurable)
            block.have = ConditionHave(chance.one(of: [.sum, .avg, .min, .max, .median]), of: field, .gte, .number(0))
            (block.have.op, block.have.operand) = operation(block.have.type)
        } else if chance.happens(5) {
            block.have = ConditionHave(
                .count, chance.one(of: [.eq, .ne, .gt, .gte, .lt, .lte]), .number(Int64(chance.below(4))))
        }
        return block
    }

    /// A condition on one date, or on how long something lasted.
    mutating func datedTree() -> Condition {
        var scope = chance.one(of: [
            ConditionScope.customer, .order, .order, .orderLine, .stay, .receipt, .event, .container, .container,
            .containerLine,
        ])
        let fields = registry.fields(of: scope).filter {
            $0.type.isDated || $0.type == .duration || $0.source == .container(.abandoned)
        }
        var asked = test(chance.one(of: fields))
        // What is fixed never moves by itself.
        while [.noData, .on, .before, .after, .between, .isSet, .notSet].contains(asked.op) {
            asked = test(chance.one(of: fields))
        }
        var tree = Condition.test(asked)
        if chance.happens(2) { tree = .not(tree) }
        while scope != .customer {
            let kinds = ConditionBlockKind.allCases.filter { $0.scope == scope }
            let kind = chance.one(of: kinds)
            tree = .records(ConditionBlock(kind, tree, have: chance.happens(3) ? .exactly(1) : .some))
            scope = ConditionScope.allCases.first { $0.blocks.contains(kind) } ?? .customer
        }
        return tree
    }

    mutating func test(_ field: ConditionField) -> ConditionTest {
        // Whether a context has anything is asked of its texts.
        var operators = field.type.operators
        if case .contextNumber = field.source { operators.removeAll(where: \.takesNothing) }
        let (op, operand) = operation(field.type, operators)
        return ConditionTest(field, op, operand)
    }

    private mutating func operation(
        _ type: ConditionType, _ operators: [ConditionOperator]? = nil
    ) -> (ConditionOperator, ConditionOperand) {
        let op = chance.one(of: operators ?? type.operators)
        if op.takesNothing { return (op, .none) }
        let clocks: [ConditionSpan.Unit] = [.minute, .hour]
        let units: [ConditionSpan.Unit] = [.day, .week, .month, .year] + (op == .anniversaryIn ? [] : clocks)
        let span = ConditionSpan(Int64(1 + chance.below(chance.happens(5) ? 3 : 40)), chance.one(of: units))
        switch op {
        case .in, .notIn: return (op, .texts((0..<1 + chance.below(3)).map { _ in word(type) }))
        case .this: return (op, .span(ConditionSpan(0, span.unit)))
        case .inLast, .notInLast, .inNext, .moreThanAgo, .exactlyAgo, .anniversaryIn, .previous:
            return (op, .span(span))
        case .on: return (op, .moment(.day(day())))
        case .before, .after: return (op, .moment(chance.happens(5) ? .day(day()) : .instant(moment())))
        case .between:
            if type.isDated {
                let days = [day(), day()].sorted()
                return (op, .moments(.day(days[0]), .day(days[1])))
            }
            let numbers = [number(type), number(type)].sorted()
            return (op, .numbers(numbers[0], numbers[1]))
        default:
            switch type {
            case .string, .list: return (op, .text(word(type)))
            case .duration:
                return (op, .span(ConditionSpan(Int64(1 + chance.below(4)), chance.one(of: [.hour, .day]))))
            default: return (op, .number(number(type)))
            }
        }
    }

    private mutating func number(_ type: ConditionType) -> Int64 {
        switch type {
        case .money: money().tenThousandths
        case .number(4): money().tenThousandths
        case .number(6): quantity().millionths
        case .time: Int64(chance.below(24)) * 3600
        default: Int64(chance.below(8) - 1)
        }
    }

    private mutating func word(_ type: ConditionType) -> String {
        switch type {
        case .status: return chance.one(of: ["new", "done", "gone"])
        case .choice(let choices), .choices(let choices): return chance.one(of: choices)
        default:
            let word =
                chance.happens(2)
                ? chance.one(of: Self.products)
                : chance.happens(2) ? chance.one(of: ["product_viewed", "cart", "true", "1", "a,b", "0.3"]) : text()
            return chance.happens(3) ? String(word.prefix(2)) : word
        }
    }
}
