import Domain

/// One field of many records: a cell each, with no more bits than the values around it need.
///
/// Cells count steps from the least value of a block of 512 on: amounts of whole cents, moments of whole seconds and numbers of texts
/// take few bits then, and a block whose values are all the same, or that has none, takes no more than is said of it.
struct Column: Sendable {
    /// What stands for no value.
    static let missing = Int64.min

    /// How wide the lanes are that cells are packed in.
    enum Width: Int64, Sendable {
        /// None of them has a value, and nothing is kept.
        case none
        case byte, short, word, long
        /// The values themselves, in their order.
        case wide
        /// Values that most often are those of another column some rows further on.
        case linked
        /// Values that are kept as what they are more than those of another column in the same row.
        case near
    }

    /// 512 cells.
    struct Block: Hashable, Sendable {
        /// The value of a cell that is 0, or that it would be.
        var base: Int64
        /// The row of 64 bytes that it begins with.
        var start: UInt32
        var bits: UInt8
        /// Whether a cell that is 0 stands for no value.
        var hasGaps: Bool
    }

    var width = Width.none
    private(set) var count = 0
    /// The packed cells.
    var rows: [UInt64] = []
    // An array in a case of an enumeration would be copied whole with each change.
    private(set) var wide: [Int64] = []
    /// Of linked values: how many rows further on each stands, 0 for one that does not; the other column; those that do not.
    ///
    /// Of near values: what they are more, or the values where the other column has none; the other column.
    private(set) var links: [Column] = []
    /// Of near values: where the other column stands among those of its table.
    private(set) var otherPlace = 0
    var blocks: [Block] = []
    /// How much one more is.
    var step: Int64 = 1

    /// A column of cells without a value.
    init(count: Int = 0) { self.count = count }

    /// A column that keeps values as they are.
    init(wide: [Int64]) { (width, count, self.wide) = (.wide, wide.count, wide) }

    init(links: [Column]) { (width, count, self.links) = (.linked, links.first?.count ?? 0, links) }

    /// - Parameter differences: From the column at a place.
    init(_ differences: Column, from columns: [Column], at place: Int) {
        (width, count, links, otherPlace) = (.near, differences.count, [differences, columns[place]], place)
    }

    /// A cell's value, or `missing`.
    @inline(__always)
    subscript(row: Int) -> Int64 {
        switch width {
        case .none: Column.missing
        case .byte: value(row, UInt8.self)
        case .short: value(row, UInt16.self)
        case .word: value(row, UInt32.self)
        case .long: value(row, UInt64.self)
        case .wide: wide[row]
        case .linked: linked(row)
        case .near: near(row)
        }
    }

    @inline(__always)
    private func value<Cell: FixedWidthInteger & UnsignedInteger>(_ row: Int, _: Cell.Type) -> Int64 {
        let block = blocks[row &>> 9]
        return value(Lanes<Cell>.read(rows, from: Int(block.start), row & 511, Int(block.bits)), block)
    }

    /// The value that a cell of a block stands for.
    @inline(__always)
    func value<Cell: FixedWidthInteger & UnsignedInteger>(_ cell: Cell, _ block: Block) -> Int64 {
        cell == 0 && block.hasGaps ? Column.missing : block.base &+ Int64(truncatingIfNeeded: cell) &* step
    }

    private func linked(_ row: Int) -> Int64 {
        let distance = links[0][row]
        guard distance != Column.missing else { return Column.missing }
        return distance == 0 ? links[2][row] : links[1][row + Int(distance)]
    }

    // Apart, since what asks itself cannot be put where it is used.
    private func near(_ row: Int) -> Int64 { Self.sum(links[0][row], links[1][row]) }

    /// What is near another value, or stands for itself where there is none; sums may go round, as differences do.
    @inline(__always)
    private static func sum(_ difference: Int64, _ other: Int64) -> Int64 {
        difference == missing || other == missing ? difference : other &+ difference
    }

    /// Hands out blocks with those of some rows that are in them; `unpack` tells where the first one's cell is, and the next ones are.
    @inline(__always)
    func eachBlock<Cell: FixedWidthInteger & UnsignedInteger>(
        _ wanted: Range<Int>, _: Cell.Type,
        _ body: (_ block: Block, _ part: Range<Int>, _ unpack: () -> UnsafePointer<Cell>) -> Void
    ) {
        guard !wanted.isEmpty else { return }
        withUnsafeTemporaryAllocation(byteCount: 512 * MemoryLayout<Cell>.size, alignment: 64) { room in
            rows.withUnsafeBytes { packed in
                guard let room = room.baseAddress else { return }
                // Nothing is kept where each block has but one value.
                let packed = packed.baseAddress ?? UnsafeRawPointer(room)
                for place in wanted.lowerBound &>> 9...(wanted.upperBound &- 1) &>> 9 {
                    let (block, first) = (blocks[place], place &<< 9)
                    let part = max(wanted.lowerBound, first)..<min(wanted.upperBound, first &+ 512)
                    body(block, part) {
                        var cells = packed + Int(block.start) &* 64
                        if block.bits < Cell.bitWidth {
                            let part = part.lowerBound &- first..<part.upperBound &- first
                            Lanes<Cell>.unpack(cells, Int(block.bits), part, to: room)
                            cells = UnsafeRawPointer(room)
                        }
                        return cells.assumingMemoryBound(to: Cell.self) + (part.lowerBound &- first)
                    }
                }
            }
        }
    }

    /// Hands out the values of the rows that a mask has, each with its place in the mask.
    @inline(__always)
    func each(_ mask: [UInt8], _ rows: Range<Int>, _ body: (Int, Int64) -> Void) {
        guard width != .none else { return }
        eachRun(rows) { places, read in
            guard Mask.hasAny(mask, places) else { return }
            let values = read()
            Mask.each(mask, from: places.lowerBound, places.upperBound) { place in
                let value = values[place &- places.lowerBound]
                if value != Column.missing { body(place, value) }
            }
        }
    }

    /// Hands out runs of rows by their places among all of them; `read` reads their values.
    @inline(__always)
    func eachRun(
        _ rows: Range<Int>, _ body: (_ places: Range<Int>, _ read: () -> UnsafeMutableBufferPointer<Int64>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 512) { values in
            var first = rows.lowerBound
            while first < rows.upperBound {
                let next = min(rows.upperBound, (first | 511) &+ 1)
                body(first &- rows.lowerBound..<next &- rows.lowerBound) {
                    read(first..<next, to: values)
                    return values
                }
                first = next
            }
        }
    }

    /// Writes the values of some rows.
    private func read(_ wanted: Range<Int>, to values: UnsafeMutableBufferPointer<Int64>) {
        switch width {
        case .none: values.update(repeating: Column.missing)
        case .byte: read(wanted, UInt8.self, to: values)
        case .short: read(wanted, UInt16.self, to: values)
        case .word: read(wanted, UInt32.self, to: values)
        case .long: read(wanted, UInt64.self, to: values)
        case .wide: for row in wanted { values[row &- wanted.lowerBound] = wide[row] }
        case .linked: for row in wanted { values[row &- wanted.lowerBound] = linked(row) }
        case .near:
            links[0].read(wanted, to: values)
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: wanted.count) { others in
                links[1].read(wanted, to: others)
                for index in 0..<wanted.count { values[index] = Self.sum(values[index], others[index]) }
            }
        }
    }

    @inline(__always)
    private func read<Cell: FixedWidthInteger & UnsignedInteger>(
        _ wanted: Range<Int>, _: Cell.Type, to values: UnsafeMutableBufferPointer<Int64>
    ) {
        let step = step
        eachBlock(wanted, Cell.self) { block, part, unpack in
            guard var target = values.baseAddress else { return }
            target += part.lowerBound &- wanted.lowerBound
            let (cells, base) = (unpack(), block.base)
            // Most numbers of texts and rows are such cells.
            if step == 1, !block.hasGaps {
                for index in 0..<part.count { target[index] = base &+ Int64(truncatingIfNeeded: cells[index]) }
                return
            }
            let none = block.hasGaps ? Column.missing : base
            for index in 0..<part.count {
                let cell = cells[index]
                target[index] = cell == 0 ? none : base &+ Int64(truncatingIfNeeded: cell) &* step
            }
        }
    }

    var values: [Int64] { values(0..<count) }

    func values(_ rows: Range<Int>) -> [Int64] {
        [Int64](unsafeUninitializedCapacity: rows.count) { values, written in
            read(rows, to: values)
            written = rows.count
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
        case .byte: if set(row, value, UInt8.self) { return }
        case .short: if set(row, value, UInt16.self) { return }
        case .word: if set(row, value, UInt32.self) { return }
        case .long: if set(row, value, UInt64.self) { return }
        case .wide: return wide[row] = value
        case .linked, .near: break
        }
        widen()
        wide[row] = value
    }

    private mutating func set<Cell: FixedWidthInteger & UnsignedInteger>(
        _ row: Int, _ value: Int64, _: Cell.Type
    ) -> Bool {
        let block = blocks[row >> 9]
        guard let cell = cell(value, block, Cell.self) else { return false }
        Lanes.write(cell, to: &rows, from: Int(block.start), row & 511, Int(block.bits))
        return true
    }

    /// The cell that stands for a value in a block; nil where there is none.
    func cell<Cell: FixedWidthInteger & UnsignedInteger>(_ value: Int64, _ block: Block, _: Cell.Type) -> Cell? {
        guard value != Column.missing else { return block.hasGaps ? 0 : nil }
        let (distance, overflow) = value.subtractingReportingOverflow(block.base)
        guard !overflow, distance >= (block.hasGaps ? 1 : 0), distance % step == 0,
            distance / step <= Int64(clamping: Lanes<Cell>.greatest(Int(block.bits)))
        else { return nil }
        return Cell(distance / step)
    }

    private mutating func widen() { self = Column(wide: values) }

    /// How much is kept, but of another column that values are linked to.
    var byteCount: Int {
        switch width {
        case .linked: links[0].byteCount + links[2].byteCount
        case .near: links[0].byteCount
        default: (rows.capacity + wide.capacity) * 8 + blocks.capacity * MemoryLayout<Block>.stride
        }
    }
}
