import Domain

extension ShardRun {
    /// Writes 1 for each record of a chunk whose things are as a block wants them.
    func things(_ mask: inout [UInt8], _ block: Program.Block, _ things: ChildPart, _ records: Range<Int>) {
        let rows = things.rows(of: records)
        var fulfilled = [UInt8](repeating: 1, count: rows.count)
        if let filter = block.filter { fill(&fulfilled, filter, things, rows) }
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
        let known = (0..<16).map { program.holds(block.have, Int64($0)) ? UInt8(1) : 0 }
        // How many were fulfilled up to each place: a record's number is a difference, and nothing is branched upon.
        var sums = [UInt32](repeating: 0, count: fulfilled.count + 1)
        for place in fulfilled.indices { sums[place + 1] = sums[place] &+ UInt32(fulfilled[place]) }
        let pick = block.pick
        mask.withUnsafeMutableBufferPointer { mask in
            things.starts(of: records).withUnsafeBufferPointer { starts in
                for record in 0..<records.count {
                    var (low, high) = (Int(starts[record] &- starts[0]), Int(starts[record &+ 1] &- starts[0]))
                    if pick == .first { high = min(high, low + 1) }
                    if pick == .last { low = max(low, high - 1) }
                    let count = Int(sums[high] &- sums[low])
                    let holds = count < 16 ? known[count] : program.holds(block.have, Int64(count)) ? 1 : 0
                    mask[record] = holds
                }
            }
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
                let value = program.value(block) { things.columns[$0][row] }
                if value != Column.missing { values.append(value) }
            }
            let value = Measured.value(block.measure, values, count: count, scale: block.scale)
            mask[record - records.lowerBound] = program.holds(block.have, value ?? Column.missing) ? 1 : 0
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
        let late = Self.late(table, pick, lines: lines)
        for customer in 0..<Shard.size {
            var chosen = Self.chosen(table, customer, pick, lines: lines)
            if let place = late[customer] {
                // Those of the base stand in the order of time, and so they are held against one of the tail.
                if chosen.map({ (table.key(place) < table.key($0)) == (pick == .first) }) ?? true { chosen = place }
            }
            guard let place = chosen else { continue }
            var row = place >= 0 ? Int(place) : Int(-place - 1)
            if lines {
                let rows = table.rows(of: place, RecordShape.lines)
                row = pick == .first ? rows.lowerBound : rows.upperBound - 1
            }
            if place >= 0 { base[row] = 1 } else { tail[row] = 1 }
        }
    }

    /// The base's first or last record of a customer.
    @inline(__always)
    private static func chosen(
        _ table: RecordTable, _ customer: Int, _ pick: ConditionBlock.Pick, lines: Bool
    ) -> RecordTable.Place? {
        var (low, high) = (Int(table.starts[customer]), Int(table.starts[customer + 1]))
        while low < high {
            let place = RecordTable.Place(table.order[pick == .first ? low : high - 1])
            if table.base.alive[Int(place)] != 0, !lines || !table.rows(of: place, RecordShape.lines).isEmpty {
                return place
            }
            if pick == .first { low += 1 } else { high -= 1 }
        }
        return nil
    }

    /// The tail's first or last record of each customer.
    private static func late(
        _ table: RecordTable, _ pick: ConditionBlock.Pick, lines: Bool
    ) -> [Int: RecordTable.Place] {
        var late: [Int: RecordTable.Place] = [:]
        for row in 0..<table.tail.count where table.tail.alive[row] != 0 {
            let (place, customer) = (-RecordTable.Place(row) - 1, Int(table.tail.customers[row]))
            if lines, table.rows(of: place, RecordShape.lines).isEmpty { continue }
            if let other = late[customer], (table.key(place) < table.key(other)) != (pick == .first) { continue }
            late[customer] = place
        }
        return late
    }
}
