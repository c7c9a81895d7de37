extension AttributeDecoder {
    /// Reads the lines of an order or a receipt, `items`; nil when they are no list.
    ///
    /// - Parameter object: What the lines are, for their custom fields.
    mutating func lines<Field>(
        of object: FieldObject, _ keys: FieldKeys<Field>, _ reader: inout JSONReader
    ) throws -> [LinePatch<Field>]? {
        guard try reader.peek() == .array else {
            refuse("items", Refusal("not_a_list", "This must be a list; send [] for no lines."))
            try reader.skip()
            return nil
        }
        var lines: [LinePatch<Field>] = []
        var identifiers: Set<String> = []
        try reader.array { reader, index in
            guard index < LinePatch<Field>.limit else {
                if index == LinePatch<Field>.limit {
                    refuse("items", Refusal("too_many", "There may be at most \(index) lines."))
                }
                return try reader.skip()
            }
            guard try reader.peek() == .object else {
                refuse("items[\(index)]", Refusal("not_an_object", "A line must be a JSON object."))
                return try reader.skip()
            }
            var line = try line(at: index, of: object, keys, &reader)
            // A line that the shop does not number is known by its place.
            if line.externalID.isEmpty { line.externalID = String(index + 1) }
            if !identifiers.insert(line.externalID).inserted {
                let refusal = Refusal("duplicate_line", "Another line has the same external_id.")
                refuse("items[\(index)].external_id", refusal)
            }
            lines.append(line)
        }
        return lines
    }

    private mutating func line<Field>(
        at index: Int, of object: FieldObject, _ keys: FieldKeys<Field>, _ reader: inout JSONReader
    ) throws -> LinePatch<Field> {
        var line = LinePatch<Field>(externalID: "")
        var seen = SeenKeys()
        try reader.object { reader, key in
            if "external_id" ~= key {
                let path = "items[\(index)].external_id"
                guard seen.insert(Self.identifierKey) else { return try repeated(path, &reader) }
                let text = try text(path, limit: FieldType.identifierLimit, &reader)
                if case .set(let text) = text { line.externalID = text }
                return
            }
            guard let field = keys[key] else {
                return try custom(key, of: object, in: "items[\(index)].", into: &line.custom, &reader)
            }
            guard seen.insert(field.rawValue) else {
                return try repeated("items[\(index)].\(field.path)", &reader)
            }
            switch try field.type.read(&reader, context) {
            case .success(let value): line.fields.set(field, value)
            case .failure(let refusal): refuse("items[\(index)].\(field.path)", refusal)
            }
        }
        return line
    }

    /// The number of the identifier among the keys of a line, after those of system fields.
    private static let identifierKey = 40
}
