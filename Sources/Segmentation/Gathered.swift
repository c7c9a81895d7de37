import Domain

/// What the records of each customer of a shard measure, while they are gone through.
struct Gathered {
    private let measure: ConditionHave.Measure
    private let value: Program.Value
    private let scale: Int64
    private var counts = [Int32](repeating: 0, count: Shard.size)
    /// Sums, least or greatest values.
    private var numbers: [Int64] = []
    /// All values, where a median wants them.
    private var values: [(customer: UInt16, value: Int64)] = []

    init(_ block: Program.Block) {
        (measure, value, scale) = (block.measure, block.value, block.scale)
        switch measure {
        case .count, .median: break
        case .sum, .avg: numbers = [Int64](repeating: 0, count: Shard.size)
        case .min: numbers = [Int64](repeating: .max, count: Shard.size)
        case .max: numbers = [Int64](repeating: .min, count: Shard.size)
        }
    }

    /// Takes in the rows of a chunk that fulfil the condition.
    @inline(__always)
    mutating func take(_ mask: [UInt8], _ rows: Range<Int>, _ columns: [Column], _ customer: (Int) -> Int) {
        let start = rows.lowerBound
        if measure == .count {
            for row in rows { counts[customer(row)] &+= Int32(mask[row &- start]) }
            return
        }
        for row in rows where mask[row &- start] != 0 {
            let value = value.of { columns[$0][row] }
            guard value != Column.missing else { continue }
            let customer = customer(row)
            counts[customer] &+= 1
            switch measure {
            case .count: break
            case .median: values.append((UInt16(customer), value))
            case .sum, .avg: numbers[customer] &+= value
            case .min: numbers[customer] = min(numbers[customer], value)
            case .max: numbers[customer] = max(numbers[customer], value)
            }
        }
    }

    /// What each customer's records measure; `missing` for no value.
    func measures(_ count: Int) -> [Int64] {
        switch measure {
        case .count: (0..<count).map { Int64(counts[$0]) }
        case .sum: Array(numbers.prefix(count))
        case .avg:
            (0..<count).map { customer in
                counts[customer] == 0
                    ? Column.missing : Measured.mean(numbers[customer], Int64(counts[customer]), scale)
            }
        case .min, .max: (0..<count).map { counts[$0] == 0 ? Column.missing : numbers[$0] }
        case .median: medians(count)
        }
    }

    private func medians(_ count: Int) -> [Int64] {
        var starts = [Int](repeating: 0, count: Shard.size + 1)
        for customer in 0..<Shard.size { starts[customer + 1] = starts[customer] + Int(counts[customer]) }
        var ends = starts
        var sorted = [Int64](repeating: 0, count: values.count)
        for (customer, value) in values {
            sorted[ends[Int(customer)]] = value
            ends[Int(customer)] += 1
        }
        return (0..<count).map { customer in
            Measured.median(Array(sorted[starts[customer]..<starts[customer + 1]]), scale: scale) ?? Column.missing
        }
    }
}

extension CellTest {
    /// 1 for each customer whose records measure as they should.
    func mask(of gathered: Gathered, _ count: Int) -> [UInt8] {
        gathered.measures(count).map { holds($0) ? 1 : 0 }
    }
}
