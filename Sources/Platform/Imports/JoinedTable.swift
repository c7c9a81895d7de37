/// A joined file's columns that a mapping uses, grouped by key, in memory.
///
/// A row takes its values' bytes, 4 for each value and 12 more; a key about 100. Olist's 112,650 order lines are 20 MB.
struct JoinedTable: Sendable {
    /// What the mapping calls it, and the file it is read from.
    let name: String
    let file: String
    /// The columns of the main file's row and of this file that hold the key.
    let to: Int
    let key: Int

    private let columns: [Int]
    private var text: [UInt8] = []
    /// Where each value ends in `text`, row after row.
    private var ends: [UInt32] = []
    private var lines: [UInt32] = []
    /// The row after each one that has the same key; -1 for the last.
    private var following: [Int32] = []
    private var extents: [String: (first: Int32, last: Int32)] = [:]

    /// - Parameter columns: The columns that are kept; their places are called slots.
    private init(name: String, file: String, to: Int, key: Int, columns: [Int]) {
        (self.name, self.file, self.to, self.key, self.columns) = (name, file, to, key, columns)
    }

    /// Reads a joined file to its end; rows that cannot be taken go to `refused`.
    ///
    /// - Throws: `ImportError` when the file cannot be read, or is too large to be kept.
    init(_ table: ColumnResolver.Table, refused: inout [ImportItem]) throws {
        var csv = table.csv
        self.init(name: table.name, file: csv.file, to: table.to, key: table.key, columns: table.columns)
        do {
            while let row = try csv.next() {
                switch row {
                case .refused(let row): refused.append(ImportItem(file: file, row))
                case .record(let record):
                    guard append(record) else {
                        throw ImportError(.file, file: file, "This is too large to be joined: split it by order.")
                    }
                }
            }
        } catch let error as ImportError {
            throw error.saying(rows: count)
        }
    }

    var count: Int { lines.count }
    var keyCount: Int { extents.count }

    /// Keeps a row, or returns false when there is no room left.
    private mutating func append(_ record: CSVRecord) -> Bool {
        for column in columns {
            record.withBytes(column) { text.append(contentsOf: $0) }
            ends.append(UInt32(truncatingIfNeeded: text.count))
        }
        guard text.count <= Int(UInt32.max), let row = Int32(exactly: lines.count) else { return false }
        lines.append(UInt32(truncatingIfNeeded: record.line))
        following.append(-1)
        let key = record.text(key)
        if let extent = extents[key] {
            following[Int(extent.last)] = row
            extents[key] = (extent.first, row)
        } else {
            extents[key] = (row, row)
        }
        return true
    }

    /// The rows that belong to a row of the main file, in the order of the file.
    func rows(for record: CSVRecord) -> [Int] {
        guard let extent = extents[record.text(to)] else { return [] }
        var rows: [Int] = []
        var row = extent.first
        while row >= 0 {
            rows.append(Int(row))
            row = following[Int(row)]
        }
        return rows
    }

    /// The first row with `key`.
    func firstRow(key: String) -> Int? { extents[key].map { Int($0.first) } }

    func text(_ slot: Int, ofRow row: Int) -> String {
        let index = row * columns.count + slot
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return String(decoding: text[start..<Int(ends[index])], as: UTF8.self)
    }

    /// The line of the joined file that a row begins on.
    func line(ofRow row: Int) -> Int { Int(lines[row]) }
}
