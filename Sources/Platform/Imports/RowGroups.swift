import Domain

/// Gathers rows that stand together and have the same identifier of an order or a receipt.
///
/// It remembers which it has seen, about 20 bytes each: rows of an order that come later would otherwise take the place
/// of its first lines.
struct RowGroups {
    struct Group {
        var records: [CSVRecord]
        /// Why it cannot be taken.
        var refusal: String?
    }

    private let column: Int
    private var key: String?
    private var group = Group(records: [])
    /// Hashes, since texts would take five times as much.
    private var seen: Set<Int> = []

    /// Nil when the recipe has no column with the identifier.
    init?(_ recipe: ImportRecipe<ColumnPlace>) {
        guard case .column(.main(let column)) = recipe.identifier else { return nil }
        self.column = column
    }

    /// Takes a row, and returns what ended before it.
    mutating func add(_ record: CSVRecord) -> Group? {
        let key = record.text(column)
        if key == self.key {
            // One row beyond the limit says that there are too many; more would only fill memory.
            if group.records.count <= OrderLinePatch.limit { group.records.append(record) }
            return nil
        }
        let ended = finish()
        self.key = key
        group = Group(records: [record])
        if !seen.insert(key.hashValue).inserted {
            group.refusal = "Other rows with this identifier stand further up. Sort the file by it."
        }
        return ended
    }

    /// Returns the last one.
    mutating func finish() -> Group? {
        guard key != nil else { return nil }
        key = nil
        return group
    }
}
