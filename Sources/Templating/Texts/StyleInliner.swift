/// HTML with the rules of its style sheets written into the elements that they are for: many readers of mail drop style sheets.
///
/// Selectors of names, classes, identifiers and what is around them are written in, by their weight and order; style
/// attributes come after them, `!important` before all. Rules of media and other selectors stay in a style sheet.
package struct InlinedHTML: Sendable {
    package let html: String

    package init(_ html: String) {
        var inliner = StyleInliner(Array(html.utf8))
        self.html = inliner.inlined()
    }
}

private struct StyleInliner {
    private let bytes: [UInt8]
    private var output: [UInt8] = []
    private var rules: [StyleSheet.Rule] = []
    /// The rules by what the element itself has to have: `#id`, `.class`, `tag`, or `*`.
    private var byKey: [String: [Int]] = [:]
    /// What is open, from the outermost.
    private var open: [StyleSheet.Element] = []

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    private static let unstyled: Set<String> = [
        "head", "html", "style", "script", "title", "meta", "link", "base", "template",
    ]
    private static let maxDepth = 200

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func inlined() -> String {
        let tokens = Array(HTMLTokens(bytes))
        let rests = readStyles(tokens)
        guard !rests.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
        var isInStyle = false
        for token in tokens {
            switch token {
            case .text(let range):
                guard isInStyle, let rest = rests[range.lowerBound] else {
                    output += bytes[range]
                    continue
                }
                output += Array(rest.utf8)
            case .other(let range): output += bytes[range]
            case .end(let name, let range):
                if name == "style" { isInStyle = false }
                if let place = open.lastIndex(where: { $0.tag == name }) { open.removeSubrange(place...) }
                output += bytes[range]
            case .start(let tag):
                if tag.name == "style" { isInStyle = true }
                start(tag)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: What is left of each style sheet, by where its text begins.
    private mutating func readStyles(_ tokens: [HTMLToken]) -> [Int: String] {
        var (rests, isInStyle) = ([Int: String](), false)
        for token in tokens {
            switch token {
            case .start(let tag): isInStyle = tag.name == "style" && !tag.attributes.contains { $0.name == "media" }
            case .text(let range) where isInStyle:
                let sheet = StyleSheet(String(decoding: bytes[range], as: UTF8.self))
                rules += sheet.rules.prefix(max(0, StyleSheet.maxRules - rules.count))
                rests[range.lowerBound] = sheet.rest.isEmpty ? "" : "\n\(sheet.rest)"
            default: isInStyle = false
            }
        }
        for (index, rule) in rules.enumerated() {
            guard let last = rule.selector.parts.last else { continue }
            let key =
                !last.id.isEmpty
                ? "#\(last.id)" : last.classes.first.map { ".\($0)" } ?? (last.tag.isEmpty ? "*" : last.tag)
            byKey[key, default: []].append(index)
        }
        return rests
    }

    private func attribute(_ name: String, _ tag: HTMLTag) -> String? {
        tag.attributes.first { $0.name == name }.map { HTMLEntities.decoded(bytes[$0.value]) }
    }

    private mutating func start(_ tag: HTMLTag) {
        let classes = attribute("class", tag)?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
        let element = StyleSheet.Element(tag: tag.name, id: attribute("id", tag) ?? "", classes: classes)
        let style = Self.unstyled.contains(tag.name) ? nil : style(of: element, tag)
        write(tag, style)
        if !Self.void.contains(tag.name), open.count < Self.maxDepth { open.append(element) }
    }

    private func write(_ style: String) -> [UInt8] {
        var escaped: [UInt8] = []
        var style = style
        style.withUTF8 { Escaping.append(html: $0, isComment: false, breaks: false, to: &escaped) }
        return escaped
    }

    private mutating func write(_ tag: HTMLTag, _ style: String?) {
        guard let style else { return output += bytes[tag.range] }
        let quoted = Array(" style=\"".utf8) + write(style) + [UInt8(ascii: "\"")]
        if let old = tag.attributes.first(where: { $0.name == "style" }) {
            // The old one goes with its name and quotes.
            var start = max(tag.range.lowerBound, old.value.lowerBound - 1)
            while start > tag.range.lowerBound,
                bytes[start].lowercased != UInt8(ascii: "s") || !bytes[start...].beginsWithStyle
            { start -= 1 }
            let isQuoted =
                old.value.upperBound < tag.range.upperBound && [0x22, 0x27].contains(bytes[old.value.upperBound])
            output += bytes[tag.range.lowerBound..<start].dropLast(bytes[start - 1].isSpace ? 1 : 0)
            output += quoted
            output += bytes[(old.value.upperBound + (isQuoted ? 1 : 0))..<tag.range.upperBound]
        } else {
            let nameEnd = tag.range.lowerBound + 1 + tag.name.utf8.count
            output += bytes[tag.range.lowerBound..<nameEnd]
            output += quoted
            output += bytes[nameEnd..<tag.range.upperBound]
        }
    }

    // MARK: The cascade

    /// - Returns: nil where no rule is for the element.
    private func style(of element: StyleSheet.Element, _ tag: HTMLTag) -> String? {
        let keys = ["*", element.tag, "#\(element.id)"] + Set(element.classes).map { ".\($0)" }
        let matching = keys.flatMap { byKey[$0] ?? [] }.filter { matches(rules[$0].selector, element) }
            .sorted { (rules[$0].selector.specificity, $0) < (rules[$1].selector.specificity, $1) }
        guard !matching.isEmpty else { return nil }
        let declared = matching.flatMap { rules[$0].declarations }
        let own = attribute("style", tag).map(StyleSheet.declarations) ?? []
        let ordered =
            declared.filter { !$0.isImportant } + own.filter { !$0.isImportant } + declared.filter(\.isImportant)
            + own.filter(\.isImportant)
        var result: [StyleSheet.Declaration] = []
        for declaration in ordered {
            // What comes later stands later, so that it also holds against a shorthand before it.
            result.removeAll { $0.property == declaration.property }
            result.append(declaration)
        }
        return result.map { "\($0.property):\($0.value)" }.joined(separator: ";")
    }

    private func matches(_ selector: StyleSheet.Selector, _ element: StyleSheet.Element) -> Bool {
        var parts = selector.parts
        guard let last = parts.popLast(), last.matches(element) else { return false }
        // From the innermost outwards: taking the nearest that fits leaves the most for the others.
        for around in open.reversed() {
            guard let next = parts.last else { return true }
            if next.matches(around) { parts.removeLast() }
        }
        return parts.isEmpty
    }
}

extension ArraySlice<UInt8> {
    /// Whether an attribute named style begins here.
    fileprivate var beginsWithStyle: Bool { prefix(5).map(\.lowercased) == Array("style".utf8) }
}
