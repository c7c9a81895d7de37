/// One field of many records: a cell each, as narrow as the values allow.
///
/// A narrow cell is 0 where there is no value, and else counts steps from the least value on: amounts of whole cents, moments
/// of whole seconds and numbers of texts mostly fit one, two or four bytes.
struct Column: Sendable {
    /// What stands for no value.
    static let missing = Int64.min

    enum Cells: Sendable {
        /// So many cells, none of which has a value.
        case none(Int)
        case bytes([UInt8])
        case shorts([UInt16])
        case words([UInt32])
        /// The values themselves.
        case wide([Int64])
    }

    private(set) var cells: Cells
    /// The value of a narrow 1, and how much one more is.
    private(set) var base: Int64 = 0
    private(set) var step: Int64 = 1

    /// A column of cells without a value.
    init(count: Int = 0) { cells = .none(count) }

    init(_ cells: Cells, base: Int64, step: Int64) { (self.cells, self.base, self.step) = (cells, base, step) }

    /// Packs values as narrow as they fit.
    init(packing values: [Int64]) {
        var (low, high) = (Int64.max, Column.missing)
        for value in values where value != Column.missing {
            low = min(low, value)
            high = max(high, value)
        }
        guard high != Column.missing else {
            cells = .none(values.count)
            return
        }
        let (width, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow else {
            cells = .wide(values)
            return
        }
        base = low
        step = Self.step(of: values, from: low)
        switch width / step {
        case ..<Int64(UInt8.max): cells = .bytes(Self.narrow(values, low, step))
        case ..<Int64(UInt16.max): cells = .shorts(Self.narrow(values, low, step))
        case ..<Int64(UInt32.max): cells = .words(Self.narrow(values, low, step))
        default:
            (base, step) = (0, 1)
            cells = .wide(values)
        }
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

    var count: Int {
        switch cells {
        case .none(let count): count
        case .bytes(let cells): cells.count
        case .shorts(let cells): cells.count
        case .words(let cells): cells.count
        case .wide(let cells): cells.count
        }
    }

    /// A cell's value, or `missing`.
    subscript(row: Int) -> Int64 {
        switch cells {
        case .none: Column.missing
        case .bytes(let cells): widened(UInt32(cells[row]))
        case .shorts(let cells): widened(UInt32(cells[row]))
        case .words(let cells): widened(cells[row])
        case .wide(let cells): cells[row]
        }
    }

    @inline(__always)
    func widened(_ cell: UInt32) -> Int64 { cell == 0 ? Column.missing : base &+ (Int64(cell) &- 1) &* step }

    var values: [Int64] { (0..<count).map { self[$0] } }

    /// Adds a cell; a column that is added to is wide.
    mutating func append(_ value: Int64) {
        switch cells {
        case .none(let count) where value == Column.missing: cells = .none(count + 1)
        case .wide(var values):
            cells = .none(0)
            values.append(value)
            cells = .wide(values)
        default: cells = .wide(values + [value])
        }
    }

    /// Changes a cell, in place where the value fits.
    mutating func set(_ row: Int, _ value: Int64) {
        switch cells {
        case .none(let count):
            guard value != Column.missing else { return }
            var values = [Int64](repeating: Column.missing, count: count)
            values[row] = value
            cells = .wide(values)
        case .wide(var values):
            cells = .none(0)
            values[row] = value
            cells = .wide(values)
        case .bytes(var narrow):
            guard let cell = cell(value, within: UInt8.max) else { return widen(row, value) }
            cells = .none(0)
            narrow[row] = cell
            cells = .bytes(narrow)
        case .shorts(var narrow):
            guard let cell = cell(value, within: UInt16.max) else { return widen(row, value) }
            cells = .none(0)
            narrow[row] = cell
            cells = .shorts(narrow)
        case .words(var narrow):
            guard let cell = cell(value, within: UInt32.max) else { return widen(row, value) }
            cells = .none(0)
            narrow[row] = cell
            cells = .words(narrow)
        }
    }

    private mutating func widen(_ row: Int, _ value: Int64) {
        var values = values
        values[row] = value
        (cells, base, step) = (.wide(values), 0, 1)
    }

    private func cell<Cell: FixedWidthInteger>(_ value: Int64, within limit: Cell) -> Cell? {
        guard value != Column.missing else { return 0 }
        let (distance, overflow) = value.subtractingReportingOverflow(base)
        guard !overflow, distance >= 0, distance % step == 0, distance / step < Int64(limit) else { return nil }
        return Cell(distance / step + 1)
    }

    /// The same values, as narrow as they fit now.
    var packed: Column { Column(packing: values) }

    var byteCount: Int {
        switch cells {
        case .none: 0
        case .bytes(let cells): cells.capacity
        case .shorts(let cells): cells.capacity * 2
        case .words(let cells): cells.capacity * 4
        case .wide(let cells): cells.capacity * 8
        }
    }
}
