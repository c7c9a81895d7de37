import Domain

/// Asks a program of all customers of a shard at once.
struct ShardRun {
    let program: Program
    let shard: Shard
    /// Rows that are gone through at a time, so that what is in between stays in the cache.
    static let chunk = 2048

    init(_ program: Program, _ shard: Shard) { (self.program, self.shard) = (program, shard) }

    /// 1 for each customer who is there and fulfils the tree.
    func mask() -> [UInt8] {
        var mask = customers(program.root)
        for customer in 0..<shard.count { mask[customer] &= shard.alive[customer] }
        return mask
    }

    private func customers(_ node: Program.Node) -> [UInt8] {
        let count = shard.count
        switch node {
        case .constant(let value): return [UInt8](repeating: value ? 1 : 0, count: count)
        case .all(let parts):
            var mask = customers(parts[0])
            for part in parts.dropFirst() {
                // Nobody is left to ask.
                if !mask.contains(1) { return mask }
                Self.and(&mask, customers(part), count)
            }
            return mask
        case .any(let parts):
            var mask = customers(parts[0])
            for part in parts.dropFirst() { Self.or(&mask, customers(part), count) }
            return mask
        case .not(let part):
            var mask = customers(part)
            Self.not(&mask, count)
            return mask
        case .cell(let column, let test):
            var mask = [UInt8](repeating: 0, count: count)
            shard.columns[column].fill(&mask, 0..<count, program.tests[test].cell)
            return mask
        case .members(let members): return shard.ids.map { members.contains($0) ? 1 : 0 }
        case .stayed: return [UInt8](repeating: 0, count: count)
        case .records(let block):
            if block.measure == .median { return medians(block) }
            return block.have.mask(of: measured(block), count)
        }
    }

    // MARK: Records

    private func measured(_ block: Program.Block) -> Gathered { gather(block, Gathered(block)) }

    /// Which customers' medians are as they should be: told by how many values lie below the bounds, without sorting them.
    private func medians(_ block: Program.Block) -> [UInt8] {
        let count = shard.count
        guard let range = block.have.ranges.first, block.have.ranges.count == 1 else {
            return block.have.mask(of: measured(block), count)
        }
        var mask = gather(block, Gathered(block, above: range.lowerBound)).areAbove(count)
        if range.upperBound < Int64.max {
            let above = gather(block, Gathered(block, above: range.upperBound + 1)).areAbove(count)
            // No median is neither: 2 stands for that.
            for customer in 0..<count where mask[customer] == 1 && above[customer] == 1 { mask[customer] = 0 }
        }
        return mask.map { $0 == 2 ? (block.have.isDenied ? 1 : 0) : $0 ^ (block.have.isDenied ? 1 : 0) }
    }

    private func gather(_ block: Program.Block, _ start: Gathered) -> Gathered {
        var gathered = start
        let table: RecordTable
        if case .records(.receipts) = block.level { table = shard.receipts } else { table = shard.orders }
        let isLines = if case .allLines = block.level { true } else { false }
        let picked = block.pick.map { Picked(table, $0, lines: isLines) }
        for (part, isTail) in [(table.base, false), (table.tail, true)] where part.count > 0 {
            let mask = picked.map { isTail ? $0.tail : $0.base }
            if isLines {
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
            if let filter = block.filter { fill(&mask, filter, part, chunk) } else { Self.ones(&mask, chunk.count) }
            for index in 0..<chunk.count { mask[index] &= part.alive[chunk.lowerBound + index] }
            if let picked {
                for index in 0..<chunk.count { mask[index] &= picked[chunk.lowerBound + index] }
            }
            gathered.take(mask, from: chunk.lowerBound, chunk, part.columns) { Int(part.customers[$0]) }
        }
    }

    /// The rows of a sorted part that a condition on the date leaves.
    private func bounds(_ filter: Program.Node?, _ part: Part) -> Range<Int> {
        guard let filter else { return 0..<part.count }
        let parts: [Program.Node] = if case .all(let parts) = filter { parts } else { [filter] }
        var rows = 0..<part.count
        for case .cell(RecordShape.date, let test) in parts {
            let test = program.tests[test].cell
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
    func fill(_ mask: inout [UInt8], _ node: Program.Node, _ part: Part, _ rows: Range<Int>) {
        switch node {
        case .constant(let value):
            for index in 0..<rows.count { mask[index] = value ? 1 : 0 }
        case .all(let parts), .any(let parts):
            let isAll = if case .all = node { true } else { false }
            fill(&mask, parts[0], part, rows)
            var other = [UInt8](repeating: 0, count: rows.count)
            for next in parts.dropFirst() {
                // Nothing is left to ask.
                if isAll, !Self.hasAny(mask, rows.count) { return }
                fill(&other, next, part, rows)
                if isAll { Self.and(&mask, other, rows.count) } else { Self.or(&mask, other, rows.count) }
            }
        case .not(let inner):
            fill(&mask, inner, part, rows)
            Self.not(&mask, rows.count)
        case .cell(let column, let test): part.columns[column].fill(&mask, rows, program.tests[test].cell)
        case .stayed, .members: Self.zeros(&mask, rows.count)
        case .records(let block):
            guard case .things(let child) = block.level else { return Self.zeros(&mask, rows.count) }
            things(&mask, block, part.children[child], rows)
        }
    }

    // MARK: Masks

    @inline(__always)
    static func and(_ mask: inout [UInt8], _ other: [UInt8], _ count: Int) {
        for index in 0..<count { mask[index] &= other[index] }
    }

    @inline(__always)
    static func or(_ mask: inout [UInt8], _ other: [UInt8], _ count: Int) {
        for index in 0..<count { mask[index] |= other[index] }
    }

    @inline(__always)
    static func not(_ mask: inout [UInt8], _ count: Int) {
        for index in 0..<count { mask[index] ^= 1 }
    }

    static func zeros(_ mask: inout [UInt8], _ count: Int) { for index in 0..<count { mask[index] = 0 } }

    static func ones(_ mask: inout [UInt8], _ count: Int) { for index in 0..<count { mask[index] = 1 } }
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
