import Domain

extension ShardRun {
    /// Gathers the lines of all records of a part, customer by customer.
    func lines(_ block: Program.Block, _ part: Part, _ picked: [UInt8]?, _ gathered: inout Gathered) {
        let lines = part.children[RecordShape.lines]
        var mask: [UInt8] = []
        for first in stride(from: 0, to: part.count, by: Self.chunk) {
            let records = first..<min(first + Self.chunk, part.count)
            let rows = lines.rows(of: records)
            if mask.count < rows.count { mask = [UInt8](repeating: 0, count: rows.count) }
            fill(&mask, block.filter, lines, rows)
            if let picked {
                for index in 0..<rows.count { mask[index] &= picked[rows.lowerBound + index] }
            }
            guard Self.hasAny(mask, rows.count) else { continue }
            for record in records where part.alive[record] != 0 {
                let customer = Int(part.customers[record])
                gathered.take(mask, from: rows.lowerBound, lines.rows(of: record), lines.columns) { _ in customer }
            }
        }
    }

    /// Writes 1 for each record of a chunk whose things are as a block wants them.
    func things(_ mask: inout [UInt8], _ block: Program.Block, _ things: ChildPart, _ records: Range<Int>) {
        let rows = things.rows(of: records)
        var fulfilled = [UInt8](repeating: 1, count: rows.count)
        fill(&fulfilled, block.filter, things, rows)
        if block.measure == .count {
            counts(&mask, block, things, records, fulfilled)
        } else {
            measures(&mask, block, things, records, fulfilled)
        }
    }

    private func counts(
        _ mask: inout [UInt8], _ block: Program.Block, _ things: ChildPart, _ records: Range<Int>,
        _ fulfilled: [UInt8]
    ) {
        // Few things are counted often: their answers are looked up.
        let known = (0..<16).map { block.have.holds($0) ? UInt8(1) : 0 }
        let start = things.rows(of: records).lowerBound
        guard Self.hasAny(fulfilled, fulfilled.count) else {
            for index in 0..<records.count { mask[index] = known[0] }
            return
        }
        // Few things fulfil most conditions: they are looked for, and not their records.
        var counts = [Int32](repeating: 0, count: records.count)
        let pick = block.pick
        fulfilled.withUnsafeBytes { fulfilled in
            things.starts.withUnsafeBufferPointer { starts in
                var record = records.lowerBound
                var place = 0
                while place < fulfilled.count {
                    if place + 8 <= fulfilled.count,
                        fulfilled.loadUnaligned(fromByteOffset: place, as: UInt64.self) == 0
                    {
                        place += 8
                        continue
                    }
                    for place in place..<min(place + 8, fulfilled.count) where fulfilled[place] != 0 {
                        let row = UInt32(start + place)
                        while starts[record + 1] <= row { record += 1 }
                        if pick == .first, row != starts[record] { continue }
                        if pick == .last, row + 1 != starts[record + 1] { continue }
                        counts[record - records.lowerBound] &+= 1
                    }
                    place += 8
                }
            }
        }
        for index in 0..<records.count {
            let count = Int(counts[index])
            mask[index] = count < known.count ? known[count] : block.have.holds(Int64(count)) ? 1 : 0
        }
    }

    private func measures(
        _ mask: inout [UInt8], _ block: Program.Block, _ things: ChildPart, _ records: Range<Int>,
        _ fulfilled: [UInt8]
    ) {
        let start = things.rows(of: records).lowerBound
        var values: [Int64] = []
        for record in records {
            var count = 0
            values.removeAll(keepingCapacity: true)
            for row in block.picked(things.rows(of: record)) where fulfilled[row - start] != 0 {
                count += 1
                let value = block.value.of { things.columns[$0][row] }
                if value != Column.missing { values.append(value) }
            }
            let value = Measured.value(block.measure, values, count: count, scale: block.scale)
            mask[record - records.lowerBound] = block.have.holds(value ?? Column.missing) ? 1 : 0
        }
    }

    /// Whether any of the first so many is 1.
    static func hasAny(_ mask: [UInt8], _ count: Int) -> Bool {
        var any: UInt8 = 0
        for index in 0..<count { any |= mask[index] }
        return any != 0
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
        var chosen = [RecordTable.Place?](repeating: nil, count: Shard.size)
        let candidates = table.order.indices
        for customer in 0..<Shard.size {
            let own = Int(table.starts[customer])..<Int(table.starts[customer + 1])
            func isCandidate(_ index: Int) -> Bool {
                let row = Int(table.order[index])
                return table.base.alive[row] != 0 && (!lines || !table.rows(of: Int32(row), RecordShape.lines).isEmpty)
            }
            let index =
                pick == .first ? candidates[own].first(where: isCandidate) : candidates[own].last(where: isCandidate)
            chosen[customer] = index.map { RecordTable.Place(table.order[$0]) }
        }
        for row in 0..<table.tail.count where table.tail.alive[row] != 0 {
            let (place, customer) = (-RecordTable.Place(row) - 1, Int(table.tail.customers[row]))
            if lines, table.rows(of: place, RecordShape.lines).isEmpty { continue }
            if let other = chosen[customer], (table.key(place) < table.key(other)) != (pick == .first) { continue }
            chosen[customer] = place
        }
        for case let place? in chosen {
            var row = place >= 0 ? Int(place) : Int(-place - 1)
            if lines {
                let rows = table.rows(of: place, RecordShape.lines)
                row = pick == .first ? rows.lowerBound : rows.upperBound - 1
            }
            if place >= 0 { base[row] = 1 } else { tail[row] = 1 }
        }
    }
}
