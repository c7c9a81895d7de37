import Domain

/// What a segment that a tree names is.
package enum SegmentContent: Sendable {
    case conditions(Condition)
    /// Customers that were put together once.
    case members(Set<Customer.ID>)
}

/// Turns condition trees into programs for one index.
struct Compiler {
    let index: SegmentIndex
    let calendar: ShopCalendar
    let segments: (String) -> SegmentContent?
    private(set) var program = Program()

    private init(
        _ index: SegmentIndex, _ calendar: ShopCalendar, _ now: Instant,
        _ segments: @escaping (String) -> SegmentContent?
    ) {
        (self.index, self.calendar, self.segments) = (index, calendar, segments)
        program.now = now
    }

    /// The program of a tree, settled at `now`.
    static func compile(
        _ condition: Condition, _ index: SegmentIndex, _ calendar: ShopCalendar, at now: Instant,
        _ segments: @escaping (String) -> SegmentContent?
    ) -> Program {
        var compiler = Compiler(index, calendar, now, segments)
        compiler.program.root = compiler.node(condition)
        compiler.program.settle(at: now, calendar, index.dictionaries)
        return compiler.program
    }

    private mutating func node(_ condition: Condition) -> Program.Node {
        switch condition {
        case .all(let parts): return parts.isEmpty ? .constant(true) : .all(parts.map { node($0) })
        case .any(let parts): return parts.isEmpty ? .constant(false) : .any(parts.map { node($0) })
        case .not(let part): return .not(node(part))
        case .segment(let name):
            switch segments(name) {
            // Circles were refused when the segments were made.
            case .conditions(let condition): return node(condition)
            case .members(let members): return .members(Set(members.map(\.rawValue)))
            case nil: return .constant(false)
            }
        case .test(let test): return node(test)
        case .records(let block): return .records(self.block(block))
        }
    }

    private mutating func block(_ block: ConditionBlock) -> Program.Block {
        let level: Program.Block.Level =
            switch block.kind {
            case .orders: .records(.orders)
            case .receipts: .records(.receipts)
            case .lines: .allLines
            case .orderLines, .receiptLines: .things(RecordShape.lines)
            case .stays: .things(RecordShape.stays)
            }
        program.needs.insert(.init(block.kind.scope))
        let have = block.have
        var value = Program.Value.none
        if let field = have.field { value = self.value(field) }
        let isScaled = have.type != have.field?.type && have.field != nil
        return Program.Block(
            level: level, filter: block.filter.map { node($0) }, pick: block.pick, measure: have.measure,
            value: value, scale: isScaled ? 1_000_000 : 1, have: CellTest(have.op, have.operand)
        )
    }

    private mutating func value(_ field: ConditionField) -> Program.Value {
        if let place = index.layout.place(field.scope, field.source) { return .column(place) }
        program.usesProducts = true
        guard let column = productColumn(field.scope) else { return .none }
        let interner = index.dictionaries[field.scope, column]
        var values: [Int64: Int64] = [:]
        for (name, value) in index.catalogue.values(of: field.source) {
            if let cell = interner.existing(name) { values[cell] = value }
        }
        return .product(column, values)
    }

    func productColumn(_ scope: ConditionScope) -> Int? {
        index.layout.place(scope, scope == .orderLine ? .line(.product) : .receiptLine(.product))
    }

    // MARK: Tests

    private mutating func add(_ kind: Program.Test.Kind, _ cell: CellTest) -> Int {
        program.tests.append(Program.Test(kind: kind, cell: cell))
        return program.tests.count - 1
    }

    private mutating func node(_ test: ConditionTest) -> Program.Node {
        let (field, scope) = (test.field, test.field.scope)
        program.needs.insert(.init(field.need))
        let isDenied = test.op.denied != nil
        let op = test.op.denied ?? test.op
        var cell = CellTest()
        cell.isDenied = isDenied
        if case .rfm = field.source { program.usesScores = true }
        switch field.source {
        case .orders(.daysSinceFirst), .orders(.daysSinceLast), .receipts(.daysSinceFirst), .receipts(.daysSinceLast):
            guard let place = index.layout.place(scope, field.source.datedSource) else { return .constant(isDenied) }
            return .cell(place, dated(DateTest(daysSince: op, test.operand), cell, isDay: false))
        case .stayed:
            program.movesWithin = true
            return .stayed(add(.fixed, CellTest(duration: op, test.operand)))
        case .product, .productCustom: return product(field, op, test.operand, cell)
        case .status(let type), .lastStatus(let type):
            cell.ranges = statuses(type, op, test.operand, isStay: scope == .stay)
            cell.tabulate()
        default:
            if field.type.isDated, let date = DateTest(op, test.operand) {
                guard let place = index.layout.place(scope, field.source) ?? stayPlace(field) else {
                    return .constant(isDenied)
                }
                return .cell(place, dated(date, cell, isDay: field.type == .day))
            }
            if field.type.isText, let text = TextTest(op, test.operand) {
                guard let place = index.layout.place(scope, field.source) else { return .constant(isDenied) }
                return .cell(place, self.text(text, cell, .init(scope: scope, place: place)))
            }
            cell.ranges = CellTest(op, test.operand).ranges
        }
        guard let place = index.layout.place(scope, field.source) ?? stayPlace(field) else {
            return .constant(isDenied)
        }
        return .cell(place, add(.fixed, cell))
    }

    private func stayPlace(_ field: ConditionField) -> Int? {
        guard field.scope == .stay else { return nil }
        return field.source == .reached ? Layout.stayFrom : Layout.stayStatus
    }

    private mutating func dated(_ test: DateTest, _ cell: CellTest, isDay: Bool) -> Int {
        if test.movesAtMidnight || isDay && (test.movesWithin || test.movesAtValue) { program.movesAtMidnight = true }
        if test.movesWithin || test.movesAtValue && !isDay { program.movesWithin = true }
        let place = add(.dated(test, isDay: isDay), cell)
        program.tests[place].reach = isDay ? test.movesWithin ? Int64.max : nil : test.reach
        return place
    }

    private mutating func text(_ test: TextTest, _ cell: CellTest, _ key: Dictionaries.Key) -> Int {
        var cell = cell
        cell.ask(test, index.dictionaries[key.scope, key.place])
        return add(test.isAnything ? .fixed : .text(test, key), cell)
    }

    private mutating func product(
        _ field: ConditionField, _ op: ConditionOperator, _ operand: ConditionOperand, _ cell: CellTest
    ) -> Program.Node {
        program.usesProducts = true
        guard let column = productColumn(field.scope) else { return .constant(cell.isDenied) }
        let interner = index.dictionaries[field.scope, column]
        let names = index.catalogue.names(where: field.source, test(ofProducts: field, op, operand))
        var cell = cell
        cell.ranges = names.compactMap(interner.existing).sorted().map { $0...$0 }
        cell.tabulate()
        return .cell(column, add(.fixed, cell))
    }

    /// A test of products, which is no denial.
    private mutating func test(
        ofProducts field: ConditionField, _ op: ConditionOperator, _ operand: ConditionOperand
    ) -> CellTest {
        if field.type.isDated, let dates = DateTest(op, operand) {
            // A product's dates are looked at as of now: at another moment the tree is compiled anew.
            if dates.movesAtMidnight || dates.movesWithin || dates.movesAtValue {
                program.usesProductDates = true
                noteFlips(of: field, dates)
            }
            var cell = CellTest()
            let isDay = field.type == .day
            cell.ranges = (isDay ? dates.dayRanges(at: program.now, calendar) : dates.ranges(at: program.now, calendar))
                .compactMap { $0.isEmpty ? nil : $0.lowerBound...$0.upperBound - 1 }
            return cell
        }
        guard field.type.isText, let text = TextTest(op, operand) else { return CellTest(op, operand) }
        var cell = CellTest()
        cell.ask(text, index.catalogue.texts(of: field.source))
        return cell
    }

    private mutating func noteFlips(of field: ConditionField, _ dates: DateTest) {
        for (_, value) in index.catalogue.values(of: field.source) {
            let begin =
                field.type == .day ? calendar.start(of: CalendarDay(number: value)) : Instant(milliseconds: value)
            guard let flip = dates.nextFlip(of: begin, after: program.now, calendar) else { continue }
            program.nextProductFlip = min(program.nextProductFlip ?? flip, flip)
        }
    }

    private func statuses(
        _ type: OrderStatusType, _ op: ConditionOperator, _ operand: ConditionOperand, isStay: Bool
    ) -> [ClosedRange<Int64>] {
        var ids: [Int64] = []
        switch operand {
        case .texts(let codes): ids = codes.compactMap { index.book.status(type, code: $0)?.id.rawValue }
        default:
            guard isStay else { return [CellTest.least...Int64.max] }
            // A stay is of one type: one in a status of another is none.
            ids = index.book.statuses(of: type).map(\.id.rawValue)
        }
        return Set(ids.compactMap { index.statusNumbers[$0] }).sorted().map { $0...$0 }
    }
}
