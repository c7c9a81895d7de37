/// The rules of style sheets that can be written into the elements they are for, and the rest.
struct StyleSheet {
    /// `td.sum b`: what an element has to be, and what has to be around it.
    struct Selector: Hashable {
        struct Part: Hashable {
            /// Empty for any element.
            var tag = ""
            var id = ""
            var classes: [String] = []

            func matches(_ element: Element) -> Bool {
                (tag.isEmpty || tag == element.tag) && (id.isEmpty || id == element.id)
                    && classes.allSatisfy { element.classes.contains($0) }
            }
        }

        /// From the outermost.
        var parts: [Part]

        var specificity: Int {
            parts.reduce(0) { $0 + ($1.id.isEmpty ? 0 : 10_000) + $1.classes.count * 100 + ($1.tag.isEmpty ? 0 : 1) }
        }
    }

    /// What selectors ask of an element.
    struct Element {
        var tag: String
        var id = ""
        var classes: [String] = []
    }

    struct Declaration {
        var property: String
        var value: String
        var isImportant = false
    }

    struct Rule {
        var selector: Selector
        var declarations: [Declaration]
    }

    private(set) var rules: [Rule] = []
    /// Rules of media, and those with selectors that only a reader of mail can tell: they stay a style sheet.
    private(set) var rest = ""

    static let maxRules = 2000

    init(_ text: String) {
        let bytes = Self.withoutComments(Array(text.utf8))
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "{"), bytes[index] != UInt8(ascii: ";") {
                index += 1
            }
            let head = String(decoding: bytes[start..<index], as: UTF8.self).trimmed
            guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else {
                // `@import …;`
                if head.hasPrefix("@") { rest += "\(head);\n" }
                index += 1
                continue
            }
            let bodyStart = index + 1
            index = Self.end(of: bytes, from: bodyStart)
            let body = String(decoding: bytes[bodyStart..<index], as: UTF8.self).trimmed
            index += 1
            add(head, body)
        }
    }

    private mutating func add(_ head: String, _ body: String) {
        guard !head.isEmpty else { return }
        guard !head.hasPrefix("@"), rules.count < Self.maxRules else { return rest += "\(head) { \(body) }\n" }
        let declarations = Self.declarations(body)
        for text in head.split(separator: ",") {
            if let selector = Selector(text) {
                rules.append(Rule(selector: selector, declarations: declarations))
            } else {
                rest += "\(text.trimmed) { \(body) }\n"
            }
        }
    }

    /// Where the braces opened before close.
    private static func end(of bytes: [UInt8], from start: Int) -> Int {
        var (index, depth, quote) = (start, 1, UInt8(0))
        while index < bytes.count {
            let byte = bytes[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        return index
    }

    private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var (result, index) = ([UInt8](), 0)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "*") {
                index += 2
                while index < bytes.count, bytes[index] != UInt8(ascii: "/") || bytes[index - 1] != UInt8(ascii: "*") {
                    index += 1
                }
                index += 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Reads `color: red; margin: 0`, as rules and style attributes have it.
    static func declarations(_ text: String) -> [Declaration] {
        var (parts, quote, depth) = ([""], Character?.none, 0)
        for character in text {
            switch character {
            case "\"", "'": quote = quote == nil ? character : quote == character ? nil : quote
            case "(" where quote == nil: depth += 1
            case ")" where quote == nil: depth -= 1
            case ";" where quote == nil && depth <= 0:
                parts.append("")
                continue
            default: break
            }
            parts[parts.count - 1].append(character)
        }
        return parts.compactMap { part in
            guard let colon = part.firstIndex(of: ":") else { return nil }
            let property = part[..<colon].trimmed.lowercased()
            var value = part[part.index(after: colon)...].trimmed
            let isImportant = value.lowercased().hasSuffix("!important")
            if isImportant { value = value.dropLast("!important".count).trimmed }
            guard !property.isEmpty, !value.isEmpty else { return nil }
            return Declaration(property: property, value: value, isImportant: isImportant)
        }
    }
}

extension StyleSheet.Selector {
    /// - Returns: nil for what needs more than names, classes and what is around: `a:hover`, `td > b`, `[href]`.
    init?(_ text: some StringProtocol) {
        parts = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard let part = Part(word) else { return nil }
            parts.append(part)
        }
        guard !parts.isEmpty, parts.count <= 8 else { return nil }
    }
}

extension StyleSheet.Selector.Part {
    fileprivate init?(_ text: some StringProtocol) {
        var (kind, name) = (Character("t"), "")
        func take(_ part: inout Self) -> Bool {
            switch kind {
            case "t": part.tag = name == "*" ? "" : name.lowercased()
            case "#" where !name.isEmpty: part.id = name
            case "." where !name.isEmpty: part.classes.append(name)
            default: return false
            }
            return true
        }
        var part = Self()
        for character in text {
            if character == "." || character == "#" {
                guard take(&part) else { return nil }
                (kind, name) = (character, "")
            } else if character.isLetter || character.isNumber || character == "-" || character == "_"
                || (character == "*" && kind == "t" && name.isEmpty)
            {
                name.append(character)
            } else {
                return nil
            }
        }
        guard take(&part) else { return nil }
        self = part
    }
}
