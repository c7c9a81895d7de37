import Domain

extension ImportRecipe<ColumnPlace> {
    /// Takes columns for what their names say; those that say nothing are left out.
    ///
    /// Where two columns mean the same, the one named as on the wire is taken, else the first.
    ///
    /// - Throws: `ImportError` of the kind `columns` when none is the identifier.
    static func guess(
        _ csv: CSVReader, _ kind: ImportKind, _ fields: FieldBook
    ) throws -> (recipe: Self, guesses: [ColumnGuess]) {
        let paths = guessedPaths(csv.header, kind, fields)
        return (
            try Self(csv, kind, paths, fields), zip(csv.header, paths).map { ColumnGuess(column: $0, path: $1) }
        )
    }

    /// What columns are by their names; nil for those that say nothing.
    static func guessedPaths(_ header: [String], _ kind: ImportKind, _ fields: FieldBook) -> [String?] {
        var paths = header.map { ColumnNames.path(of: $0, kind, fields) }
        for (index, path) in paths.enumerated() {
            guard let path else { continue }
            let same = paths.indices.filter { paths[$0] == path }
            let best = same.first { header[$0] == path } ?? same.first
            if index != best { paths[index] = nil }
        }
        return paths
    }

    /// Takes columns for what somebody says they are; those that nothing is said of are left out.
    ///
    /// - Parameter chosen: Paths by the columns' names; an empty one leaves its column out.
    /// - Throws: `ImportError` of the kind `columns` that names what is no path, or stands for two columns.
    static func chosen(
        _ csv: CSVReader, _ kind: ImportKind, _ chosen: [String: String], _ fields: FieldBook
    ) throws -> (recipe: Self, guesses: [ColumnGuess]) {
        let paths = csv.header.map { name in chosen[name].flatMap { $0.isEmpty ? nil : $0 } }
        for (index, path) in paths.enumerated() {
            guard let path else { continue }
            guard ImportPaths.isKnown(path, kind, fields) else {
                throw ImportError(
                    .columns, file: csv.file, "Column “\(csv.header[index])”: there is no attribute “\(path)”.")
            }
            if let first = paths[..<index].firstIndex(of: path) {
                throw ImportError(
                    .columns, file: csv.file,
                    "Columns “\(csv.header[first])” and “\(csv.header[index])” are both “\(path)”: leave one out."
                )
            }
        }
        return (try Self(csv, kind, paths, fields), zip(csv.header, paths).map { ColumnGuess(column: $0, path: $1) })
    }

    private init(_ csv: CSVReader, _ kind: ImportKind, _ paths: [String?], _ fields: FieldBook) throws {
        guard paths.contains("external_id") else {
            throw ImportError(
                .columns, file: csv.file, line: 1,
                "No column is an identifier: name one “external_id”, or write a mapping (--map). "
                    + "The columns are: \(csv.header.joined(separator: ", "))."
            )
        }
        self.init(kind: kind)
        for (index, path) in paths.enumerated() {
            if let path { add(path, .main(index), fields) }
        }
    }

    private mutating func add(_ path: String, _ place: ColumnPlace, _ fields: FieldBook) {
        switch kind {
        case .orders:
            if path.hasPrefix("customer.") {
                FieldTarget(path: String(path.dropFirst(9)), fields).map {
                    customer.append(Step(target: $0, value: .column(place)))
                }
            } else {
                order.add(path, place, fields)
            }
        case .receipts: receipt.add(path, place, fields)
        case .customers:
            FieldTarget(path: path, fields).map { customer.append(Step(target: $0, value: .column(place))) }
        case .products:
            FieldTarget(path: path, fields).map { product.append(Step(target: $0, value: .column(place))) }
        }
    }
}

extension ImportRecipe<ColumnPlace>.Sale {
    fileprivate mutating func add(_ path: String, _ place: ColumnPlace, _ fields: FieldBook) {
        if let target = SaleTarget<Field>(path: path, fields) {
            steps.append(ImportRecipe.Step(target: target, value: .column(place)))
        } else if path.hasPrefix("items."), let target = FieldTarget<Line>(path: String(path.dropFirst(6)), fields),
            case .main(let column) = place
        {
            lines = (lines ?? []) + [ImportRecipe.Step(target: target, value: .column(.line(column)))]
        }
    }
}
