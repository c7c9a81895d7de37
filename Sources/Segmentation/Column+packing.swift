import Domain

extension Column {
    /// Packs values as narrow as they fit.
    ///
    /// - Parameter hasRoom: Whether cells will change, and so have whole lanes and the same base everywhere, in which others fit too.
    init(packing values: [Int64], hasRoom: Bool = false) {
        self.init(count: values.count)
        var blocks: [(low: Int64, high: Int64, hasGaps: Bool)] = []
        for start in stride(from: 0, to: values.count, by: 512) {
            var (low, high, hasGaps) = (Int64.max, Column.missing, false)
            for value in values[start..<min(start + 512, values.count)] {
                if value == Column.missing {
                    hasGaps = true
                } else {
                    low = min(low, value)
                    high = max(high, value)
                }
            }
            blocks.append((low, high, hasGaps))
        }
        let (low, high) = (blocks.map(\.low).min() ?? .max, blocks.map(\.high).max() ?? Column.missing)
        guard high != Column.missing else { return }
        // A step below the least value there must be room for a cell that is 0.
        guard low > Int64.min / 2, !high.subtractingReportingOverflow(low).overflow else {
            self = Column(wide: values)
            return
        }
        if hasRoom { blocks = blocks.map { _ in (low, high, true) } }
        step = Self.step(of: values, from: low)
        let needed = blocks.map { block in
            guard block.high != Column.missing else { return 0 }
            let greatest = UInt64((block.high - block.low) / step) + (block.hasGaps ? 1 : 0)
            return UInt64.bitWidth - greatest.leadingZeroBitCount
        }
        switch needed.max() ?? 0 {
        case ...8: pack(values, blocks, needed, hasRoom, .byte, UInt8.self)
        case ...16: pack(values, blocks, needed, hasRoom, .short, UInt16.self)
        case ...32: pack(values, blocks, needed, hasRoom, .word, UInt32.self)
        default: pack(values, blocks, needed, hasRoom, .long, UInt64.self)
        }
    }

    /// The largest of a few units that all values are multiples of, from the least one on.
    private static func step(of values: [Int64], from low: Int64) -> Int64 {
        let units: [Int64] = [1_000_000, 60_000, 10_000, 1000, 100]
        return units.first { unit in
            values.allSatisfy { $0 == missing || ($0 &- low) % unit == 0 }
        } ?? 1
    }

    private mutating func pack<Cell: FixedWidthInteger & UnsignedInteger>(
        _ values: [Int64], _ spans: [(low: Int64, high: Int64, hasGaps: Bool)], _ needed: [Int], _ hasRoom: Bool,
        _ width: Width, _: Cell.Type
    ) {
        self.width = width
        // To spare the last bits of a lane is not worth unpacking it.
        let limit = Cell.bitWidth - Cell.bitWidth / 8
        var start = 0
        for (span, needed) in zip(spans, needed) {
            let bits = hasRoom || needed >= limit ? Cell.bitWidth : needed
            let low = span.high == Column.missing ? 0 : span.low
            blocks.append(
                Block(
                    base: span.hasGaps ? low - step : low, start: UInt32(start), bits: UInt8(bits),
                    hasGaps: span.hasGaps))
            start += bits
        }
        rows = [UInt64](repeating: 0, count: start * 8)
        for (row, value) in values.enumerated() where value != Column.missing {
            let block = blocks[row >> 9]
            let cell = Cell((value - block.base) / step)
            Lanes.write(cell, to: &rows, from: Int(block.start), row & 511, Int(block.bits))
        }
    }

    /// The same values, as narrow as they fit now, in a column whose cells change.
    var packed: Column { Column(packing: values, hasRoom: true) }

    /// How many rows further on a linked value may stand.
    private static let reach = 31

    /// Keeps of values only how many rows further on another column has them.
    init(_ values: [Int64], linkedTo other: Column) {
        let others = other.values
        let rows = values.enumerated().map { row, value -> Int64 in
            guard value != Column.missing else { return Column.missing }
            let near = others[min(row + 1, others.count)..<min(row + 1 + Self.reach, others.count)]
            return near.firstIndex(of: value).map { Int64($0 - row) } ?? 0
        }
        let rest = zip(rows, values).map { $0 == 0 ? $1 : Column.missing }
        self.init(links: [Column(packing: rows), other, Column(packing: rest)])
        // Nothing is linked where nothing has a value.
        if links[0].width == .none { self = Column(count: values.count) }
    }

    /// Packs values; those that another column beside them has too are that column, and those close to one are kept as near it.
    init(packing values: [Int64], beside columns: [Column]) {
        let packed = Column(packing: values)
        self = columns.first(where: packed.isSame) ?? packed.nearest(of: columns) ?? packed
    }

    /// The same values as near to one of some columns, where that takes less.
    ///
    /// Sums of money are mostly close to another one: what was paid is what things cost, with delivery and without bonuses.
    private func nearest(of columns: [Column]) -> Column? {
        guard areSums else { return nil }
        func differences(from place: Int, _ rows: Range<Int>) -> [Int64] {
            zip(values(rows), columns[place].values(rows)).map {
                $0 == Column.missing || $1 == Column.missing ? $0 : $0 &- $1
            }
        }
        // The first block tells which column is nearest.
        let few = 0..<min(512, count)
        let places = columns.indices.filter { columns[$0].areSums || columns[$0].width == .near }
        let sizes = places.map { Column(packing: differences(from: $0, few)).byteCount }
        guard let (place, size) = zip(places, sizes).min(by: { $0.1 < $1.1 }),
            size < Column(packing: values(few)).byteCount
        else { return nil }
        let near = Column(Column(packing: differences(from: place, 0..<count)), from: columns, at: place)
        // A difference may by chance be what stands for none.
        return near.byteCount < byteCount && near.values == values ? near : nil
    }

    /// Whether values may be money, by their width and that all are whole cents; numbers of texts have no such step.
    private var areSums: Bool { step > 1 && (width == .short || width == .word || width == .long) }

    /// Whether the cells are those of another column, so that both may be one.
    func isSame(as other: Column) -> Bool {
        width == other.width && step == other.step && blocks == other.blocks && rows == other.rows && wide == other.wide
            && width != .none && width != .linked && width != .near
    }
}

extension [Column] {
    /// How much is kept; columns that are the same are one.
    var byteCount: Int {
        var known: Set<UnsafeRawPointer> = []
        return reduce(0) { sum, column in
            // What is empty is one for all.
            let rows = column.rows.isEmpty ? nil : column.rows.withUnsafeBytes { $0.baseAddress }
            return rows.map { known.insert($0).inserted } ?? true ? sum + column.byteCount : sum
        }
    }
}
