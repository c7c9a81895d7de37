import Domain

/// What is asked of a cell, ready to be asked of millions.
struct CellTest: Sendable {
    /// Values that fulfil it, ascending and apart.
    var ranges: [ClosedRange<Int64>] = []
    /// 1 for each value that fulfils it, from `tableStart` on; what is beyond the table is asked of `ranges` and `digits`.
    var table: [UInt8]?
    var tableStart: Int64 = 0
    /// Whether nothing in the table fulfils it.
    var isTableEmpty = false
    /// Asked of texts that end in digits, whose numbers are negative, where `ranges` do not say it all.
    var digits: TextTest?
    /// What stands before such digits.
    var prefixes: [String] = []
    /// Whether the answer is turned round; a missing value fulfils only a denial.
    var isDenied = false

    /// Whether a value, or none, fulfils it.
    func holds(_ value: Int64) -> Bool {
        guard value != Column.missing else { return isDenied }
        return isAmong(value) != isDenied
    }

    private func isAmong(_ value: Int64) -> Bool {
        if let table, value >= tableStart, value - tableStart < table.count {
            return table[Int(value - tableStart)] != 0
        }
        if let digits, value < 0 { return digits.holds(for: Interner.text(of: value, prefixes)) }
        return isWithin(value)
    }

    private func isWithin(_ value: Int64) -> Bool {
        guard ranges.count > 8 else { return ranges.contains { $0.contains(value) } }
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}

/// The part of a test that most questions are answered by: one range of values, or a small table of them.
///
/// It holds nothing that is counted; the tables of a program stand in one array.
struct QuickTest: Sendable {
    private var low: Int64 = 1
    private var high: Int64 = 0
    /// Where the table of the range begins; -1 where the range says it all.
    private var table = -1
    private var isDenied = false
    /// Whether there is nothing else to be asked.
    private(set) var isAll = false

    /// The range that says it all, and what is to be said of values within it turned round; nil where there is more to ask.
    var range: (low: Int64, high: Int64, denied: UInt8)? {
        isAll && table < 0 ? (low, high, isDenied ? 1 : 0) : nil
    }

    /// Tables of more values are asked where they are.
    private static let tableLimit = 1 << 16

    /// - Parameter tables: Takes in the test's table, where it has one.
    init(_ test: CellTest, _ tables: inout [UInt8]) {
        isDenied = test.isDenied
        if let found = test.table, !test.isTableEmpty {
            guard test.digits == nil, test.ranges.isEmpty, found.count <= Self.tableLimit else { return }
            (table, low, high) = (tables.count, test.tableStart, test.tableStart + Int64(found.count) - 1)
            tables += found
        } else {
            guard test.digits == nil, test.ranges.count < 2 else { return }
            if let range = test.ranges.first { (low, high) = (range.lowerBound, range.upperBound) }
        }
        isAll = true
    }

    /// Whether a value, or none, fulfils the test; no range reaches down to what stands for none.
    @inline(__always)
    func holds(_ value: Int64, _ tables: [UInt8]) -> Bool {
        guard value >= low, value <= high else { return isDenied }
        return (table < 0 || tables[table + Int(value - low)] != 0) != isDenied
    }
}

extension Column {
    /// Writes 1 for each of `rows` that fulfils a test, and 0 for the others.
    func fill(_ mask: inout [UInt8], _ rows: Range<Int>, _ test: CellTest) {
        let denied: UInt8 = test.isDenied ? 1 : 0
        if width == .none {
            for index in 0..<rows.count { mask[index] = denied }
            return
        }
        if let table = test.table, !(test.isTableEmpty && test.digits == nil) {
            guard test.digits == nil, test.ranges.isEmpty, step == 1 else { return each(&mask, rows, test) }
            return fill(&mask, rows, table, test.tableStart, denied)
        }
        guard test.ranges.count < 2 else { return each(&mask, rows, test) }
        guard let range = test.ranges.first else {
            for index in 0..<rows.count { mask[index] = denied }
            return
        }
        // No value is the least number there is, and no range reaches down to it.
        let low = max(range.lowerBound, Column.missing + 1)
        let high = max(low, range.upperBound)
        let isAny = low == Column.missing + 1 && high == .max
        switch width {
        case .none: break
        case .byte: compare(&mask, rows, low, high, denied, UInt8.self)
        case .short: compare(&mask, rows, low, high, denied, UInt16.self)
        case .word: compare(&mask, rows, low, high, denied, UInt32.self)
        case .long: compare(&mask, rows, low, high, denied, UInt64.self)
        // Whether there is a value at all is known without it.
        case .linked where isAny, .near where isAny: links[0].fill(&mask, rows, test)
        case .wide, .linked, .near:
            guard range.upperBound >= low else { return Mask.set(&mask, denied, rows.count) }
            mask.withUnsafeMutableBufferPointer { mask in
                eachRun(rows) { places, read in
                    let values = read()
                    for place in places {
                        let value = values[place &- places.lowerBound]
                        mask[place] = ((value >= low ? 1 : 0) & (value <= high ? 1 : 0)) ^ denied
                    }
                }
            }
        }
    }

    private func each(_ mask: inout [UInt8], _ rows: Range<Int>, _ test: CellTest) {
        for index in 0..<rows.count { mask[index] = test.holds(self[rows.lowerBound + index]) ? 1 : 0 }
    }

    /// The cells of a block that stand for values of a range; nil for none.
    @inline(__always)
    private func bounds<Cell: FixedWidthInteger & UnsignedInteger>(
        _ block: Block, _ low: Int64, _ high: Int64, _: Cell.Type
    ) -> (low: Cell, high: Cell)? {
        let greatest = Lanes<Cell>.greatest(Int(block.bits))
        let least: Cell = block.hasGaps ? 1 : 0
        let (below, isFarBelow) = low.subtractingReportingOverflow(block.base)
        let (above, isFarAbove) = high.subtractingReportingOverflow(block.base)
        guard isFarAbove ? high > 0 : above >= 0, !isFarBelow || low < 0 else { return nil }
        let first = isFarBelow || below <= 0 ? least : max(least, Cell(clamping: (below - 1) / step + 1))
        let last = isFarAbove ? greatest : min(greatest, Cell(clamping: above / step))
        return first <= last ? (first, last) : nil
    }

    @inline(__always)
    private func compare<Cell: FixedWidthInteger & UnsignedInteger>(
        _ mask: inout [UInt8], _ rows: Range<Int>, _ low: Int64, _ high: Int64, _ denied: UInt8, _: Cell.Type
    ) {
        mask.withUnsafeMutableBufferPointer { mask in
            guard let all = mask.baseAddress else { return }
            eachBlock(rows, Cell.self) { block, part, unpack in
                let mask = all + (part.lowerBound - rows.lowerBound)
                let bounds = bounds(block, low, high, Cell.self)
                let greatest = Lanes<Cell>.greatest(Int(block.bits))
                // Of many blocks all cells are within the range, or none.
                guard let (first, last) = bounds, first > 0 || last < greatest else {
                    let holds = bounds == nil ? denied : 1 ^ denied
                    mask.update(repeating: holds, count: part.count)
                    return
                }
                let (cells, span) = (unpack(), last - first)
                for index in 0..<part.count { mask[index] = (cells[index] &- first <= span ? 1 : 0) ^ denied }
            }
        }
    }

    /// Looks the cells up.
    private func fill(
        _ mask: inout [UInt8], _ rows: Range<Int>, _ table: [UInt8], _ tableStart: Int64, _ denied: UInt8
    ) {
        switch width {
        case .none: break
        case .byte: look(&mask, rows, table, tableStart, denied, UInt8.self)
        case .short: look(&mask, rows, table, tableStart, denied, UInt16.self)
        case .word: look(&mask, rows, table, tableStart, denied, UInt32.self)
        case .long: look(&mask, rows, table, tableStart, denied, UInt64.self)
        case .wide, .linked, .near:
            for index in 0..<rows.count {
                let place = self[rows.lowerBound + index] &- tableStart
                mask[index] = (place >= 0 && place < table.count ? table[Int(place)] : 0) ^ denied
            }
        }
    }

    @inline(__always)
    private func look<Cell: FixedWidthInteger & UnsignedInteger>(
        _ mask: inout [UInt8], _ rows: Range<Int>, _ table: [UInt8], _ tableStart: Int64, _ denied: UInt8,
        _: Cell.Type
    ) {
        mask.withUnsafeMutableBufferPointer { mask in
            guard let all = mask.baseAddress else { return }
            table.withUnsafeBufferPointer { table in
                eachBlock(rows, Cell.self) { block, part, unpack in
                    let mask = all + (part.lowerBound - rows.lowerBound)
                    let (cells, offset) = (unpack(), Int(block.base &- tableStart))
                    let last = UInt(table.count &- 1)
                    for index in 0..<part.count {
                        let place = UInt(bitPattern: Int(truncatingIfNeeded: cells[index]) &+ offset)
                        // What is beyond the table is looked up too, and taken back: that is not branched upon.
                        mask[index] = table[Int(bitPattern: min(place, last))] & (place <= last ? 1 : 0) ^ denied
                    }
                    guard block.hasGaps else { return }
                    for index in 0..<part.count where cells[index] == 0 { mask[index] = denied }
                }
            }
        }
    }
}
