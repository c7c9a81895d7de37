extension ExportRequest {
    /// Reads the attributes of an export (Docs/exporting.md).
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ context: ReadingContext
    ) throws -> ExportRequest {
        var attributes = AttributeDecoder(base: base, context: context)
        var request = ExportRequest(.orders)
        let seen = try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "object":
                if let object = try attributes.word("object", ExportObject.self, &reader) { request.object = object }
            case "format":
                if let format = try attributes.word("format", ExportFormat.self, &reader) { request.format = format }
            case "separator":
                let separator = try attributes.word("separator", ExportSeparator.self, &reader)
                if let separator { request.separator = separator }
            case "bom": request.hasByteOrderMark = try attributes.flag("bom", &reader)
            case "columns": request.columns = try attributes.columns(&reader)
            case "filter": request.filters = try attributes.filters(&reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        if !seen.contains("object") { attributes.refuse("object", Refusal("required", "This is required.")) }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return request
    }

    /// Writes the request as the API takes it.
    package func write(_ writer: inout JSONWriter) {
        writer.field("bom", hasByteOrderMark)
        writer.array("columns") { writer in
            for column in columns { writer.value(column) }
        }
        writer.object("filter") { writer in
            for (name, value) in filters.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.value(value)
            }
        }
        writer.field("format", format.rawValue)
        writer.field("object", object.rawValue)
        writer.field("separator", separator.rawValue)
    }
}

extension AttributeDecoder {
    /// Reads one of a few words.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ path: String, _ type: Word.Type, _ reader: inout JSONReader
    ) throws -> Word? {
        guard case .set(let text) = try text(path, limit: 64, &reader) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(path, Refusal("not_a_choice", "This must be one of: \(known)."))
        return nil
    }

    fileprivate mutating func flag(_ path: String, _ reader: inout JSONReader) throws -> Bool {
        guard try reader.peek() == .boolean else {
            refuse(path, Refusal("not_a_boolean", "This must be true or false."))
            try reader.skip()
            return false
        }
        return try reader.boolean()
    }

    fileprivate mutating func columns(_ reader: inout JSONReader) throws -> [String] {
        guard try reader.peek() == .array else {
            refuse("columns", Refusal("not_a_list", "This must be a list of columns' paths."))
            try reader.skip()
            return []
        }
        var columns: [String] = []
        try reader.array { reader, index in
            guard try reader.peek() == .string, index < 500 else {
                refuse("columns.\(index)", Refusal("not_a_string", "This must be a column's path in quotes."))
                return try reader.skip()
            }
            columns.append(try reader.string())
        }
        return columns
    }

    fileprivate mutating func filters(_ reader: inout JSONReader) throws -> [String: String] {
        guard try reader.peek() == .object else {
            refuse("filter", Refusal("not_an_object", "This must be an object of the list's filters."))
            try reader.skip()
            return [:]
        }
        var filters: [String: String] = [:]
        try reader.object { reader, key in
            switch try reader.peek() {
            case .string: filters[key.text] = try reader.string()
            case .number: filters[key.text] = String(decoding: try reader.number(), as: UTF8.self)
            default:
                refuse("filter.\(key.text)", Refusal("not_a_string", "This must be a text, as in the list's address."))
                try reader.skip()
            }
        }
        return filters
    }
}
