import Domain

/// The values by which the passing of a part of a day may change answers, each once however many trees ask of it.
struct FlipWatch: Sendable {
    private struct Date: Hashable, Sendable {
        var scope: ConditionScope
        var column: Int
        var test: DateTest
        var isDay: Bool
        /// How far before now, or less far, a value may lie that flips.
        var reach: Int64
    }

    private var dates: [Date] = []
    /// The lengths of stays at which an answer changes.
    private var lengths: [Int64] = []

    /// Takes in what a program asks.
    mutating func formUnion(_ program: Program) {
        guard program.movesWithin, !program.nodes.isEmpty else { return }
        take(0, program, .customer)
    }

    private mutating func take(_ place: Int, _ program: Program, _ scope: ConditionScope) {
        let node = program.nodes[place]
        switch node.kind {
        case .everybody, .nobody, .members: break
        case .all, .any, .not:
            var part = place + 1
            while part < node.end {
                take(part, program, scope)
                part = program.nodes[part].end
            }
        case .cell:
            let test = program.tests[node.index]
            guard case .dated(let date, let isDay) = test.kind, let reach = test.reach else { return }
            let new = Date(scope: scope, column: node.column, test: date, isDay: isDay, reach: reach)
            if !dates.contains(new) { dates.append(new) }
        case .stayed:
            for length in program.tests[node.index].cell.turns where !lengths.contains(length) {
                lengths.append(length)
            }
        case .records:
            let block = program.blocks[node.index]
            if let filter = block.filter { take(filter, program, block.kind.scope) }
        }
    }

    /// The next instant at which a part of a tree changes for a customer by other than midnight.
    func nextFlip(for person: Person, _ calendar: ShopCalendar, at now: Instant) -> Instant? {
        var next = Int64.max
        func note(_ instant: Int64) {
            if instant > now.milliseconds { next = min(next, instant) }
        }
        for date in dates {
            let table = person.table(date.scope)
            var cell = table.start + date.column
            // Most values are long past.
            let oldest = now.milliseconds - date.reach
            for _ in 0..<table.count {
                let value = person.cells[cell]
                cell += table.width
                guard value > oldest, value != Column.missing else { continue }
                // Within a day nothing of the calendar moves, but what is to come becomes past.
                guard date.test.movesWithin else {
                    note(value)
                    continue
                }
                let instant =
                    date.isDay ? calendar.start(of: CalendarDay(number: value)) : Instant(milliseconds: value)
                date.test.nextFlip(of: instant, after: now, calendar).map { note($0.milliseconds) }
            }
        }
        guard !lengths.isEmpty else { return next == .max ? nil : Instant(milliseconds: next) }
        for row in 0..<person.stays.count {
            let base = person.stays.base(of: row)
            guard person.cells[base + Layout.stayUntil] == Column.missing else { continue }
            for length in lengths { note(person.cells[base + Layout.stayFrom] + length) }
        }
        return next == .max ? nil : Instant(milliseconds: next)
    }
}

extension CellTest {
    /// The values at which the answer turns, for one that grows.
    var turns: [Int64] {
        ranges.flatMap { range in
            (range.lowerBound > Self.least ? [range.lowerBound] : [])
                + (range.upperBound < Int64.max ? [range.upperBound + 1] : [])
        }
    }
}
