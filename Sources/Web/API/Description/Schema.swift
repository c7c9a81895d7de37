import Domain

/// A JSON Schema (2020-12) as a value, as far as the API needs them.
indirect enum Schema: Sendable {
    /// Any JSON.
    case any
    case null
    case boolean
    case integer(ClosedRange<Int64>? = nil)
    case number(ClosedRange<Int64>? = nil)
    case string(Text = Text())
    case choice([String])
    case array(Schema, atMost: Int? = nil)
    case object([Property], others: Others = .refused)
    /// One of several forms.
    case either([Schema])
    /// A schema that stands once in the document, under its name.
    case named(String, Schema)
    /// A schema with a sentence for people.
    case described(Schema, String)

    /// What a text must be.
    struct Text: Sendable {
        var shortest: Int?
        var longest: Int?
        var pattern: String?
        var format: String?
    }

    /// Keys of an object beside its properties.
    enum Others: Sendable {
        case refused
        case free
        /// The custom fields of an object, as they are when the document is written.
        case custom(FieldObject, SchemaSide)
    }

    /// A key of an object.
    struct Property: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool

        init(_ name: String, _ schema: Schema, required: Bool = true) {
            (self.name, self.schema, isRequired) = (name, schema, required)
        }

        static func optional(_ name: String, _ schema: Schema) -> Property { Property(name, schema, required: false) }
    }

    static func text(_ lengths: ClosedRange<Int>? = nil, pattern: String? = nil) -> Schema {
        .string(Text(shortest: lengths?.lowerBound, longest: lengths?.upperBound, pattern: pattern))
    }

    static let text = Schema.string(Text())
    /// A moment as answers write it.
    static let instant = Schema.string(Text(format: "date-time"))
    static let day = Schema.string(Text(format: "date"))

    /// The same, or null.
    var orNull: Schema { .either([self, .null]) }

    func described(_ sentence: String) -> Schema { .described(self, sentence) }
}

// MARK: Writing

extension Schema {
    /// Writes the schema; a named one as a reference.
    func write(_ writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .described(let schema, let sentence):
                writer.field("description", sentence)
                schema.writeKeywords(&writer)
            default: writeKeywords(&writer)
            }
        }
    }

    private func writeKeywords(_ writer: inout JSONWriter) {
        switch self {
        case .any: break
        case .null: writer.field("type", "null")
        case .boolean: writer.field("type", "boolean")
        case .integer(let range): Self.write("integer", range, &writer)
        case .number(let range): Self.write("number", range, &writer)
        case .string(let text): Self.write(text, &writer)
        case .choice(let words):
            writer.array("enum") { for word in words { $0.value(word) } }
            writer.field("type", "string")
        case .array(let items, let limit):
            writer.key("items")
            items.write(&writer)
            if let limit { writer.field("maxItems", Int64(limit)) }
            writer.field("type", "array")
        case .object(let properties, let others): Self.write(properties, others, &writer)
        case .either(let schemas): writer.array("anyOf") { for schema in schemas { schema.write(&$0) } }
        case .named(let name, _): writer.field("$ref", "#/components/schemas/\(name)")
        case .described(let schema, _): schema.writeKeywords(&writer)
        }
    }

    private static func write(_ type: String, _ range: ClosedRange<Int64>?, _ writer: inout JSONWriter) {
        if let range {
            writer.field("maximum", range.upperBound)
            writer.field("minimum", range.lowerBound)
        }
        writer.field("type", type)
    }

    private static func write(_ text: Text, _ writer: inout JSONWriter) {
        if let format = text.format { writer.field("format", format) }
        if let longest = text.longest { writer.field("maxLength", Int64(longest)) }
        if let shortest = text.shortest, shortest > 0 { writer.field("minLength", Int64(shortest)) }
        if let pattern = text.pattern { writer.field("pattern", pattern) }
        writer.field("type", "string")
    }

    private static func write(_ properties: [Property], _ others: Others, _ writer: inout JSONWriter) {
        let properties = properties.sorted { $0.name < $1.name }
        switch others {
        case .free: break
        case .refused, .custom: writer.field("additionalProperties", false)
        }
        writer.object("properties") { writer in
            for property in properties {
                writer.key(property.name)
                property.schema.write(&writer)
            }
        }
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { writer.array("required") { for name in required { $0.value(name) } } }
        writer.field("type", "object")
    }
}

extension Schema {
    /// Adds each named schema within this one, itself included, to `found`.
    func collectNamed(into found: inout [String: Schema]) {
        switch self {
        case .named(let name, let schema):
            guard found[name] == nil else { return }
            found[name] = schema
            schema.collectNamed(into: &found)
        case .described(let schema, _), .array(let schema, _): schema.collectNamed(into: &found)
        case .either(let schemas): for schema in schemas { schema.collectNamed(into: &found) }
        case .object(let properties, _): for property in properties { property.schema.collectNamed(into: &found) }
        case .any, .null, .boolean, .integer, .number, .string, .choice: break
        }
    }
}
