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
    private(set) var starts: [UInt32] = [0]
    private(set) var columns: [Column]

    init(columnCount: Int) { columns = Array(repeating: Column(), count: columnCount) }

    init(starts: [UInt32], columns: [Column]) { (self.starts, self.columns) = (starts, columns) }

    var count: Int { Int(starts[starts.count - 1]) }

    func rows(of record: Int) -> Range<Int> { Int(starts[record])..<Int(starts[record + 1]) }

    func rows(of records: Range<Int>) -> Range<Int> {
        Int(starts[records.lowerBound])..<Int(starts[records.upperBound])
    }

    mutating func append(_ things: [[Int64]]) {
        for cells in things {
            for place in columns.indices { columns[place].append(place < cells.count ? cells[place] : Column.missing) }
        }
        starts.append(starts[starts.count - 1] + UInt32(things.count))
    }

    mutating func widen(to count: Int) {
        while columns.count < count { columns.append(Column(count: self.count)) }
    }

    var byteCount: Int { starts.capacity * 4 + columns.reduce(0) { $0 + $1.byteCount } }
}

/// Records of one shard: their cells column by column.
struct Part: Sendable {
    var ids = Column()
    var customers: [UInt16] = []
    /// 0 for a record that is gone or was replaced.
    var alive: [UInt8] = []
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
        alive.append(1)
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
        ids.byteCount + customers.capacity * 2 + alive.capacity + columns.reduce(0) { $0 + $1.byteCount }
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
    /// The records of several parts that are alive, sorted by date and identifier, and packed.
    init(merging parts: [Part], _ shape: RecordShape) {
        self.init(shape)
        var rows: [(date: Int64, id: Int64, part: Int, row: Int)] = []
        for (index, part) in parts.enumerated() {
            let (dates, ids) = (part.columns[RecordShape.date].values, part.ids.values)
            for row in 0..<part.count where part.alive[row] != 0 { rows.append((dates[row], ids[row], index, row)) }
        }
        rows.sort { ($0.date, $0.id) < ($1.date, $1.id) }
        ids = Column(packing: rows.map(\.id))
        customers = rows.map { parts[$0.part].customers[$0.row] }
        alive = [UInt8](repeating: 1, count: rows.count)
        columns = (0..<shape.columns).map { place in
            let values = parts.map { $0.columns[place].values }
            return Column(packing: rows.map { values[$0.part][$0.row] })
        }
        children = shape.children.indices.map { child in
            var starts: [UInt32] = [0]
            starts.reserveCapacity(rows.count + 1)
            for row in rows {
                let count = parts[row.part].children[child].rows(of: row.row).count
                starts.append(starts[starts.count - 1] + UInt32(count))
            }
            let columns = (0..<shape.children[child]).map { place in
                let values = parts.map { $0.children[child].columns[place].values }
                var merged: [Int64] = []
                merged.reserveCapacity(Int(starts[rows.count]))
                for row in rows {
                    merged += values[row.part][parts[row.part].children[child].rows(of: row.row)]
                }
                return Column(packing: merged)
            }
            return ChildPart(starts: starts, columns: columns)
        }
    }
}
