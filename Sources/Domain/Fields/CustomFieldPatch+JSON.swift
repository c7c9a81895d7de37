import Foundation

extension CustomFieldPatch {
    /// Reads a field's attributes (spec orders.md, "Fields").
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong whatever is stored.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> CustomFieldPatch {
        var decoder = FieldDecoder(base: base)
        guard try reader.peek() == .object else {
            try reader.skip()
            throw decoder.attributes.notAnObject
        }
        try reader.object { reader, key in try decoder.read(key, &reader) }
        guard decoder.attributes.faults.isEmpty else { throw Faults(decoder.attributes.faults) }
        return decoder.patch
    }
}

private struct FieldDecoder {
    var attributes: AttributeDecoder
    var patch = CustomFieldPatch()
    private var seen: Set<String> = []

    init(base: String) { attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt)) }

    mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws {
        guard seen.insert(key.text).inserted else { return try attributes.repeated(key.text, &reader) }
        switch key {
        case "object": patch.object = try word("object", &reader)
        case "type": patch.type = try word("type", &reader)
        case "code": patch.code = try text("code", &reader) ?? ""
        case "name": patch.name = try text("name", &reader) ?? ""
        case "group": patch.group = try attributes.text("group", limit: 1000, &reader)
        case "description": patch.help = try attributes.text("description", limit: 2000, &reader)
        case "metadata_path": patch.metadataPath = try attributes.text("metadata_path", limit: 1000, &reader)
        case "required":
            guard try reader.peek() == .boolean else {
                attributes.refuse("required", Refusal("not_a_boolean", "This must be true or false."))
                return try reader.skip()
            }
            patch.isRequired = try reader.boolean()
        case "default": patch.defaultText = try scalar("default", &reader)
        case "min": patch.minimumText = try scalar("min", &reader)
        case "max": patch.maximumText = try scalar("max", &reader)
        case "choices": patch.choices = try list(&reader)
        default: try attributes.unknown(key, &reader)
        }
    }

    private mutating func text(_ name: String, _ reader: inout JSONReader) throws -> String? {
        guard case .set(let text) = try attributes.text(name, limit: 1000, &reader) else { return nil }
        return text
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ reader: inout JSONReader
    ) throws -> Word? where Word.RawValue == String {
        guard let text = try text(name, &reader) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        attributes.refuse(name, Refusal("not_a_choice", "This must be one of: \(known)."))
        return nil
    }

    /// Reads a number, a text, a flag or a list of texts as the text that a value of its type is read from.
    private mutating func scalar(_ name: String, _ reader: inout JSONReader) throws -> Patch<String> {
        switch try reader.peek() {
        case .null:
            try reader.null()
            return .clear
        case .string:
            let text = try reader.string()
            return text.isEmpty ? .clear : .set(text)
        case .number, .boolean: return .set(try reader.raw())
        case .array:
            let texts = try strings(name, &reader)
            return texts.isEmpty ? .clear : .set(texts.joined(separator: ","))
        case .object:
            attributes.refuse(name, Refusal("not_a_value", "This must be a number, a text, a flag or a list."))
            try reader.skip()
            return .keep
        }
    }

    private mutating func list(_ reader: inout JSONReader) throws -> [String]? {
        switch try reader.peek() {
        case .array: return try strings("choices", &reader)
        case .null:
            try reader.null()
            return []
        default:
            attributes.refuse("choices", Refusal("not_a_list", "This must be a list of texts in quotes."))
            try reader.skip()
            return nil
        }
    }

    private mutating func strings(_ name: String, _ reader: inout JSONReader) throws -> [String] {
        var texts: [String] = []
        try reader.array { reader, _ in
            guard try reader.peek() == .string else {
                attributes.refuse(name, Refusal("not_a_string", "This must be a list of texts in quotes."))
                return try reader.skip()
            }
            texts.append(try reader.string())
        }
        return texts
    }
}
