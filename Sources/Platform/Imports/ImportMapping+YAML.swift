import Domain
import Foundation

extension ImportMapping {
    /// Reads a mapping from a file.
    ///
    /// - Parameter fields: The custom fields that it may name.
    /// - Throws: `ImportError` that names the line of what is not understood.
    package init(path: String, fields: FieldBook = .empty) throws {
        do {
            try self.init(yaml: String(contentsOfFile: path, encoding: .utf8), name: path, fields: fields)
        } catch let error as ImportError {
            throw error
        } catch {
            throw ImportError(.file, file: path, "The mapping cannot be read: \(error.localizedDescription)")
        }
    }

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - yaml: The mapping (Docs/importing.md).
    ///   - name: What messages call it.
    ///   - fields: The custom fields that it may name.
    /// - Throws: `ImportError` that names the line of what is not understood.
    package init(yaml: String, name: String, fields: FieldBook = .empty) throws {
        let root = try MappingNode(yaml: yaml, file: name)
        let sections = try root.dictionary(
            "the mapping",
            known: ["file", "files", "decimal", "order", "receipt", "lines", "history", "customer", "product"]
        )
        guard let file = sections["file"] else {
            throw root.fault("“file” is missing: the CSV with a row for each order or other thing.")
        }
        let joined = try sections["files"].map { files in
            try files.entries("“files”").map { try JoinedFile(name: $0.key, $0.value) }
        }
        self.init(
            name: name, file: try file.text("“file”"), joinedFiles: joined ?? [],
            hasDecimalComma: try sections["decimal"].map(Self.isComma) ?? false,
            recipe: try Self.recipe(sections, root, fields)
        )
    }

    private static func isComma(_ node: MappingNode) throws -> Bool {
        switch try node.text("“decimal”") {
        case "comma", ",": true
        case "point", ".": false
        default: throw node.fault("“decimal” must be point or comma.")
        }
    }

    private static func recipe(
        _ sections: [String: MappingNode], _ root: MappingNode, _ fields: FieldBook
    ) throws -> ImportRecipe<ColumnName> {
        let kind: ImportKind
        switch (sections["order"], sections["receipt"], sections["customer"], sections["product"]) {
        case (.some, nil, _, nil): kind = .orders
        case (nil, .some, nil, nil): kind = .receipts
        case (nil, nil, .some, nil): kind = .customers
        case (nil, nil, nil, .some): kind = .products
        default:
            throw root.fault("Write one of the sections order, receipt, customer, product; customer may go with order.")
        }
        var recipe = ImportRecipe<ColumnName>(kind: kind)
        if let order = sections["order"] {
            recipe.order.steps = try steps(
                order, "“order”", ["delivery", "payment", "metadata"], SaleTarget<OrderField>.paths(fields)
            ) { SaleTarget(path: $0, fields) }
        } else if let history = sections["history"] {
            throw history.fault("“history” goes with “order” only.")
        }
        if let receipt = sections["receipt"] {
            recipe.receipt.steps = try steps(
                receipt, "“receipt”", ["metadata"], SaleTarget<ReceiptField>.paths(fields)
            ) { SaleTarget(path: $0, fields) }
        }
        if let lines = sections["lines"] {
            switch kind {
            case .orders: (recipe.each, recipe.order.lines) = try Self.lines(lines, fields)
            case .receipts: (recipe.each, recipe.receipt.lines) = try Self.lines(lines, fields)
            default: throw lines.fault("“lines” goes with “order” or “receipt” only.")
            }
        }
        if let history = sections["history"] { recipe.history = try history.elements().map(past) }
        if let customer = sections["customer"] {
            recipe.customer = try steps(
                customer, "“customer”", ["consents", "metadata"], FieldTarget<CustomerField>.paths(fields)
            ) { FieldTarget(path: $0, fields) }
        }
        if let product = sections["product"] {
            recipe.product = try steps(product, "“product”", [], FieldTarget<ProductField>.paths(fields)) {
                FieldTarget(path: $0, fields)
            }
        }
        if recipe.identifier == nil {
            let section = sections[kind.noun] ?? root
            throw section.fault("“external_id” is missing: what the shop knows it by.")
        }
        return recipe
    }

    /// Reads “attribute: value” lines; the keys under a block have its name before them.
    private static func steps<Target: Sendable>(
        _ node: MappingNode, _ what: String, _ blocks: [String], _ paths: [String], _ target: (String) -> Target?
    ) throws -> [ImportRecipe<ColumnName>.Step<Target>] {
        try node.entries(what).flatMap { key, value in
            var entries = [(key, value)]
            if blocks.contains(key) { entries = try value.entries("“\(key)”").map { ("\(key).\($0.key)", $0.value) } }
            return try entries.map { path, value in
                guard let target = target(path) else {
                    throw value.fault(
                        "“\(path)” is not an attribute in \(what); these are: \(paths.joined(separator: ", "))."
                    )
                }
                return ImportRecipe.Step(target: target, value: try ImportValue(value))
            }
        }
    }

    private static func lines<Line>(
        _ node: MappingNode, _ fields: FieldBook
    ) throws -> (each: ColumnName, steps: [ImportRecipe<ColumnName>.Step<FieldTarget<Line>>]) {
        var each: ColumnName?
        var steps: [ImportRecipe<ColumnName>.Step<FieldTarget<Line>>] = []
        let paths = ["each"] + FieldTarget<Line>.paths(fields)
        for (key, value) in try node.entries("“lines”", known: paths) {
            if key == "each" {
                each = ColumnName(text: try value.text("“each”"), line: value.line)
            } else if let target = FieldTarget<Line>(path: key, fields) {
                steps.append(ImportRecipe.Step(target: target, value: try ImportValue(value)))
            }
        }
        guard let each else { throw node.fault("“each” is missing: the name, in “files”, of the file with the lines.") }
        return (each, steps)
    }

    private static func past(_ node: MappingNode) throws -> ImportRecipe<ColumnName>.Past {
        let parts = try node.dictionary("“history”", known: ["type", "code", "at"])
        guard let code = parts["code"], let at = parts["at"] else {
            throw node.fault("A line of history is {type: general, code: shipped, at: column}.")
        }
        let text = try code.text("“code”")
        guard OrderStatus.isValid(code: text) else {
            throw code.fault("A status's code is made of up to 64 letters, digits, points, dashes and underscores.")
        }
        let type = try parts["type"].map { node in
            guard let type = OrderStatusType(rawValue: try node.text("“type”")) else {
                throw node.fault("“type” must be general, delivery or payment.")
            }
            return type
        }
        return ImportRecipe.Past(type: type ?? .general, code: text, at: try ImportValue(at))
    }
}

extension ImportMapping.JoinedFile {
    fileprivate init(name: String, _ node: MappingNode) throws {
        let parts = try node.dictionary("a file of “files”", known: ["file", "key", "to"])
        guard let file = parts["file"], let key = parts["key"] else {
            throw node.fault("A joined file is {file: lines.csv, key: order_id, to: the main file's column}.")
        }
        let column = ImportMapping.ColumnName(text: try key.text("“key”"), line: key.line)
        let to = try parts["to"].map { ImportMapping.ColumnName(text: try $0.text("“to”"), line: $0.line) }
        self.init(name: name, file: try file.text("“file”"), key: column, to: to ?? column)
    }
}
