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
        compiler.write(condition)
        compiler.program.settle(at: now, calendar, index.dictionaries)
        return compiler.program
    }

    // MARK: Nodes

    private mutating func write(_ condition: Condition) {
        switch condition {
        case .all(let parts): write(.all) { compiler in parts.forEach { compiler.write($0) } }
        case .any(let parts): write(.any) { compiler in parts.forEach { compiler.write($0) } }
        case .not(let part): write(.not) { $0.write(part) }
        case .segment(let name):
            switch segments(name) {
            // Circles were refused when the segments were made.
            case .conditions(let condition): write(condition)
            case .members(let members):
                program.lists.append(Set(members.map(\.rawValue)))
                write(.members, index: program.lists.count - 1)
            case nil: write(.nobody)
            }
        case .test(let test): write(test)
        case .records(let block): write(block)
        }
    }

    private mutating func write(
        _ kind: Program.Node.Kind, column: Int = 0, index: Int = 0, _ within: (inout Compiler) -> Void = { _ in }
    ) {
        let place = program.nodes.count
        program.nodes.append(Program.Node(kind: kind, column: column, index: index))
        within(&self)
        program.nodes[place].end = program.nodes.count
    }

    private mutating func write(_ scope: ConditionScope, _ column: Int, _ test: Int) {
        program.reads.insert(column, of: scope)
        write(.cell, column: column, index: test)
    }

    private mutating func write(_ block: ConditionBlock) {
        program.needs.insert(.init(block.kind.scope))
        program.reads.insert(block.kind.scope)
        let have = block.have
        let value = have.field.map { self.value($0) } ?? .none
        let isScaled = have.type != have.field?.type && have.field != nil
        let place = program.blocks.count
        let test = CellTest(have.op, have.operand)
        program.blocks.append(
            Program.Block(
                kind: block.kind, pick: block.pick, measure: have.measure, value: value,
                scale: isScaled ? 1_000_000 : 1, have: add(.fixed, test),
                enough: have.measure == .count ? test.enough : nil))
        write(.records, index: place) { compiler in
            guard let filter = block.filter else { return }
            compiler.program.blocks[place].filter = compiler.program.nodes.count
            compiler.write(filter)
        }
    }

    private mutating func value(_ field: ConditionField) -> Program.Value {
        if let place = index.layout.place(field.scope, field.source) {
            program.reads.insert(place, of: field.scope)
            return .column(place)
        }
        program.usesProducts = true
        guard let column = productColumn(field.scope) else { return .none }
        program.reads.insert(column, of: field.scope)
        let interner = index.dictionaries[field.scope, column]
        var values: [Int64: Int64] = [:]
        for (name, value) in index.catalogue.values(of: field.source) {
            if let cell = interner.existing(name) { values[cell] = value }
        }
        program.products.append(values)
        return .product(column, program.products.count - 1)
    }

    func productColumn(_ scope: ConditionScope) -> Int? {
        switch scope {
        case .orderLine: index.layout.place(scope, .line(.product))
        case .receiptLine: index.layout.place(scope, .receiptLine(.product))
        default: index.layout.place(scope, .containerLine(.product))
        }
    }

    // MARK: Tests

    private mutating func add(_ kind: Program.Test.Kind, _ cell: CellTest) -> Int {
        program.tests.append(Program.Test(kind: kind, cell: cell))
        return program.tests.count - 1
    }

    private mutating func write(_ test: ConditionTest) {
        let (field, scope) = (test.field, test.field.scope)
        program.needs.insert(.init(field.need))
        let isDenied = test.op.denied != nil
        let op = test.op.denied ?? test.op
        var cell = CellTest()
        cell.isDenied = isDenied
        if case .rfm = field.source { program.usesScores = true }
        switch field.source {
        case .orders(.daysSinceFirst), .orders(.daysSinceLast), .receipts(.daysSinceFirst), .receipts(.daysSinceLast):
            guard let place = index.layout.place(scope, field.source.datedSource) else { return write(isDenied) }
            return write(scope, place, dated(DateTest(daysSince: op, test.operand), cell, isDay: false))
        case .stayed:
            program.movesWithin = true
            program.reads.insert(Layout.stayFrom, of: .stay)
            program.reads.insert(Layout.stayUntil, of: .stay)
            return write(.stayed, index: add(.fixed, CellTest(duration: op, test.operand)))
        case .product, .productCustom: return write(productOf: field, op, test.operand, cell)
        case .container(.abandoned):
            // Kept as the moment since when, so that it comes about by itself.
            guard let place = index.layout.place(scope, field.source), test.op != .noData else { return write(false) }
            cell.isDenied = test.op == .no
            return write(scope, place, dated(DateTest(.past), cell, isDay: false))
        case .status(let type), .lastStatus(let type):
            cell.ranges = statuses(type, op, test.operand, isStay: scope == .stay)
            cell.tabulate()
        default:
            if field.type.isDated, let date = DateTest(op, test.operand) {
                guard let place = index.layout.place(scope, field.source) ?? stayPlace(field) else {
                    return write(isDenied)
                }
                return write(scope, place, dated(date, cell, isDay: field.type == .day))
            }
            if field.type.isText, let text = TextTest(op, test.operand) {
                guard let place = index.layout.place(scope, field.source) else { return write(isDenied) }
                return write(scope, place, self.text(text, cell, .init(scope: scope, place: place)))
            }
            cell.ranges = CellTest(op, test.operand).ranges
        }
        guard let place = index.layout.place(scope, field.source) ?? stayPlace(field) else {
            return write(isDenied)
        }
        write(scope, place, add(.fixed, cell))
    }

    /// What is the same for all.
    private mutating func write(_ holds: Bool) { write(holds ? .everybody : .nobody) }

    private func stayPlace(_ field: ConditionField) -> Int? {
        guard field.scope == .stay else { return nil }
        return field.source == .reached ? Layout.stayFrom : Layout.stayStatus
    }

    private mutating func dated(_ test: DateTest, _ cell: CellTest, isDay: Bool) -> Int {
        if test.movesAtMidnight || isDay && (test.movesWithin || test.movesAtValue) { program.movesAtMidnight = true }
        if test.movesWithin || test.movesAtValue && !isDay { program.movesWithin = true }
        let place = add(.dated(test, isDay: isDay), cell)
        program.tests[place].reach = isDay ? test.movesWithin ? Int64.max : nil : test.reach
        program.tests[place].pace = pace(test, isDay: isDay)
        return place
    }

    private func pace(_ test: DateTest, isDay: Bool) -> Program.Test.Pace {
        if test.movesWithin { return .always }
        guard !isDay else { return .daily }
        return switch test.shape {
        case .inLast, .past: .ends
        case .inNext: .begins
        default: .daily
        }
    }

    private mutating func text(_ test: TextTest, _ cell: CellTest, _ key: Dictionaries.Key) -> Int {
        var cell = cell
        cell.ask(test, index.dictionaries[key.scope, key.place])
        return add(test.isAnything ? .fixed : .text(test, key), cell)
    }

    private mutating func write(
        productOf field: ConditionField, _ op: ConditionOperator, _ operand: ConditionOperand, _ cell: CellTest
    ) {
        program.usesProducts = true
        guard let column = productColumn(field.scope) else { return write(cell.isDenied) }
        let interner = index.dictionaries[field.scope, column]
        let names = index.catalogue.names(where: field.source, test(ofProducts: field, op, operand))
        var cell = cell
        cell.ranges = names.compactMap(interner.existing).sorted().map { $0...$0 }
        cell.tabulate()
        write(field.scope, column, add(.fixed, cell))
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
