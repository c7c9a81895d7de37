import Domain

/// One field of many records: a cell each, as narrow as the values allow.
///
/// A narrow cell is 0 where there is no value, and else counts steps from the least value on: amounts of whole cents, moments
/// of whole seconds and numbers of texts mostly fit one, two or four bytes.
struct Column: Sendable {
    /// What stands for no value.
    static let missing = Int64.min

    /// How wide the cells are.
    enum Width: Int64, Sendable {
        /// None of them has a value, and nothing is kept.
        case none
        case byte, short, word
        /// The values themselves.
        case wide
    }

    private(set) var width = Width.none
    private(set) var count = 0
    // One of these has the cells: arrays in a case of an enumeration would be copied whole with each change.
    private(set) var bytes: [UInt8] = []
    private(set) var shorts: [UInt16] = []
    private(set) var words: [UInt32] = []
    private(set) var wide: [Int64] = []
    /// The value of a narrow 1, and how much one more is.
    private(set) var base: Int64 = 0
    private(set) var step: Int64 = 1

    /// A column of cells without a value.
    init(count: Int = 0) { self.count = count }

    /// Packs values as narrow as they fit.
    init(packing values: [Int64]) {
        count = values.count
        var (low, high) = (Int64.max, Column.missing)
        for value in values where value != Column.missing {
            low = min(low, value)
            high = max(high, value)
        }
        guard high != Column.missing else { return }
        let (distance, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow else {
            (width, wide) = (.wide, values)
            return
        }
        (base, step) = (low, Self.step(of: values, from: low))
        switch distance / step {
        case ..<Int64(UInt8.max): (width, bytes) = (.byte, Self.narrow(values, low, step))
        case ..<Int64(UInt16.max): (width, shorts) = (.short, Self.narrow(values, low, step))
        case ..<Int64(UInt32.max): (width, words) = (.word, Self.narrow(values, low, step))
        default: (width, wide, base, step) = (.wide, values, 0, 1)
        }
    }

    /// Puts a column together that was taken apart.
    init(
        count: Int, base: Int64, step: Int64, bytes: [UInt8] = [], shorts: [UInt16] = [], words: [UInt32] = [],
        wide: [Int64] = []
    ) {
        (self.count, self.base, self.step) = (count, base, step)
        (self.bytes, self.shorts, self.words, self.wide) = (bytes, shorts, words, wide)
        width =
            !bytes.isEmpty ? .byte : !shorts.isEmpty ? .short : !words.isEmpty ? .word : wide.isEmpty ? .none : .wide
    }

    /// The largest of a few units that all values are multiples of, from the least one on.
    private static func step(of values: [Int64], from low: Int64) -> Int64 {
        let units: [Int64] = [1_000_000, 60_000, 10_000, 1000, 100]
        return units.first { unit in
            values.allSatisfy { $0 == missing || ($0 &- low) % unit == 0 }
        } ?? 1
    }

    private static func narrow<Cell: FixedWidthInteger>(_ values: [Int64], _ low: Int64, _ step: Int64) -> [Cell] {
        values.map { $0 == missing ? 0 : Cell(truncatingIfNeeded: ($0 - low) / step + 1) }
    }

    /// A cell's value, or `missing`.
    @inline(__always)
    subscript(row: Int) -> Int64 {
        switch width {
        case .none: Column.missing
        case .byte: widened(UInt32(bytes[row]))
        case .short: widened(UInt32(shorts[row]))
        case .word: widened(words[row])
        case .wide: wide[row]
        }
    }

    @inline(__always)
    func widened(_ cell: UInt32) -> Int64 { cell == 0 ? Column.missing : base &+ (Int64(cell) &- 1) &* step }

    /// Hands out the values of the rows that a mask has, each with its place in the mask.
    @inline(__always)
    func each(_ mask: [UInt8], _ rows: Range<Int>, _ body: (Int, Int64) -> Void) {
        switch width {
        case .none: break
        case .byte: each(bytes, mask, rows, body)
        case .short: each(shorts, mask, rows, body)
        case .word: each(words, mask, rows, body)
        case .wide: Mask.each(mask, rows.count) { body($0, wide[rows.lowerBound + $0]) }
        }
    }

    @inline(__always)
    private func each<Cell: FixedWidthInteger & UnsignedInteger>(
        _ cells: [Cell], _ mask: [UInt8], _ rows: Range<Int>, _ body: (Int, Int64) -> Void
    ) {
        let (base, step) = (base, step)
        cells.withUnsafeBufferPointer { cells in
            Mask.each(mask, rows.count) { index in
                let cell = cells[rows.lowerBound + index]
                if cell != 0 { body(index, base &+ (Int64(cell) &- 1) &* step) }
            }
        }
    }

    var values: [Int64] {
        switch width {
        case .none: Array(repeating: Column.missing, count: count)
        case .byte: bytes.map { widened(UInt32($0)) }
        case .short: shorts.map { widened(UInt32($0)) }
        case .word: words.map { widened($0) }
        case .wide: wide
        }
    }

    /// Adds a cell; a column that is added to is wide.
    mutating func append(_ value: Int64) {
        if width != .wide {
            guard value != Column.missing || width != .none else {
                count += 1
                return
            }
            widen()
        }
        wide.append(value)
        count += 1
    }

    /// Changes a cell, in place where the value fits.
    mutating func set(_ row: Int, _ value: Int64) {
        switch width {
        case .none: if value == Column.missing { return }
        case .byte:
            if let cell = cell(value, within: UInt8.max) { return bytes[row] = cell }
        case .short:
            if let cell = cell(value, within: UInt16.max) { return shorts[row] = cell }
        case .word:
            if let cell = cell(value, within: UInt32.max) { return words[row] = cell }
        case .wide: return wide[row] = value
        }
        widen()
        wide[row] = value
    }

    private mutating func widen() {
        self = Column(count: count, base: 0, step: 1, wide: values)
        width = .wide
    }

    private func cell<Cell: FixedWidthInteger>(_ value: Int64, within limit: Cell) -> Cell? {
        guard value != Column.missing else { return 0 }
        let (distance, overflow) = value.subtractingReportingOverflow(base)
        guard !overflow, distance >= 0, distance % step == 0, distance / step < Int64(limit) else { return nil }
        return Cell(distance / step + 1)
    }

    /// The same values, as narrow as they fit now.
    var packed: Column { Column(packing: values) }

    var byteCount: Int { bytes.capacity + shorts.capacity * 2 + words.capacity * 4 + wide.capacity * 8 }
}
