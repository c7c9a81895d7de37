extension ImportValue<ImportMapping.ColumnName> {
    private static var sources: [String] { ["column", "const", "first_of", "sum", "count", "distinct"] }

    private static var keys: [String] {
        sources + ["largest_first", "where", "where_not", "map", "default", "when"]
    }

    /// Reads a value: a column's name, or `{what: …}` with what may stand beside it.
    init(_ node: MappingNode) throws {
        guard node.isMapping else {
            self = .column(try ColumnName(node, "A column's name"))
            return
        }
        let parts = try node.dictionary("a value", known: Self.keys)
        var value = try Self.base(parts, node)
        if let map = parts["map"] {
            let table = try map.dictionary("“map”").mapValues { try $0.text("A value of “map”") }
            value = .translated(value, table, otherwise: try parts["default"]?.text("“default”"))
        } else if let otherwise = parts["default"] {
            value = .first([value, .constant(try otherwise.text("“default”"))])
        }
        if let when = parts["when"] { value = .present(try ColumnName(when, "“when”"), value) }
        self = value
    }

    private typealias ColumnName = ImportMapping.ColumnName

    private static func base(_ parts: [String: MappingNode], _ node: MappingNode) throws -> Self {
        let sources = sources.filter { parts[$0] != nil }
        guard sources.count == 1, let source = sources.first, let content = parts[source] else {
            throw node.fault("A value has exactly one of column, const, first_of, sum, count, distinct.")
        }
        for (key, allowed) in [
            ("largest_first", ["distinct"]), ("where", ["sum", "count", "distinct"]),
            ("where_not", ["sum", "count", "distinct"]),
        ] where parts[key] != nil && !allowed.contains(source) {
            throw node.fault("“\(key)” goes with \(allowed.joined(separator: ", ")) only.")
        }
        switch source {
        case "const": return .constant(try content.text("“const”"))
        case "first_of": return .first(try content.elements().map { try Self($0) })
        case "sum":
            let columns = try content.elements().map { try ColumnName($0, "A column of “sum”") }
            guard let first = columns.first else { throw content.fault("“sum” names no column.") }
            return .sum(columns, try filter(parts, of: first, node))
        case "count":
            let table = try ColumnName(content, "“count”")
            let anyColumn = ColumnName(text: table.text + ".", line: table.line)
            return .count(table: table, try filter(parts, of: anyColumn, node))
        case "distinct":
            let column = try ColumnName(content, "“distinct”")
            let largest = try parts["largest_first"].map { try ColumnName($0, "“largest_first”").beside(column) }
            return .distinct(column, largest: largest, try filter(parts, of: column, node))
        default: return .column(try ColumnName(content, "“column”"))
        }
    }

    private static func filter(
        _ parts: [String: MappingNode], of column: ColumnName, _ node: MappingNode
    ) throws -> RowFilter<ColumnName>? {
        guard let filter = parts["where"] ?? parts["where_not"] else { return nil }
        let entries = try filter.entries("“where”")
        guard entries.count == 1, parts["where"] == nil || parts["where_not"] == nil, let entry = entries.first,
            column.text.contains(".")
        else { throw node.fault("A joined file's rows are chosen by one column: where: {column: [value, value]}.") }
        return RowFilter(
            column: ColumnName(text: entry.key, line: entry.value.line).beside(column),
            values: Set(try entry.value.elements().map { try $0.text("A value of “where”") }),
            isExclusion: parts["where_not"] != nil
        )
    }
}

extension ImportMapping.ColumnName {
    fileprivate init(_ node: MappingNode, _ what: String) throws {
        self.init(text: try node.text(what), line: node.line)
        guard !text.isEmpty else { throw node.fault("\(what) is empty; a fixed text is {const: …}.") }
    }

    /// A column of the same joined file as `other`.
    fileprivate func beside(_ other: Self) -> Self {
        guard let dot = other.text.firstIndex(of: ".") else { return self }
        return Self(text: "\(other.text[..<dot]).\(text)", line: line)
    }
}
