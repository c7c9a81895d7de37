import Domain

/// What the records of each customer of a shard measure, while they are gone through.
struct Gathered {
    /// What medians are told by: how many values lie below the bound, the greatest of them, and the least other.
    private struct Middle {
        var count: Int64 = 0
        var below: Int64 = 0
        var low = Int64.min
        var high = Int64.max
    }

    private let block: Program.Block
    private let bound: Int64
    // Each customer's, as far as they are needed, so that they stay in the nearest cache.
    private var counts: [Int32] = []
    /// Sums, or the least or the greatest values.
    private var numbers: [Int64] = []
    private var middles: [Middle] = []

    /// - Parameter bound: What medians are held against.
    init(_ block: Program.Block, above bound: Int64 = 0) {
        (self.block, self.bound) = (block, bound)
        func all<Value>(_ first: Value) -> [Value] { Array(repeating: first, count: Shard.size) }
        switch block.measure {
        case .count: counts = all(0)
        case .sum: numbers = all(0)
        case .avg: (counts, numbers) = (all(0), all(0))
        case .min: (counts, numbers) = (all(0), all(.max))
        case .max: (counts, numbers) = (all(0), all(.min))
        case .median: middles = all(Middle())
        }
    }

    /// Takes in the rows of a chunk that fulfil the condition.
    ///
    /// - Parameters:
    ///   - customers: Whose each row is, from `first` on.
    mutating func take(
        _ mask: [UInt8], _ rows: Range<Int>, _ columns: [Column], _ customers: [UInt16], from first: Int = 0,
        _ program: Program
    ) {
        let (measure, scale, bound, offset) = (block.measure, block.scale, bound, rows.lowerBound - first)
        let (column, places) = values(mask, rows, columns, program)
        @inline(__always)
        func each(_ take: (_ customer: Int, _ value: Int64) -> Void) {
            column.each(mask, places) { take(Int(customers[offset &+ $0]), $1) }
        }
        counts.withUnsafeMutableBufferPointer { counts in
            numbers.withUnsafeMutableBufferPointer { numbers in
                switch measure {
                case .count: Mask.each(mask, rows.count) { counts[Int(customers[offset &+ $0])] &+= 1 }
                case .sum: each { numbers[$0] &+= $1 }
                case .avg:
                    each { customer, value in
                        counts[customer] &+= 1
                        numbers[customer] &+= value
                    }
                case .min:
                    each { customer, value in
                        counts[customer] &+= 1
                        numbers[customer] = min(numbers[customer], value)
                    }
                case .max:
                    each { customer, value in
                        counts[customer] &+= 1
                        numbers[customer] = max(numbers[customer], value)
                    }
                case .median: break
                }
            }
        }
        guard measure == .median else { return }
        middles.withUnsafeMutableBufferPointer { middles in
            each { customer, value in
                let value = value &* scale
                let isBelow = value < bound
                middles[customer].count &+= 1
                middles[customer].below &+= isBelow ? 1 : 0
                middles[customer].low = max(middles[customer].low, isBelow ? value : .min)
                middles[customer].high = min(middles[customer].high, isBelow ? .max : value)
            }
        }
    }

    /// The measured values of the rows that a mask has, and where they stand in their column.
    private func values(
        _ mask: [UInt8], _ rows: Range<Int>, _ columns: [Column], _ program: Program
    ) -> (column: Column, places: Range<Int>) {
        switch block.value {
        case .none: return (Column(), rows)
        case .column(let column): return (columns[column], rows)
        case .product: break
        }
        let values = rows.enumerated().map { place, row in
            mask[place] == 0 ? Column.missing : program.value(block) { columns[$0][row] }
        }
        return (Column(wide: values), 0..<rows.count)
    }

    /// Writes 1 for each customer whose records measure as they should; of medians use `areAbove`.
    func fill(_ mask: inout [UInt8], _ count: Int, _ program: Program, _ have: Int) {
        counts.withUnsafeBufferPointer { counts in
            numbers.withUnsafeBufferPointer { numbers in
                switch block.measure {
                case .count: program.fill(&mask, count, have) { Int64(counts[$0]) }
                case .sum: program.fill(&mask, count, have) { numbers[$0] }
                case .min, .max: program.fill(&mask, count, have) { counts[$0] == 0 ? Column.missing : numbers[$0] }
                case .avg:
                    program.fill(&mask, count, have) { customer in
                        let count = Int64(counts[customer])
                        return count == 0 ? Column.missing : Measured.mean(numbers[customer], count, block.scale)
                    }
                case .median: break
                }
            }
        }
    }

    /// For each customer 1 where the median is at least the bound, 0 where it is less, and 2 where there is none.
    func areAbove(_ count: Int) -> [UInt8] {
        middles[..<count].map { middle in
            let (all, below) = (middle.count, middle.below)
            guard all > 0 else { return 2 }
            // The middle value, or both of two, are on one side of the bound, but where it lies just between the two.
            guard all % 2 == 0, below == all / 2 else { return below <= (all - 1) / 2 ? 1 : 0 }
            return (middle.low &+ middle.high) / 2 >= bound ? 1 : 0
        }
    }
}

extension Program {
    /// Writes 1 for each value that fulfils a test.
    @inline(__always)
    fileprivate func fill(_ mask: inout [UInt8], _ count: Int, _ test: Int, _ value: (Int) -> Int64) {
        mask.withUnsafeMutableBufferPointer { mask in
            guard let (low, high, denied) = quick[test].range else {
                for index in 0..<count { mask[index] = holds(test, value(index)) ? 1 : 0 }
                return
            }
            for index in 0..<count {
                let value = value(index)
                mask[index] = ((value >= low ? 1 : 0) & (value <= high ? 1 : 0)) ^ denied
            }
        }
    }
}
