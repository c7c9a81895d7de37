/// Finds the columns that a mapping names in the headers of its files.
struct ColumnResolver {
    /// A joined file of which the header was read.
    struct Table {
        var name: String
        var csv: CSVReader
        var to: Int
        var key: Int
        /// The columns that the mapping uses.
        var columns: [Int] = []
    }

    private let mapping: ImportMapping
    private let main: CSVReader
    private(set) var tables: [Table] = []

    /// - Parameter joined: The joined files, in the mapping's order.
    init(_ mapping: ImportMapping, main: CSVReader, joined: [CSVReader]) throws {
        (self.mapping, self.main) = (mapping, main)
        for (file, csv) in zip(mapping.joinedFiles, joined) {
            let to = try index(of: file.to, in: main)
            let key = try index(of: file.key, in: csv)
            tables.append(Table(name: file.name, csv: csv, to: to, key: key))
        }
    }

    /// The mapping's recipe with places for names.
    mutating func resolve() throws -> ImportRecipe<ColumnPlace> {
        let each = try mapping.recipe.each.map { try table($0.text, $0) }
        return try mapping.recipe.resolved { column, isTable, inLine in
            if isTable { return .joined(table: try table(column.text, column), slot: 0) }
            return try place(of: column, each: inLine ? each : nil)
        }
    }

    /// A bare name is a column of the line's own file, then of the main one; `payments.value` is one of a joined file.
    private mutating func place(of column: ImportMapping.ColumnName, each: Int?) throws -> ColumnPlace {
        if let each, let index = tables[each].csv.header.firstIndex(of: column.text) {
            return .line(slot(of: index, in: each))
        }
        if let index = main.header.firstIndex(of: column.text) { return .main(index) }
        guard let dot = column.text.firstIndex(of: ".") else {
            return .main(try index(of: column, in: main))
        }
        let table = try table(String(column.text[..<dot]), column)
        var own = column
        own.text = String(column.text[column.text.index(after: dot)...])
        let slot = slot(of: try index(of: own, in: tables[table].csv), in: table)
        return table == each ? .line(slot) : .joined(table: table, slot: slot)
    }

    private mutating func slot(of column: Int, in table: Int) -> Int {
        if let slot = tables[table].columns.firstIndex(of: column) { return slot }
        tables[table].columns.append(column)
        return tables[table].columns.count - 1
    }

    private func table(_ name: String, _ column: ImportMapping.ColumnName) throws -> Int {
        if let index = mapping.joinedFiles.firstIndex(where: { $0.name == name }) { return index }
        let names = mapping.joinedFiles.map(\.name).joined(separator: ", ")
        throw ImportError(
            .mapping, file: mapping.name, line: column.line,
            "“\(column.text)” names no column and no file; “files” has: \(names.isEmpty ? "nothing" : names)."
        )
    }

    private func index(of column: ImportMapping.ColumnName, in csv: CSVReader) throws -> Int {
        if let index = csv.header.firstIndex(of: column.text) { return index }
        throw ImportError(
            .mapping, file: mapping.name, line: column.line,
            "\(csv.file) has no column “\(column.text)”; it has: \(csv.header.joined(separator: ", "))."
        )
    }
}
