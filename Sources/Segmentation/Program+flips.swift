import Domain

extension Program {
    /// Which flips are looked for.
    enum Flips {
        /// All by which the answer may change.
        case all
        /// Those that do not come at midnight, for everybody at once.
        case within
    }

    /// The next instant at which a part of the tree changes for a customer: before it, the answer stays as it is.
    func nextFlip(for person: Person, _ flips: Flips, _ calendar: ShopCalendar, at now: Instant) -> Instant? {
        var search = FlipSearch(program: self, flips: flips, calendar: calendar, now: now.milliseconds)
        search.look(root, person)
        return search.next.map(Instant.init(milliseconds:))
    }
}

extension Program {
    /// Asks who has a value that may flip within a day: all those, and few others; nil where the tree has no such test.
    var flipping: Program? {
        var flipping = Program()
        flipping.now = now
        guard let root = flipping.flipping(of: root, in: self) else { return nil }
        flipping.root = root
        return flipping
    }

    private mutating func flipping(of node: Node, in program: Program) -> Node? {
        switch node {
        case .constant, .members: return nil
        case .all(let parts), .any(let parts):
            let found = parts.compactMap { flipping(of: $0, in: program) }
            return found.isEmpty ? nil : .any(found)
        case .not(let part): return flipping(of: part, in: program)
        case .stayed:
            // A stay that goes on.
            return .cell(Layout.stayUntil, add(CellTest(.notSet, .none)))
        case .cell(let column, let test):
            guard case .dated(_, let isDay) = program.tests[test].kind, let reach = program.tests[test].reach else {
                return nil
            }
            // Days are few and counted otherwise: all of them are looked at.
            let test = isDay ? CellTest(.isSet, .none) : CellTest(.gte, .number(now.milliseconds - reach))
            return .cell(column, add(test))
        case .records(var block):
            guard let filter = block.filter.flatMap({ flipping(of: $0, in: program) }) else { return nil }
            (block.filter, block.pick, block.measure) = (filter, nil, .count)
            block.have = CellTest(.gte, .number(1))
            return .records(block)
        }
    }

    private mutating func add(_ cell: CellTest) -> Int {
        tests.append(Test(kind: .fixed, cell: cell))
        return tests.count - 1
    }
}

extension DateTest {
    /// How far back a value may lie that flips within a day; nil where none does.
    var reach: Int64? {
        guard movesWithin else { return movesAtValue ? 0 : nil }
        switch shape {
        case .inLast(let span), .inNext(let span), .moreThanAgo(let span), .exactlyAgo(let span), .previous(let span):
            return (span.count + 2) * (span.unit.fixedLength ?? 0)
        case .fixed, .anniversaryIn, .age: return nil
        }
    }
}

/// Looks through all values that a tree asks for the next flip.
private struct FlipSearch {
    let program: Program
    let flips: Program.Flips
    let calendar: ShopCalendar
    let now: Int64
    var next: Int64?

    mutating func look(_ node: Program.Node, _ person: Person) {
        switch node {
        case .constant, .members, .stayed: break
        case .all(let parts), .any(let parts): for part in parts { look(part, person) }
        case .not(let part): look(part, person)
        case .cell(let column, let test): consider(test, person.cells[column])
        case .records(let block):
            guard let filter = block.filter else { return }
            switch block.level {
            case .records(let table):
                let records = table == .orders ? person.orders : person.receipts
                for record in 0..<records.count { look(filter, records, record) }
            case .allLines:
                let lines = person.orders.children[RecordShape.lines]
                for row in 0..<(lines.starts.last ?? 0) { look(filter, lines, row) }
            case .things: break
            }
        }
    }

    private mutating func look(_ node: Program.Node, _ records: Person.Records, _ record: Int) {
        switch node {
        case .constant, .members, .stayed: break
        case .all(let parts), .any(let parts): for part in parts { look(part, records, record) }
        case .not(let part): look(part, records, record)
        case .cell(let column, let test): consider(test, records.cells[record * records.width + column])
        case .records(let block):
            guard let filter = block.filter, case .things(let child) = block.level else { return }
            for row in records.children[child].rows(of: record) { look(filter, records.children[child], row) }
        }
    }

    private mutating func look(_ node: Program.Node, _ things: Person.Things, _ row: Int) {
        switch node {
        case .constant, .members, .records: break
        case .all(let parts), .any(let parts): for part in parts { look(part, things, row) }
        case .not(let part): look(part, things, row)
        case .cell(let column, let test): consider(test, things.cells[row * things.width + column])
        case .stayed(let test):
            guard things.cells[row * things.width + Layout.stayUntil] == Column.missing else { return }
            let from = things.cells[row * things.width + Layout.stayFrom]
            for range in program.tests[test].cell.ranges {
                if range.lowerBound > CellTest.least { note(from + range.lowerBound) }
                if range.upperBound < Int64.max { note(from + range.upperBound + 1) }
            }
        }
    }

    @inline(__always)
    private mutating func consider(_ test: Int, _ value: Int64) {
        guard value != Column.missing else { return }
        // Most values are long past.
        if flips == .within {
            guard let reach = program.tests[test].reach, value > now - reach else { return }
        }
        weigh(test, value)
    }

    private mutating func weigh(_ test: Int, _ value: Int64) {
        guard case .dated(let date, let isDay) = program.tests[test].kind else { return }
        // Within a day nothing of the calendar moves, but what is to come becomes past.
        if flips == .within, !date.movesWithin { return note(value) }
        let instant = isDay ? calendar.start(of: CalendarDay(number: value)) : Instant(milliseconds: value)
        date.nextFlip(of: instant, after: Instant(milliseconds: now), calendar).map { note($0.milliseconds) }
    }

    private mutating func note(_ instant: Int64) {
        guard instant > now else { return }
        next = min(next ?? instant, instant)
    }
}
