import Domain

/// The beginning of a file that is to be imported, for somebody to say what its columns are.
package struct ImportPreview: Sendable {
    package struct Column: Sendable {
        package var name: String
        /// What it was taken for; nil for one that would be left out.
        package var path: String?
        /// Its first values.
        package var samples: [String]
    }

    /// Whether it is NDJSON, whose attributes say themselves what they are.
    package var isNDJSON: Bool
    package var columns: [Column] = []
    /// The first lines of NDJSON.
    package var lines: [String] = []
    /// Whether a column is an identifier; without one nothing can be imported.
    package var hasIdentifier = true

    private static let rowCount = 4
    private static let textLimit = 120

    /// Reads the beginning of a file.
    ///
    /// - Throws: `ImportError` when it cannot be opened, is no text, or has no header.
    package init(path: String, kind: ImportKind, context: ReadingContext) throws {
        var buffer = try TextBuffer(path: path)
        while buffer.rest.allSatisfy(\.isSpace), !buffer.isLast, buffer.bytes.count < TextBuffer.rowLimit {
            try buffer.fill()
        }
        guard let first = buffer.rest.first(where: { !$0.isSpace }) else {
            throw ImportError(.file, file: path, "The file is empty.")
        }
        isNDJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        if isNDJSON {
            try readLines(LineReader(buffer: buffer))
        } else {
            try readRows(CSVReader(buffer: buffer), kind, context.fields)
        }
    }

    private mutating func readLines(_ reader: LineReader) throws {
        var reader = reader
        while lines.count < Self.rowCount, let line = try reader.next() {
            if case .object(_, let raw, _) = line { lines.append(Self.short(String(decoding: raw, as: UTF8.self))) }
        }
    }

    private mutating func readRows(_ reader: CSVReader, _ kind: ImportKind, _ fields: FieldBook) throws {
        var csv = reader
        let paths = ImportRecipe<ColumnPlace>.guessedPaths(csv.header, kind, fields)
        hasIdentifier = paths.contains("external_id")
        columns = zip(csv.header, paths).map { Column(name: $0, path: $1, samples: []) }
        var count = 0
        while count < Self.rowCount, let row = try csv.next() {
            guard case .record(let record) = row else { continue }
            count += 1
            for index in columns.indices { columns[index].samples.append(Self.short(record.text(index))) }
        }
    }

    private static func short(_ text: String) -> String {
        text.count > textLimit ? text.prefix(textLimit) + "…" : text
    }
}

/// The attributes that a column may be said to be.
package enum ImportPaths {
    /// All of a kind, in the order of the documentation; metadata keys may be named beside them.
    package static func all(_ kind: ImportKind, _ fields: FieldBook) -> [String] {
        let paths: [String] =
            switch kind {
            case .orders:
                SaleTarget<OrderField>.paths(fields) + FieldTarget<LineField>.paths(fields).map { "items." + $0 }
                    + FieldTarget<CustomerField>.paths(fields).dropFirst().map { "customer." + $0 }
            case .receipts:
                SaleTarget<ReceiptField>.paths(fields)
                    + FieldTarget<ReceiptLineField>.paths(fields).map { "items." + $0 }
            case .customers: FieldTarget<CustomerField>.paths(fields)
            case .products: FieldTarget<ProductField>.paths(fields)
            }
        return paths.filter { !$0.hasSuffix("…") }
    }

    static func isKnown(_ path: String, _ kind: ImportKind, _ fields: FieldBook) -> Bool {
        func isSale<Field: SystemField, Line: SystemField>(_: Field.Type, _: Line.Type) -> Bool {
            if path.hasPrefix("items.") { return FieldTarget<Line>(path: String(path.dropFirst(6)), fields) != nil }
            return SaleTarget<Field>(path: path, fields) != nil
        }
        switch kind {
        case .orders:
            if path.hasPrefix("customer.") {
                return FieldTarget<CustomerField>(path: String(path.dropFirst(9)), fields) != nil
            }
            return isSale(OrderField.self, LineField.self)
        case .receipts: return isSale(ReceiptField.self, ReceiptLineField.self)
        case .customers: return FieldTarget<CustomerField>(path: path, fields) != nil
        case .products: return FieldTarget<ProductField>(path: path, fields) != nil
        }
    }
}
