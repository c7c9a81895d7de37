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

    /// Whether one range says it all.
    var isRange: Bool { isAll && table < 0 }

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
        switch width {
        case .none: break
        case .byte: Self.compare(&mask, bytes, rows, narrowed(range, UInt8.self), denied)
        case .short: Self.compare(&mask, shorts, rows, narrowed(range, UInt16.self), denied)
        case .word: Self.compare(&mask, words, rows, narrowed(range, UInt32.self), denied)
        case .wide:
            // No value is the least number there is, and no range reaches down to it.
            let low = max(range.lowerBound, Column.missing + 1)
            let high = max(low, range.upperBound)
            Self.compare(
                &mask, wide, rows, range.upperBound < low ? nil : (low, high), denied
            )
        }
    }

    private func each(_ mask: inout [UInt8], _ rows: Range<Int>, _ test: CellTest) {
        for index in 0..<rows.count { mask[index] = test.holds(self[rows.lowerBound + index]) ? 1 : 0 }
    }

    /// The narrow cells that stand for a range of values; nil for none.
    private func narrowed<Cell: FixedWidthInteger>(_ range: ClosedRange<Int64>, _: Cell.Type) -> (Cell, Cell)? {
        let (most, isBeyond) = base.addingReportingOverflow((Int64(Cell.max) - 1) * step)
        let (low, high) = (max(range.lowerBound, base), min(range.upperBound, isBeyond ? .max : most))
        guard low <= high else { return nil }
        let (first, last) = ((low - base + step - 1) / step + 1, (high - base) / step + 1)
        return first <= last ? (Cell(first), Cell(last)) : nil
    }

    @inline(__always)
    private static func compare<Cell: FixedWidthInteger>(
        _ mask: inout [UInt8], _ cells: [Cell], _ rows: Range<Int>, _ bounds: (low: Cell, high: Cell)?, _ denied: UInt8
    ) {
        guard let bounds else {
            for index in 0..<rows.count { mask[index] = denied }
            return
        }
        let (low, high) = bounds
        mask.withUnsafeMutableBufferPointer { mask in
            cells.withUnsafeBufferPointer { cells in
                for index in 0..<rows.count {
                    let cell = cells[rows.lowerBound &+ index]
                    mask[index] = ((cell >= low ? 1 : 0) & (cell <= high ? 1 : 0)) ^ denied
                }
            }
        }
    }

    /// Looks the cells up.
    private func fill(
        _ mask: inout [UInt8], _ rows: Range<Int>, _ table: [UInt8], _ tableStart: Int64, _ denied: UInt8
    ) {
        // Where the value of a narrow 1 stands in the table, less one.
        let offset = Int(base - tableStart) - 1
        switch width {
        case .none: break
        case .byte: Self.look(&mask, bytes, rows, table, offset, denied)
        case .short: Self.look(&mask, shorts, rows, table, offset, denied)
        case .word: Self.look(&mask, words, rows, table, offset, denied)
        case .wide:
            for index in 0..<rows.count {
                let place = wide[rows.lowerBound + index] &- tableStart
                mask[index] = (place >= 0 && place < table.count ? table[Int(place)] : 0) ^ denied
            }
        }
    }

    @inline(__always)
    private static func look<Cell: FixedWidthInteger & UnsignedInteger>(
        _ mask: inout [UInt8], _ cells: [Cell], _ rows: Range<Int>, _ table: [UInt8], _ offset: Int, _ denied: UInt8
    ) {
        mask.withUnsafeMutableBufferPointer { mask in
            table.withUnsafeBufferPointer { table in
                cells.withUnsafeBufferPointer { cells in
                    for index in 0..<rows.count {
                        let cell = Int(cells[rows.lowerBound &+ index])
                        let place = cell == 0 ? -1 : cell &+ offset
                        mask[index] = (place >= 0 && place < table.count ? table[place] : 0) ^ denied
                    }
                }
            }
        }
    }
}
