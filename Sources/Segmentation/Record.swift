import Domain

/// An order or a receipt as its columns have it.
struct Record: Sendable {
    var id: Int64
    /// The number of the customer within the shard.
    var customer: UInt16
    var cells: [Int64]
    /// The cells of lines, and of an order the stays as well, by child.
    var children: [[[Int64]]]
}

/// The many things of one record, each run of them behind its record's number.
struct ChildPart: Sendable {
    /// Where the things of each record begin; one more at the end.
    private(set) var starts = Column()
    private(set) var columns: [Column]

    init(columnCount: Int) {
        columns = Array(repeating: Column(), count: columnCount)
        starts.append(0)
    }

    init(starts: Column, columns: [Column]) { (self.starts, self.columns) = (starts, columns) }

    var count: Int { Int(starts[starts.count - 1]) }

    func rows(of record: Int) -> Range<Int> { Int(starts[record])..<Int(starts[record + 1]) }

    func rows(of records: Range<Int>) -> Range<Int> {
        Int(starts[records.lowerBound])..<Int(starts[records.upperBound])
    }

    /// The record that a thing is of, one of some.
    func record(of thing: Int, among records: Range<Int>) -> Int {
        var (low, high) = (records.lowerBound, records.upperBound)
        var (start, end) = (Int(starts[low]), Int(starts[high]))
        var guesses = 0
        while high &- low > 1 {
            // Most records have much the same number of things, so that it is near where it would be then.
            let guess = guesses < 8 ? low &+ (thing &- start) &* (high &- low) / (end &- start) : (low &+ high) / 2
            let middle = min(max(guess, low &+ 1), high &- 1)
            let place = Int(starts[middle])
            if place <= thing { (low, start) = (middle, place) } else { (high, end) = (middle, place) }
            guesses &+= 1
        }
        return low
    }

    /// Where the things of some records begin, and where those of the last end.
    func starts(of records: Range<Int>) -> [Int64] { starts.values(records.lowerBound..<records.upperBound + 1) }

    mutating func append(_ things: [[Int64]]) {
        for cells in things {
            for place in columns.indices { columns[place].append(place < cells.count ? cells[place] : Column.missing) }
        }
        starts.append(Int64(count + things.count))
    }

    mutating func widen(to count: Int) {
        while columns.count < count { columns.append(Column(count: self.count)) }
    }

    var byteCount: Int { starts.byteCount + columns.byteCount }
}

/// Which records are there, and are not gone or replaced: nothing is kept while all of them are.
struct Living: Sendable {
    private var flags: [UInt8] = []
    private(set) var count: Int

    init(count: Int = 0) { self.count = count }

    var areAll: Bool { flags.isEmpty }
    var liveCount: Int { areAll ? count : flags.reduce(0) { $0 + Int($1) } }
    var byteCount: Int { flags.capacity }

    /// 1 for a record that is there, and 0 for one that is not.
    subscript(row: Int) -> UInt8 { areAll ? 1 : flags[row] }

    mutating func append() {
        if !areAll { flags.append(1) }
        count += 1
    }

    mutating func remove(_ row: Int) {
        if areAll { flags = [UInt8](repeating: 1, count: count) }
        flags[row] = 0
    }

    /// Takes those from a mask that are not there.
    func restrict(_ mask: inout [UInt8], _ start: Int, _ count: Int) {
        if !areAll { Mask.and(&mask, flags, start, count) }
    }
}

/// Records of one shard: their cells column by column.
struct Part: Sendable {
    var ids = Column()
    var customers: [UInt16] = []
    var alive = Living()
    var columns: [Column]
    var children: [ChildPart]

    init(_ shape: RecordShape) {
        columns = Array(repeating: Column(), count: shape.columns)
        children = shape.children.map(ChildPart.init(columnCount:))
    }

    var count: Int { customers.count }

    mutating func append(_ record: Record) {
        ids.append(record.id)
        customers.append(record.customer)
        alive.append()
        for place in columns.indices { columns[place].append(record.cells[place]) }
        for index in children.indices { children[index].append(record.children[index]) }
    }

    mutating func widen(to shape: RecordShape) {
        while columns.count < shape.columns { columns.append(Column(count: count)) }
        for index in children.indices { children[index].widen(to: shape.children[index]) }
    }

    /// When a record was, and which it is: what records are sorted by.
    func key(_ row: Int) -> (date: Int64, id: Int64) { (columns[RecordShape.date][row], ids[row]) }

    var byteCount: Int {
        ids.byteCount + customers.capacity * 2 + alive.byteCount + columns.byteCount
            + children.reduce(0) { $0 + $1.byteCount }
    }
}

/// How many columns records and their things have.
struct RecordShape: Sendable {
    /// The column of the moment, in both kinds of record.
    static let date = 0
    static let lines = 0
    static let stays = 1

    var columns: Int
    var children: [Int]
}

extension Part {
    /// The records of two parts that are alive, sorted by date and identifier, and packed.
    ///
    /// - Parameter base: Is sorted already.
    init(merging base: Part, _ tail: Part, _ shape: RecordShape) {
        self.init(shape)
        let rows = Self.rows(merging: base, tail)
        let isLate = rows.contains { $0 < 0 }
        /// The cells of both, as they come to stand; those of a column without any are not gone through.
        func merged(_ base: Column, _ tail: Column, beside columns: [Column] = []) -> Column {
            guard base.width != .none || tail.width != .none else { return Column(count: rows.count) }
            let (first, second) = (base.values, isLate ? tail.values : [])
            return Column(packing: rows.map { $0 < 0 ? second[Int(-$0 - 1)] : first[Int($0)] }, beside: columns)
        }
        ids = merged(base.ids, tail.ids)
        customers = rows.map { $0 < 0 ? tail.customers[Int(-$0 - 1)] : base.customers[Int($0)] }
        alive = Living(count: rows.count)
        columns = (0..<shape.columns).reduce(into: []) { columns, place in
            columns.append(merged(base.columns[place], tail.columns[place], beside: columns))
        }
        children = shape.children.indices.map {
            ChildPart(merging: base.children[$0], tail.children[$0], rows, areStays: $0 == RecordShape.stays)
        }
    }

    /// The rows alive in their order, those of the tail from -1 downwards.
    private static func rows(merging base: Part, _ tail: Part) -> [Int32] {
        let late = (0..<tail.count).filter { tail.alive[$0] != 0 }.map { (tail.key($0), Int32(-$0 - 1)) }
            .sorted { $0.0 < $1.0 }
        var rows: [Int32] = []
        rows.reserveCapacity(base.count + late.count)
        var next = 0
        for row in 0..<base.count where base.alive[row] != 0 {
            if next < late.count {
                let key = base.key(row)
                while next < late.count, late[next].0 < key {
                    rows.append(late[next].1)
                    next += 1
                }
            }
            rows.append(Int32(row))
        }
        return rows + late[next...].map(\.1)
    }
}

extension ChildPart {
    /// - Parameter areStays: Whether most things end where another one begins.
    fileprivate init(merging base: ChildPart, _ tail: ChildPart, _ rows: [Int32], areStays: Bool) {
        func things(_ row: Int32) -> Range<Int> { row < 0 ? tail.rows(of: Int(-row - 1)) : base.rows(of: Int(row)) }
        var count = 0
        var starts: [Int64] = [0]
        starts.reserveCapacity(rows.count + 1)
        for row in rows {
            count += things(row).count
            starts.append(Int64(count))
        }
        var columns: [Column] = []
        for place in base.columns.indices {
            guard base.columns[place].width != .none || tail.columns[place].width != .none else {
                columns.append(Column(count: count))
                continue
            }
            let (first, second) = (base.columns[place].values, tail.columns[place].values)
            var merged: [Int64] = []
            merged.reserveCapacity(count)
            for row in rows {
                for thing in things(row) { merged.append(row < 0 ? second[thing] : first[thing]) }
            }
            let isEnd = areStays && place == Layout.stayUntil
            columns.append(
                isEnd ? Column(merged, linkedTo: columns[Layout.stayFrom]) : Column(packing: merged, beside: columns))
        }
        self.init(starts: Column(packing: starts), columns: columns)
    }
}
