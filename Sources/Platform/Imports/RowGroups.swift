import Domain

/// Gathers rows that stand together and have the same order's identifier.
///
/// It remembers which orders it has seen, about 20 bytes each: rows of an order that come later would otherwise take
/// the place of its first lines.
struct RowGroups {
    struct Group {
        var records: [CSVRecord]
        /// Why the order cannot be taken.
        var refusal: String?
    }

    private let column: Int
    private var key: String?
    private var group = Group(records: [])
    /// Hashes, since texts would take five times as much.
    private var seen: Set<Int> = []

    /// Nil when the recipe has no column with the order's identifier.
    init?(_ recipe: ImportRecipe<ColumnPlace>) {
        let step = recipe.order.first { $0.target == .externalID }
        guard case .column(.main(let column)) = step?.value else { return nil }
        self.column = column
    }

    /// Takes a row, and returns the order that ended before it.
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
            group.refusal = "Other rows of this order stand further up. Sort the file by order."
        }
        return ended
    }

    /// Returns the last order.
    mutating func finish() -> Group? {
        guard key != nil else { return nil }
        key = nil
        return group
    }
}
