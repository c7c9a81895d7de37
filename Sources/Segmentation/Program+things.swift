import Domain

extension ShardRun {
    /// Gathers the lines of all records of a part, customer by customer.
    func lines(_ block: Program.Block, _ part: Part, _ picked: [UInt8]?, _ gathered: inout Gathered) {
        let lines = part.children[RecordShape.lines]
        var mask = [UInt8](repeating: 1, count: Self.chunk)
        var owners = [Int](repeating: 0, count: Self.chunk)
        var record = 0
        for start in stride(from: 0, to: lines.count, by: Self.chunk) {
            let chunk = start..<min(start + Self.chunk, lines.count)
            fill(&mask, block.filter, lines, chunk)
            for row in chunk {
                while Int(lines.starts[record + 1]) <= row { record += 1 }
                owners[row - start] = Int(part.customers[record])
                mask[row - start] &= part.alive[record]
            }
            if let picked {
                for index in 0..<chunk.count { mask[index] &= picked[start + index] }
            }
            gathered.take(mask, chunk, lines.columns) { owners[$0 - start] }
        }
    }

    /// Writes 1 for each record of a chunk whose things are as a block wants them.
    func things(_ mask: inout [UInt8], _ block: Program.Block, _ things: ChildPart, _ records: Range<Int>) {
        let rows = things.rows(of: records)
        var fulfilled = [UInt8](repeating: 1, count: rows.count)
        fill(&fulfilled, block.filter, things, rows)
        let isCount = block.measure == .count
        for record in records {
            let all = things.rows(of: record)
            let picked = block.picked(all)
            var count = 0
            var values: [Int64] = []
            for row in picked {
                count += Int(fulfilled[row - rows.lowerBound])
                guard !isCount, fulfilled[row - rows.lowerBound] != 0 else { continue }
                let value = block.value.of { things.columns[$0][row] }
                if value != Column.missing { values.append(value) }
            }
            let value =
                isCount ? Int64(count) : Measured.value(block.measure, values, count: count, scale: block.scale)
            mask[record - records.lowerBound] = block.have.holds(value ?? Column.missing) ? 1 : 0
        }
    }

    /// Writes 1 for each thing that fulfils a condition.
    private func fill(_ mask: inout [UInt8], _ node: Program.Node?, _ things: ChildPart, _ rows: Range<Int>) {
        switch node {
        case nil: Self.ones(&mask, rows.count)
        case .constant(let value):
            for index in 0..<rows.count { mask[index] = value ? 1 : 0 }
        case .all(let parts), .any(let parts):
            let isAll = if case .all = node { true } else { false }
            fill(&mask, parts[0], things, rows)
            var other = [UInt8](repeating: 0, count: rows.count)
            for next in parts.dropFirst() {
                fill(&other, next, things, rows)
                if isAll { Self.and(&mask, other, rows.count) } else { Self.or(&mask, other, rows.count) }
            }
        case .not(let inner):
            fill(&mask, inner, things, rows)
            Self.not(&mask, rows.count)
        case .cell(let column, let test): things.columns[column].fill(&mask, rows, program.tests[test].cell)
        case .stayed(let test):
            for row in rows {
                let length = program.stayed(
                    things.columns[Layout.stayFrom][row], things.columns[Layout.stayUntil][row])
                mask[row - rows.lowerBound] = program.tests[test].cell.holds(length) ? 1 : 0
            }
        case .members, .records: Self.zeros(&mask, rows.count)
        }
    }
}

/// Which record, or line, of each customer alone is looked at: 1 for those, 0 for the others.
struct Picked {
    var base: [UInt8]
    var tail: [UInt8]

    init(_ table: RecordTable, _ pick: ConditionBlock.Pick, lines: Bool) {
        func count(_ part: Part) -> Int { lines ? part.children[RecordShape.lines].count : part.count }
        base = [UInt8](repeating: 0, count: count(table.base))
        tail = [UInt8](repeating: 0, count: count(table.tail))
        for places in table.allPlaces() {
            let candidates = lines ? places.filter { !table.rows(of: $0, RecordShape.lines).isEmpty } : places
            guard let place = pick == .first ? candidates.first : candidates.last else { continue }
            var row = place >= 0 ? Int(place) : Int(-place - 1)
            if lines {
                let rows = table.rows(of: place, RecordShape.lines)
                row = pick == .first ? rows.lowerBound : rows.upperBound - 1
            }
            if place >= 0 { base[row] = 1 } else { tail[row] = 1 }
        }
    }
}
