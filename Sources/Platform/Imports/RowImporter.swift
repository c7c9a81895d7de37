import Domain

/// Makes items of the rows of one CSV file, with the rows of joined files.
struct RowImporter {
    private let recipe: ImportRecipe<ColumnPlace>
    private let tables: [JoinedTable]
    private let reading: ImportReading
    private(set) var csv: CSVReader
    /// Items that are ready to be handed out.
    private var ready: [ImportItem]
    private var groups: RowGroups?
    private var strays: StrayLines?

    /// - Parameter refused: What was found wrong before: rows of joined files.
    init(
        _ csv: CSVReader, recipe: ImportRecipe<ColumnPlace>, reading: ImportReading, tables: [JoinedTable] = [],
        refused: [ImportItem] = []
    ) {
        (self.csv, self.recipe, self.reading, self.tables) = (csv, recipe, reading, tables)
        ready = refused.reversed()
        if case .joined(let table, _) = recipe.each {
            strays = StrayLines(table: table, tables[table])
        } else if recipe.hasLines {
            groups = RowGroups(recipe)
        }
    }

    /// The next item, or nil at the end.
    ///
    /// - Throws: `ImportError` when a file cannot be read further.
    mutating func next() throws -> ImportItem? {
        while true {
            if let item = ready.popLast() { return item }
            guard let row = try csv.next() else {
                if let group = groups?.finish() { return item(of: group) }
                return try strays?.next(main: csv)
            }
            switch row {
            case .refused(let refused): return ImportItem(file: csv.file, refused)
            case .record(let record):
                guard groups != nil else { return item(of: record) }
                if let group = groups?.add(record) { return item(of: group) }
            }
        }
    }

    private mutating func item(of record: CSVRecord) -> ImportItem {
        let scope = ImportScope(record: record, tables: tables, reading: reading)
        strays?.claim(scope)
        return item([record]) { () throws(RowFaults) in
            var faults = RowFaults()
            switch recipe.kind {
            case .orders, .receipts: return try sale(scope, lineRows: nil)
            case .customers:
                if let patch = recipe.customerPatch(scope, &faults), faults.isEmpty { return .customer(patch) }
            case .products:
                if let patch = recipe.productPatch(scope, &faults), faults.isEmpty { return .product(patch) }
            }
            throw faults
        }
    }

    private func sale(_ scope: ImportScope, lineRows: [CSVRecord]?) throws(RowFaults) -> ImportItem.Content {
        if recipe.kind == .receipts { return .receipt(try recipe.receipt(scope, lineRows: lineRows)) }
        let (order, customer) = try recipe.order(scope, lineRows: lineRows)
        return .order(order, customer: customer)
    }

    /// The order or receipt whose lines stand in rows one below the other; what is said of itself is in the first.
    private func item(of group: RowGroups.Group) -> ImportItem {
        item(group.records) { () throws(RowFaults) in
            if let reason = group.refusal {
                var faults = RowFaults()
                faults.add("external_id", reason)
                throw faults
            }
            let scope = ImportScope(record: group.records[0], tables: tables, reading: reading)
            return try sale(scope, lineRows: group.records)
        }
    }

    private func item(
        _ records: [CSVRecord], _ content: () throws(RowFaults) -> ImportItem.Content
    ) -> ImportItem {
        let raw = Array(records.map(\.raw).joined(separator: [Byte.lf]))
        let line = records.first?.line ?? 0
        do {
            return ImportItem(file: csv.file, line: line, raw: raw, try content())
        } catch {
            return ImportItem(file: csv.file, line: line, raw: raw, .refused(error.text))
        }
    }
}
