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
    func nextFlip(for person: Person, _ flips: Flips, _ calendar: ShopCalendar) -> Instant? {
        var search = FlipSearch(program: self, flips: flips, calendar: calendar)
        search.look(root, person)
        return search.next.map(Instant.init(milliseconds:))
    }
}

/// Looks through all values that a tree asks for the next flip.
private struct FlipSearch {
    let program: Program
    let flips: Program.Flips
    let calendar: ShopCalendar
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

    private mutating func consider(_ test: Int, _ value: Int64) {
        guard value != Column.missing, case .dated(let date, let isDay) = program.tests[test].kind else { return }
        if flips == .within {
            guard date.movesWithin || date.movesAtValue && !isDay else { return }
            // Within a day nothing of the calendar moves, but what is to come becomes past.
            guard date.movesWithin else { return note(value) }
        }
        let instant = isDay ? calendar.start(of: CalendarDay(number: value)) : Instant(milliseconds: value)
        date.nextFlip(of: instant, after: program.now, calendar).map { note($0.milliseconds) }
    }

    private mutating func note(_ instant: Int64) {
        guard instant > program.now.milliseconds else { return }
        next = min(next ?? instant, instant)
    }
}
