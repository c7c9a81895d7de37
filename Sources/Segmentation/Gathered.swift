import Domain

/// What the records of each customer of a shard measure, while they are gone through.
struct Gathered {
    /// What is known of one customer's values.
    private struct Tally {
        var count: Int64 = 0
        /// The sum, the least or the greatest value; of medians how many values lie below the bound.
        var number: Int64
        /// Of medians the greatest value below the bound, and the least other.
        var low = Int64.min
        var high = Int64.max
    }

    private let block: Program.Block
    /// What medians are held against.
    private let bound: Int64
    private let isBounded: Bool
    /// Of counts, and of all else.
    private var counts: [Int32] = []
    private var tallies: [Tally] = []

    init(_ block: Program.Block) { self.init(block, nil) }

    /// Finds out whose median is at least `bound`.
    init(_ block: Program.Block, above bound: Int64) { self.init(block, bound) }

    private init(_ block: Program.Block, _ bound: Int64?) {
        self.block = block
        (self.bound, isBounded) = (bound ?? 0, bound != nil)
        let first: Int64 =
            switch block.measure {
            case .min: .max
            case .max: .min
            case .count, .sum, .avg, .median: 0
            }
        if block.measure == .count {
            counts = [Int32](repeating: 0, count: Shard.size)
        } else {
            tallies = [Tally](repeating: Tally(number: first), count: Shard.size)
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
        let offset = rows.lowerBound - first
        guard block.measure != .count else {
            return counts.withUnsafeMutableBufferPointer { counts in
                Mask.each(mask, rows.count) { counts[Int(customers[offset + $0])] &+= 1 }
            }
        }
        let (block, measure, bound) = (block, block.measure, bound)
        guard measure != .median || isBounded else { return }
        let scale = measure == .median ? block.scale : 1
        tallies.withUnsafeMutableBufferPointer { tallies in
            func take(_ index: Int, _ value: Int64) {
                guard value != Column.missing else { return }
                let customer = Int(customers[offset + index])
                tallies[customer].count &+= 1
                switch measure {
                case .count: break
                case .sum, .avg: tallies[customer].number &+= value
                case .min: tallies[customer].number = min(tallies[customer].number, value)
                case .max: tallies[customer].number = max(tallies[customer].number, value)
                case .median:
                    let value = value &* scale
                    let isBelow = value < bound
                    tallies[customer].number &+= isBelow ? 1 : 0
                    tallies[customer].low = max(tallies[customer].low, isBelow ? value : .min)
                    tallies[customer].high = min(tallies[customer].high, isBelow ? .max : value)
                }
            }
            if case .column(let column) = block.value {
                columns[column].each(mask, rows, take)
            } else {
                Mask.each(mask, rows.count) { index in
                    take(index, program.value(block) { columns[$0][rows.lowerBound + index] })
                }
            }
        }
    }

    /// Writes 1 for each customer whose records measure as they should.
    ///
    /// Medians are only told from none: use `areAbove`.
    func fill(_ mask: inout [UInt8], _ count: Int, _ program: Program, _ have: Int) {
        switch block.measure {
        case .count: program.fill(&mask, count, have) { Int64(counts[$0]) }
        case .sum: program.fill(&mask, count, have) { tallies[$0].number }
        case .min, .max:
            program.fill(&mask, count, have) { tallies[$0].count == 0 ? Column.missing : tallies[$0].number }
        case .avg:
            program.fill(&mask, count, have) { customer in
                let tally = tallies[customer]
                return tally.count == 0 ? Column.missing : Measured.mean(tally.number, tally.count, block.scale)
            }
        case .median: program.fill(&mask, count, have) { tallies[$0].count == 0 ? Column.missing : 0 }
        }
    }

    /// For each customer 1 where the median is at least the bound, 0 where it is less, and 2 where there is none.
    func areAbove(_ count: Int) -> [UInt8] {
        (0..<count).map { customer in
            let tally = tallies[customer]
            let (all, low) = (tally.count, tally.number)
            guard all > 0 else { return 2 }
            // The middle value, or both of two, are on one side of the bound, but where it lies just between the two.
            guard all % 2 == 0, low == all / 2 else { return low <= (all - 1) / 2 ? 1 : 0 }
            return (tally.low &+ tally.high) / 2 >= bound ? 1 : 0
        }
    }
}

extension Program {
    /// Writes 1 for each value that fulfils a test.
    @inline(__always)
    fileprivate func fill(_ mask: inout [UInt8], _ count: Int, _ test: Int, _ value: (Int) -> Int64) {
        mask.withUnsafeMutableBufferPointer { mask in
            for index in 0..<count { mask[index] = holds(test, value(index)) ? 1 : 0 }
        }
    }
}
