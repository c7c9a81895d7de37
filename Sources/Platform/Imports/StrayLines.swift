/// Finds lines whose order is in no row of the main file, so that none is lost in silence.
///
/// They are few or none: the file is read once more only when there are some.
struct StrayLines {
    private let table: Int
    private let rows: JoinedTable
    /// Whether an order has had the rows of the key that first occurs in this row.
    private var isClaimed: [Bool]
    private var unclaimed: Int
    private var csv: CSVReader?

    init(table: Int, _ rows: JoinedTable) {
        (self.table, self.rows) = (table, rows)
        isClaimed = Array(repeating: false, count: rows.count)
        unclaimed = rows.keyCount
    }

    mutating func claim(_ scope: ImportScope) {
        guard let first = scope.rows[table].first, !isClaimed[first] else { return }
        isClaimed[first] = true
        unclaimed -= 1
    }

    /// The next line without an order, as a refused item.
    mutating func next(main: CSVReader) throws -> ImportItem? {
        guard unclaimed > 0 else { return nil }
        if csv == nil { csv = try CSVReader(path: rows.file) }
        while let row = try csv?.next() {
            // What is refused was handed out when the file was first read.
            guard case .record(let record) = row, let first = rows.firstRow(key: record.text(rows.key)),
                !isClaimed[first]
            else { continue }
            let key = "\(main.header[rows.to]) “\(record.text(rows.key))”"
            let reason = "\(main.file) has no row with \(key): add it there."
            return ImportItem(file: rows.file, line: record.line, raw: Array(record.raw), .refused(reason))
        }
        unclaimed = 0
        return nil
    }
}
