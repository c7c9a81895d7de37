import Domain

/// A row with the rows joined to it: what the values of a mapping are looked up in.
struct ImportScope {
    let record: CSVRecord
    let tables: [JoinedTable]
    let reading: ImportReading
    /// The rows of each table that belong to `record`.
    let rows: [[Int]]
    /// The row that the line in hand is made of.
    var line: LineRow?

    enum LineRow {
        case record(CSVRecord)
        case joined(table: Int, row: Int)
    }

    init(record: CSVRecord, tables: [JoinedTable], reading: ImportReading) {
        (self.record, self.tables, self.reading) = (record, tables, reading)
        rows = tables.map { $0.rows(for: record) }
    }

    /// The text that `value` stands for here; empty when there is none.
    ///
    /// - Parameter places: The decimals that a sum is made with.
    func text(_ value: ImportValue<ColumnPlace>, places: Int = FixedPoint.moneyPlaces) throws(Refusal) -> String {
        switch value {
        case .constant(let text): return text
        case .column(let column): return cell(column)
        case .first(let values):
            for value in values {
                let text = try text(value, places: places)
                if !text.isEmpty { return text }
            }
            return ""
        case .sum(let columns, let filter): return try sum(columns, filter, places)
        case .count(let table, let filter): return String(selected(table, filter).count)
        case .distinct(let column, let largest, let filter): return try distinct(column, largest, filter)
        case .translated(let value, let table, let otherwise):
            let text = try text(value, places: places)
            if let translation = table[text] ?? (text.isEmpty ? "" : otherwise) { return translation }
            throw Refusal(
                "not_translated", "“\(text)” is not in the “map”. Add it there, or a “default” for all that are not."
            )
        case .present(let column, let value):
            return cell(column).isEmpty ? "" : try text(value, places: places)
        }
    }

    private func cell(_ place: ColumnPlace) -> String {
        switch place {
        case .main(let column): return record.text(column)
        case .line(let column):
            switch line {
            case .record(let record): return record.text(column)
            case .joined(let table, let row): return tables[table].text(column, ofRow: row)
            case nil: return ""
            }
        case .joined(let table, let slot): return rows[table].first.map { tables[table].text(slot, ofRow: $0) } ?? ""
        }
    }

    /// The rows that belong to the main row, of the table that `place` is in.
    private func selected(_ place: ColumnPlace, _ filter: RowFilter<ColumnPlace>?) -> [Int] {
        guard case .joined(let table, _) = place else { return [] }
        guard let filter, case .joined(table, let slot) = filter.column else { return rows[table] }
        return rows[table].filter { row in
            filter.values.contains(tables[table].text(slot, ofRow: row)) != filter.isExclusion
        }
    }

    /// Nothing to add is no value, rather than 0.
    private func sum(
        _ columns: [ColumnPlace], _ filter: RowFilter<ColumnPlace>?, _ places: Int
    ) throws(Refusal) -> String {
        var total: Int64?
        func add(_ text: String) throws(Refusal) {
            guard !text.isEmpty else { return }
            let (sum, overflow) = try (total ?? 0).addingReportingOverflow(reading.amount(text, places: places))
            guard !overflow else { throw Refusal("out_of_range", "The sum is too large to keep exactly.") }
            total = sum
        }
        for column in columns {
            guard case .joined(let table, let slot) = column else {
                try add(cell(column))
                continue  // a column of this row has one value
            }
            for row in selected(column, filter) {
                do {
                    try add(tables[table].text(slot, ofRow: row))
                } catch {
                    let place = "“\(tables[table].name)”, line \(tables[table].line(ofRow: row))"
                    throw Refusal(error.code, "\(place): \(error.detail)")
                }
            }
        }
        return total.map { FixedPoint.text($0, places: places) } ?? ""
    }

    private func distinct(
        _ column: ColumnPlace, _ largest: ColumnPlace?, _ filter: RowFilter<ColumnPlace>?
    ) throws(Refusal) -> String {
        guard case .joined(let table, let slot) = column else { return cell(column) }
        var values: [(text: String, weight: Int64)] = []
        for row in selected(column, filter) {
            let text = tables[table].text(slot, ofRow: row)
            var weight: Int64 = 0
            if case .joined(table, let weightSlot) = largest {
                weight = try reading.amount(tables[table].text(weightSlot, ofRow: row), places: FixedPoint.moneyPlaces)
            }
            if let index = values.firstIndex(where: { $0.text == text }) {
                values[index].weight = values[index].weight &+ weight
            } else if !text.isEmpty {
                values.append((text, weight))
            }
        }
        // Of equal weight, the one that comes first in the file stays first.
        let order = values.indices.sorted { (-values[$0].weight, $0) < (-values[$1].weight, $1) }
        return order.map { values[$0].text }.joined(separator: ",")
    }
}
