import Domain

/// The products of the catalogue, field by field, as conditions on lines ask for them.
struct Catalogue: Sendable {
    /// What lines call each product; nil where one is gone.
    private(set) var names: [String?] = []
    private var rows: [String: Int] = [:]
    private var columns: [ConditionSource: Column] = [:]
    private var texts: [ConditionSource: Interner] = [:]
    /// Rises with each change: what was compiled before asks anew.
    private(set) var version = 0

    init() {}

    mutating func put(_ product: Product, _ sources: [ConditionSource]) {
        version += 1
        let row = rows[product.externalID] ?? names.count
        if row == names.count {
            names.append(product.externalID)
            rows[product.externalID] = row
        }
        for source in sources {
            let cell: Int64
            switch source.fact(of: product) {
            case nil: cell = Column.missing
            case .number(let number): cell = number
            case .text(let text): cell = texts[source, default: Interner()].number(of: text)
            }
            var column = columns.removeValue(forKey: source) ?? Column()
            while column.count <= row { column.append(Column.missing) }
            column.set(row, cell)
            columns[source] = column
        }
    }

    mutating func remove(_ name: String) {
        guard let row = rows.removeValue(forKey: name) else { return }
        version += 1
        names[row] = nil
    }

    /// What lines call the products whose value fulfils a test.
    func names(where source: ConditionSource, _ test: CellTest) -> [String] {
        guard let column = columns[source] else { return [] }
        return names.indices.compactMap { row in
            row < column.count && test.holds(column[row]) ? names[row] : nil
        }
    }

    func texts(of source: ConditionSource) -> Interner { texts[source] ?? Interner() }

    /// The values of a field, by what lines call the products.
    func values(of source: ConditionSource) -> [(name: String, value: Int64)] {
        guard let column = columns[source] else { return [] }
        return names.indices.compactMap { row in
            guard row < column.count, column[row] != Column.missing else { return nil }
            return names[row].map { ($0, column[row]) }
        }
    }
}
