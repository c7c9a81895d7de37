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
        var paths = csv.header.map { ColumnNames.path(of: $0, kind, fields) }
        for (index, path) in paths.enumerated() {
            guard let path else { continue }
            let same = paths.indices.filter { paths[$0] == path }
            let best = same.first { csv.header[$0] == path } ?? same.first
            if index != best { paths[index] = nil }
        }
        guard paths.contains("external_id") else {
            throw ImportError(
                .columns, file: csv.file, line: 1,
                "No column is an identifier: name one “external_id”, or write a mapping (--map). "
                    + "The columns are: \(csv.header.joined(separator: ", "))."
            )
        }
        var recipe = Self(kind: kind)
        for (index, path) in paths.enumerated() {
            if let path { recipe.add(path, .main(index), fields) }
        }
        return (recipe, zip(csv.header, paths).map { ColumnGuess(column: $0, path: $1) })
    }

    private mutating func add(_ path: String, _ place: ColumnPlace, _ fields: FieldBook) {
        switch kind {
        case .orders: addToOrder(path, place, fields)
        case .customers:
            FieldTarget(path: path, fields).map { customer.append(Step(target: $0, value: .column(place))) }
        case .products:
            FieldTarget(path: path, fields).map { product.append(Step(target: $0, value: .column(place))) }
        }
    }

    private mutating func addToOrder(_ path: String, _ place: ColumnPlace, _ fields: FieldBook) {
        if let target = OrderTarget(path: path, fields) {
            order.append(Step(target: target, value: .column(place)))
        } else if path.hasPrefix("customer."),
            let target = FieldTarget<CustomerField>(path: String(path.dropFirst(9)), fields)
        {
            customer.append(Step(target: target, value: .column(place)))
        } else if path.hasPrefix("items."),
            let target = FieldTarget<LineField>(path: String(path.dropFirst(6)), fields),
            case .main(let column) = place
        {
            if lines == nil { lines = Lines(each: nil, steps: []) }
            lines?.steps.append(Step(target: target, value: .column(.line(column))))
        }
    }
}
