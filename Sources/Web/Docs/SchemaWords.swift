/// Schemas as tables for people.
extension Schema {
    /// A value's type in words: `text, up to 255`.
    var words: String {
        switch self {
        case .any: "any JSON"
        case .null: "null"
        case .boolean: "true or false"
        case .integer(let range): Self.words("whole number", range)
        case .number(let range): Self.words("number", range)
        case .string(let text): text.words
        case .choice(let words): Self.list(words)
        case .array(let items, let limit): "list of \(items.words)" + (limit.map { ", up to \($0.grouped)" } ?? "")
        case .object(let properties, _): properties.isEmpty ? "JSON object" : "object"
        case .either(let schemas): Self.either(schemas)
        case .named(let name, _): name
        case .described(let schema, _): schema.words
        }
    }

    private static func words(_ kind: String, _ range: ClosedRange<Int64>?) -> String {
        guard let range else { return kind }
        // Bounds that only keep sums exact are not worth a reader's time.
        if range.upperBound >= 1_000_000_000 {
            return range.lowerBound == 0 ? "\(kind), 0 or more" : range.lowerBound == 1 ? "\(kind), 1 or more" : kind
        }
        return "\(kind), \(Int(range.lowerBound).grouped) to \(Int(range.upperBound).grouped)"
    }

    private static func list(_ words: [String]) -> String {
        let shown = words.filter { !$0.isEmpty }
        if shown.isEmpty { return "empty text" }
        return shown.count == 1 ? shown[0] : shown.dropLast().joined(separator: ", ") + " or " + shown[shown.count - 1]
    }

    private static func either(_ schemas: [Schema]) -> String {
        var words: [String] = []
        for schema in schemas where !schema.isOnlyEmptyText {
            let text = schema.words
            if !words.contains(text) { words.append(text) }
        }
        return list(words)
    }

    private var isOnlyEmptyText: Bool {
        if case .choice([""]) = self { true } else { false }
    }

    // MARK: Rows

    /// The sentence that a described schema carries.
    var sentence: String {
        switch self {
        case .described(_, let sentence): sentence
        case .either(let schemas): schemas.map(\.sentence).first { !$0.isEmpty } ?? ""
        default: ""
        }
    }

    /// One row for each value within an object, named by its path: `delivery.city`, `items[].cnt`.
    func rows(_ prefix: String = "") -> [APIDocsModel.Row] {
        switch self {
        case .named(_, let schema), .described(let schema, _): return schema.rows(prefix)
        case .object(let properties, _):
            return properties.sorted { ($0.isRequired ? 0 : 1, $0.name) < ($1.isRequired ? 0 : 1, $1.name) }
                .flatMap { $0.rows(prefix) }
        case .array(let items, _): return items.rows(prefix + "[]")
        case .either(let schemas): return schemas.lazy.map { $0.rows(prefix) }.first { !$0.isEmpty } ?? []
        case .any, .null, .boolean, .integer, .number, .string, .choice: return []
        }
    }

    /// What stands at a key of an object, through whatever is around it.
    func value(of key: String) -> Schema? {
        switch self {
        case .named(_, let schema), .described(let schema, _), .array(let schema, _): schema.value(of: key)
        case .either(let schemas): schemas.lazy.compactMap { $0.value(of: key) }.first
        case .object(let properties, _): properties.first { $0.name == key }?.schema
        case .any, .null, .boolean, .integer, .number, .string, .choice: nil
        }
    }

    /// The first named schema within this one.
    var firstName: String? {
        switch self {
        case .named(let name, _): name
        case .described(let schema, _), .array(let schema, _): schema.firstName
        case .either(let schemas): schemas.lazy.compactMap(\.firstName).first
        case .object(let properties, _): properties.lazy.compactMap { $0.schema.firstName }.first
        case .any, .null, .boolean, .integer, .number, .string, .choice: nil
        }
    }
}

extension Schema.Property {
    fileprivate func rows(_ prefix: String) -> [APIDocsModel.Row] {
        let path = prefix.isEmpty ? name : "\(prefix).\(name)"
        let within = schema.rows(path)
        let isList = if case .array = schema.plain { true } else { false }
        guard within.isEmpty || isList else { return within }
        let row = APIDocsModel.Row(
            name: path, type: isList && !within.isEmpty ? "list" : schema.words, note: schema.sentence,
            isRequired: isRequired)
        return [row] + within
    }
}

extension Schema {
    /// The schema without its name and sentence.
    fileprivate var plain: Schema {
        switch self {
        case .named(_, let schema), .described(let schema, _): schema.plain
        default: self
        }
    }
}

extension Schema.Text {
    fileprivate var words: String {
        if format == "date-time" { return "date and time" }
        if format == "date" { return "date" }
        guard let longest else { return "text" }
        return "text, up to \(longest.grouped)"
    }
}

extension Int {
    /// With a comma between thousands.
    fileprivate var grouped: String {
        var digits = Array(String(magnitude))
        for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
        return (self < 0 ? "-" : "") + String(digits)
    }
}
