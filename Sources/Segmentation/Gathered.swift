import Domain

/// What the records of each customer of a shard measure, while they are gone through.
struct Gathered {
    private let measure: ConditionHave.Measure
    private let value: Program.Value
    private let scale: Int64
    private var counts = [Int32](repeating: 0, count: Shard.size)
    /// Sums, least or greatest values.
    private var numbers: [Int64] = []
    /// What medians are held against, and for each customer how many values lie below, the greatest of them, and the least other.
    private var bound: Int64 = 0
    private var below: [Int32] = []
    private var greatestBelow: [Int64] = []
    private var leastAbove: [Int64] = []

    init(_ block: Program.Block) {
        (measure, value, scale) = (block.measure, block.value, block.scale)
        switch measure {
        case .count, .median: break
        case .sum, .avg: numbers = [Int64](repeating: 0, count: Shard.size)
        case .min: numbers = [Int64](repeating: .max, count: Shard.size)
        case .max: numbers = [Int64](repeating: .min, count: Shard.size)
        }
    }

    /// Finds out whose median is at least `bound`.
    init(_ block: Program.Block, above bound: Int64) {
        self.init(block)
        self.bound = bound
        below = [Int32](repeating: 0, count: Shard.size)
        greatestBelow = [Int64](repeating: .min, count: Shard.size)
        leastAbove = [Int64](repeating: .max, count: Shard.size)
    }

    /// Takes in the rows of a chunk that fulfil the condition.
    ///
    /// - Parameter start: The row of the mask's first.
    @inline(__always)
    mutating func take(
        _ mask: [UInt8], from start: Int, _ rows: Range<Int>, _ columns: [Column], _ customer: (Int) -> Int
    ) {
        if measure == .count {
            for row in rows { counts[customer(row)] &+= Int32(mask[row &- start]) }
            return
        }
        let value = value
        if case .column(let column) = value {
            take(mask, start, rows, customer) { columns[column][$0] }
        } else {
            take(mask, start, rows, customer) { row in value.of { columns[$0][row] } }
        }
    }

    @inline(__always)
    private mutating func take(
        _ mask: [UInt8], _ start: Int, _ rows: Range<Int>, _ customer: (Int) -> Int, value: (Int) -> Int64
    ) {
        for row in rows where mask[row &- start] != 0 {
            let value = value(row)
            guard value != Column.missing else { continue }
            let customer = customer(row)
            counts[customer] &+= 1
            switch measure {
            case .count: break
            case .median: take(median: value &* scale, customer)
            case .sum, .avg: numbers[customer] &+= value
            case .min: numbers[customer] = min(numbers[customer], value)
            case .max: numbers[customer] = max(numbers[customer], value)
            }
        }
    }

    @inline(__always)
    private mutating func take(median value: Int64, _ customer: Int) {
        if value < bound {
            below[customer] &+= 1
            greatestBelow[customer] = max(greatestBelow[customer], value)
        } else {
            leastAbove[customer] = min(leastAbove[customer], value)
        }
    }

    /// What each customer's records measure, `missing` for no value.
    ///
    /// Not for medians.
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
        case .median: (0..<count).map { counts[$0] == 0 ? Column.missing : 0 }
        }
    }

    /// For each customer 1 where the median is at least the bound, 0 where it is less, and 2 where there is none.
    func areAbove(_ count: Int) -> [UInt8] {
        (0..<count).map { customer in
            let (all, low) = (counts[customer], below[customer])
            guard all > 0 else { return 2 }
            // The middle value, or both of two, are on one side of the bound, but where it lies just between the two.
            guard all % 2 == 0, low == all / 2 else { return low <= (all - 1) / 2 ? 1 : 0 }
            return (greatestBelow[customer] &+ leastAbove[customer]) / 2 >= bound ? 1 : 0
        }
    }
}

extension CellTest {
    /// 1 for each customer whose records measure as they should.
    func mask(of gathered: Gathered, _ count: Int) -> [UInt8] {
        gathered.measures(count).map { holds($0) ? 1 : 0 }
    }
}
