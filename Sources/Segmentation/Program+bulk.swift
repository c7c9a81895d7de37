import Domain

/// Asks a program of all customers of a shard at once.
struct ShardRun {
    let program: Program
    let shard: Shard
    /// Records that are gone through at a time, so that what is in between stays in the cache.
    static let chunk = 2048

    init(_ program: Program, _ shard: Shard) { (self.program, self.shard) = (program, shard) }

    /// 1 for each customer who is there and fulfils the tree.
    func mask() -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: shard.count)
        customers(&mask, 0)
        Mask.and(&mask, shard.alive, 0, shard.count)
        return mask
    }

    private func customers(_ mask: inout [UInt8], _ place: Int) {
        let (node, count) = (program.nodes[place], shard.count)
        switch node.kind {
        case .everybody, .nobody: Mask.set(&mask, node.kind == .everybody ? 1 : 0, count)
        case .all, .any:
            combine(&mask, place, shard.columns, 0..<count) { customers(&$0, $1) }
        case .not:
            customers(&mask, place + 1)
            Mask.turn(&mask, count)
        case .cell: shard.columns[node.column].fill(&mask, 0..<count, program.tests[node.index].cell)
        case .members:
            let members = program.lists[node.index]
            for customer in 0..<count { mask[customer] = members.contains(shard.ids[customer]) ? 1 : 0 }
        case .stayed: Mask.set(&mask, 0, count)
        case .records:
            let block = program.blocks[node.index]
            if block.measure == .median { return medians(&mask, block) }
            gather(block, Gathered(block)).fill(&mask, count, program, block.have)
        }
    }

    /// Asks the parts of an `all` or an `any` until nothing is left that could change.
    ///
    /// - Parameter columns: Those of the rows that are asked.
    @inline(__always)
    private func combine(
        _ mask: inout [UInt8], _ place: Int, _ columns: [Column], _ rows: Range<Int>,
        _ ask: (inout [UInt8], Int) -> Void
    ) {
        let (node, count) = (program.nodes[place], rows.count)
        let isAll = node.kind == .all
        guard node.end > place + 1 else { return Mask.set(&mask, isAll ? 1 : 0, count) }
        ask(&mask, place + 1)
        var part = program.nodes[place + 1].end
        var other: [UInt8] = []
        while part < node.end {
            let next = program.nodes[part]
            if isAll {
                let ones = Mask.ones(mask, count)
                guard ones > 0 else { return }
                if next.kind == .cell, Mask.areFew(ones, of: count) {
                    let column = columns[next.column]
                    Mask.restrict(&mask, count) { program.holds(next.index, column[rows.lowerBound &+ $0]) }
                    part = next.end
                    continue
                }
            }
            if other.isEmpty { other = [UInt8](repeating: 0, count: count) }
            ask(&other, part)
            if isAll { Mask.and(&mask, other, 0, count) } else { Mask.or(&mask, other, count) }
            part = next.end
        }
    }

    // MARK: Records

    /// Which customers' medians are as they should be: told by how many values lie below the bounds, without sorting them.
    private func medians(_ mask: inout [UInt8], _ block: Program.Block) {
        let (count, have) = (shard.count, program.tests[block.have].cell)
        let denied: UInt8 = have.isDenied ? 1 : 0
        guard let range = have.ranges.first, have.ranges.count == 1 else { return Mask.set(&mask, denied, count) }
        let least = gather(block, Gathered(block, above: range.lowerBound)).areAbove(count)
        // No median is neither: 2 stands for that.
        for customer in 0..<count { mask[customer] = (least[customer] == 1 ? 1 : 0) ^ denied }
        guard range.upperBound < Int64.max else { return }
        let above = gather(block, Gathered(block, above: range.upperBound + 1)).areAbove(count)
        for customer in 0..<count where least[customer] == 1 && above[customer] == 1 { mask[customer] = denied }
    }

    private func gather(_ block: Program.Block, _ start: Gathered) -> Gathered {
        var gathered = start
        let table = shard[block.kind.table]
        let picked = block.pick.map { Picked(table, $0, lines: block.kind == .lines) }
        for (part, isTail) in [(table.base, false), (table.tail, true)] where part.count > 0 {
            let mask = picked.map { isTail ? $0.tail : $0.base }
            if block.kind == .lines {
                lines(block, part, mask, &gathered)
            } else {
                records(block, part, isTail ? 0..<part.count : bounds(block.filter, part), mask, &gathered)
            }
        }
        return gathered
    }

    private func records(
        _ block: Program.Block, _ part: Part, _ rows: Range<Int>, _ picked: [UInt8]?, _ gathered: inout Gathered
    ) {
        var mask = [UInt8](repeating: 1, count: Self.chunk)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.chunk) {
            let chunk = start..<min(start + Self.chunk, rows.upperBound)
            if let picked {
                Mask.copy(&mask, picked, start, chunk.count)
                guard Mask.hasAny(mask, chunk.count) else { continue }
            }
            if let filter = block.filter { fill(&mask, filter, part, chunk) } else { Mask.set(&mask, 1, chunk.count) }
            Mask.and(&mask, part.alive, start, chunk.count)
            if let picked { Mask.and(&mask, picked, start, chunk.count) }
            gathered.take(mask, chunk, part.columns, part.customers, program)
        }
    }

    /// Gathers the lines of all records of a part, customer by customer.
    private func lines(_ block: Program.Block, _ part: Part, _ picked: [UInt8]?, _ gathered: inout Gathered) {
        let lines = part.children[RecordShape.lines]
        var mask: [UInt8] = []
        var customers: [UInt16] = []
        for first in stride(from: 0, to: part.count, by: Self.chunk) {
            let records = first..<min(first + Self.chunk, part.count)
            let rows = lines.rows(of: records)
            if mask.count < rows.count {
                mask = [UInt8](repeating: 0, count: rows.count)
                customers = [UInt16](repeating: 0, count: rows.count)
            }
            if let filter = block.filter { fill(&mask, filter, lines, rows) } else { Mask.set(&mask, 1, rows.count) }
            if let picked { Mask.and(&mask, picked, rows.lowerBound, rows.count) }
            let ones = Mask.ones(mask, rows.count)
            guard ones > 0 else { continue }
            // Most often few lines fulfil a condition: their records are looked for, and no others.
            if Mask.areFew(ones, of: rows.count) {
                owners(&mask, &customers, part, first, rows.count) {
                    lines.record(of: rows.lowerBound &+ $0, among: $1..<records.upperBound)
                }
            } else {
                lines.starts(of: records).withUnsafeBufferPointer { starts in
                    owners(&mask, &customers, part, first, rows.count) { index, record in
                        var place = record &- first
                        while starts[place &+ 1] &- starts[0] <= index { place &+= 1 }
                        return first &+ place
                    }
                }
            }
            gathered.take(mask, rows, lines.columns, customers, from: rows.lowerBound, program)
        }
    }

    /// Finds whose the lines are that a mask has, and takes those from it whose records are gone.
    ///
    /// - Parameters:
    ///   - first: The first record of the chunk.
    ///   - count: How many lines are asked.
    ///   - find: The record of a line, which is the given one or a later one.
    @inline(__always)
    private func owners(
        _ mask: inout [UInt8], _ customers: inout [UInt16], _ part: Part, _ first: Int, _ count: Int,
        _ find: (_ line: Int, _ record: Int) -> Int
    ) {
        var record = first
        customers.withUnsafeMutableBufferPointer { customers in
            Mask.restrict(&mask, count) { index in
                record = find(index, record)
                customers[index] = UInt16(truncatingIfNeeded: record &- first)
                return part.alive[record] != 0
            }
            // Afterwards, since these reads wait for memory, and do so together.
            Mask.each(mask, count) { customers[$0] = part.customers[first &+ Int(customers[$0])] }
        }
    }

    /// The rows of a sorted part that a condition on the date leaves.
    private func bounds(_ filter: Int?, _ part: Part) -> Range<Int> {
        guard let filter else { return 0..<part.count }
        var rows = 0..<part.count
        let isAll = program.nodes[filter].kind == .all
        var place = isAll ? filter + 1 : filter
        while place < program.nodes[filter].end {
            let node = program.nodes[place]
            place = node.end
            guard node.kind == .cell, node.column == RecordShape.date else { continue }
            let test = program.tests[node.index].cell
            guard !test.isDenied, test.table == nil, let low = test.ranges.first?.lowerBound,
                let high = test.ranges.last?.upperBound
            else { continue }
            let dates = part.columns[RecordShape.date]
            let begin = rows.partitioned { dates[$0] >= low }
            rows = begin..<max(begin, rows.partitioned { dates[$0] > high })
        }
        return rows
    }

    /// Writes 1 for each record of a chunk that fulfils a condition.
    private func fill(_ mask: inout [UInt8], _ place: Int, _ part: Part, _ rows: Range<Int>) {
        let node = program.nodes[place]
        switch node.kind {
        case .everybody: Mask.set(&mask, 1, rows.count)
        case .nobody, .stayed, .members: Mask.set(&mask, 0, rows.count)
        case .all, .any: combine(&mask, place, part.columns, rows) { fill(&$0, $1, part, rows) }
        case .not:
            fill(&mask, place + 1, part, rows)
            Mask.turn(&mask, rows.count)
        case .cell: part.columns[node.column].fill(&mask, rows, program.tests[node.index].cell)
        case .records:
            let block = program.blocks[node.index]
            let child = block.kind == .stays ? RecordShape.stays : RecordShape.lines
            things(&mask, block, part.children[child], rows)
        }
    }

    /// Writes 1 for each thing that fulfils a condition.
    func fill(_ mask: inout [UInt8], _ place: Int, _ things: ChildPart, _ rows: Range<Int>) {
        let node = program.nodes[place]
        switch node.kind {
        case .everybody: Mask.set(&mask, 1, rows.count)
        case .nobody, .members, .records: Mask.set(&mask, 0, rows.count)
        case .all, .any: combine(&mask, place, things.columns, rows) { fill(&$0, $1, things, rows) }
        case .not:
            fill(&mask, place + 1, things, rows)
            Mask.turn(&mask, rows.count)
        case .cell: things.columns[node.column].fill(&mask, rows, program.tests[node.index].cell)
        case .stayed:
            let (from, until) = (things.columns[Layout.stayFrom], things.columns[Layout.stayUntil])
            for row in rows {
                let holds = program.holds(node.index, program.stayed(from[row], until[row]))
                mask[row - rows.lowerBound] = holds ? 1 : 0
            }
        }
    }
}

extension Range<Int> {
    /// The first place from which on a condition holds.
    fileprivate func partitioned(_ holds: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
