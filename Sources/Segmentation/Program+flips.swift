import Domain

extension Program {
    /// The next instant at which a part of the tree changes for a customer: before it, the answer stays as it is.
    func nextFlip(for person: Person, _ calendar: ShopCalendar, at now: Instant) -> Instant? {
        var search = FlipSearch(calendar: calendar, now: now.milliseconds)
        search.look(0, self, person, base: 0, record: 0)
        return search.next.map(Instant.init(milliseconds:))
    }
}

extension Program {
    /// Asks who has a value that may flip within a day: all those, and few others; nil where the tree has no such test.
    var flipping: Program? {
        var flipping = Program()
        flipping.now = now
        flipping.write(flippingOf: 0, in: self)
        flipping.quicken()
        return flipping.nodes.isEmpty ? nil : flipping
    }

    /// Writes nothing where no test of a node flips.
    private mutating func write(flippingOf place: Int, in program: Program) {
        let node = program.nodes[place]
        let begin = nodes.count
        switch node.kind {
        case .everybody, .nobody, .members: return
        case .all, .any, .not:
            nodes.append(Node(kind: .any))
            var part = place + 1
            while part < node.end {
                write(flippingOf: part, in: program)
                part = program.nodes[part].end
            }
            if nodes.count == begin + 1 { nodes.removeLast() }
        case .stayed:
            // A stay that goes on.
            nodes.append(Node(kind: .cell, column: Layout.stayUntil, index: add(CellTest(.notSet, .none))))
        case .cell:
            guard case .dated(_, let isDay) = program.tests[node.index].kind,
                let reach = program.tests[node.index].reach
            else { return }
            // Days are few and counted otherwise: all of them are looked at.
            let test = isDay ? CellTest(.isSet, .none) : CellTest(.gte, .number(now.milliseconds - reach))
            nodes.append(Node(kind: .cell, column: node.column, index: add(test)))
        case .records:
            var block = program.blocks[node.index]
            guard let filter = block.filter else { return }
            nodes.append(Node(kind: .records, index: blocks.count))
            (block.filter, block.pick, block.measure, block.enough) = (begin + 1, nil, .count, 1)
            block.have = add(CellTest(.gte, .number(1)))
            blocks.append(block)
            write(flippingOf: filter, in: program)
            if nodes.count == begin + 1 {
                nodes.removeLast()
                blocks.removeLast()
            }
        }
        if nodes.count > begin { nodes[begin].end = nodes.count }
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
        case .fixed, .anniversaryIn, .age, .past: return nil
        }
    }
}

/// Looks through all values that a tree asks for the next flip.
private struct FlipSearch {
    let calendar: ShopCalendar
    let now: Int64
    var next: Int64?

    mutating func look(_ place: Int, _ program: Program, _ person: Person, base: Int, record: Int) {
        let node = program.nodes[place]
        switch node.kind {
        case .everybody, .nobody, .members: break
        case .all, .any, .not:
            var part = place + 1
            while part < node.end {
                look(part, program, person, base: base, record: record)
                part = program.nodes[part].end
            }
        case .cell: consider(node.index, program, person.cells[base + node.column])
        case .stayed:
            guard person.cells[base + Layout.stayUntil] == Column.missing else { return }
            let from = person.cells[base + Layout.stayFrom]
            for length in program.tests[node.index].cell.turns { note(from + length) }
        case .records:
            let block = program.blocks[node.index]
            guard let filter = block.filter else { return }
            let (start, width) = person.cells(block.kind)
            for row in person.rows(block.kind, in: record) {
                look(filter, program, person, base: start + row * width, record: row)
            }
        }
    }

    private mutating func consider(_ test: Int, _ program: Program, _ value: Int64) {
        guard value != Column.missing, case .dated(let date, let isDay) = program.tests[test].kind else { return }
        let instant = isDay ? calendar.start(of: CalendarDay(number: value)) : Instant(milliseconds: value)
        date.nextFlip(of: instant, after: Instant(milliseconds: now), calendar).map { note($0.milliseconds) }
    }

    private mutating func note(_ instant: Int64) {
        guard instant > now else { return }
        next = min(next ?? instant, instant)
    }
}
