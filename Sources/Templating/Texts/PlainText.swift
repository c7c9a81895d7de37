/// A readable text made of an HTML body, for readers of mail that show no HTML.
///
/// Links stand as `text (address)`, cells of a table beside one another, lists with dashes or numbers; what a mail hides
/// (a preheader) is left out. Takes any bytes, in time that grows with their number.
package struct PlainText: Sendable {
    package let text: String

    package init(html: String) {
        var writer = PlainTextWriter(Array(html.utf8))
        text = writer.text()
    }
}

/// Goes through HTML and writes its text.
private struct PlainTextWriter {
    private let bytes: [UInt8]
    private var lines = PlainTextLines()
    /// The hidden element that is being skipped, and how many of its name are open in it.
    private var hidden: (name: String, depth: Int)?
    private var links: [(address: String, mark: Int)] = []
    private var lists: [Int?] = []

    private static let paragraphs: Set<String> = [
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "dl", "figure", "address",
    ]
    private static let blocks: Set<String> = [
        "div", "table", "tbody", "thead", "tfoot", "tr", "li", "dt", "dd", "section", "article", "header", "footer",
        "center",
        "main", "nav", "aside", "form", "fieldset", "figcaption", "caption", "body", "html", "option",
    ]
    private static let unseen: Set<String> = [
        "head", "script", "style", "title", "template", "select", "textarea", "object", "iframe", "svg", "math",
        "video",
        "audio", "noframes", "noembed", "xmp",
    ]
    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func text() -> String {
        for token in HTMLTokens(bytes) {
            switch token {
            case .text(let range): if hidden == nil { lines.add(HTMLEntities.decoded(bytes[range])) }
            case .start(let tag): start(tag)
            case .end(let name, _): end(name)
            case .other: break
            }
        }
        while !links.isEmpty { closeLink() }
        return lines.finished()
    }

    private func attribute(_ name: String, _ tag: HTMLTag) -> String? {
        tag.attributes.first { $0.name == name }.map { HTMLEntities.decoded(bytes[$0.value]) }
    }

    private mutating func start(_ tag: HTMLTag) {
        if let open = hidden {
            if open.name == tag.name { hidden?.depth += 1 }
            return
        }
        guard Self.void.contains(tag.name) || !isHidden(tag) else { return hidden = (tag.name, 1) }
        if Self.paragraphs.contains(tag.name) { lines.breakLine(2) }
        if Self.blocks.contains(tag.name) { lines.breakLine(1) }
        switch tag.name {
        case "br": lines.newLine()
        case "hr": lines.rule()
        case "img": if !isHidden(tag), let alt = attribute("alt", tag) { lines.add(alt) }
        case "a":
            if !links.isEmpty { closeLink() }
            links.append((attribute("href", tag)?.trimmed ?? "", lines.mark()))
        case "td", "th": lines.cell()
        case "ul": openList(nil)
        case "ol": openList(1)
        case "li": item()
        case "blockquote": lines.quotes += lines.quotes < 8 ? 1 : 0
        case "pre": lines.isPreformatted = true
        default: break
        }
    }

    private func isHidden(_ tag: HTMLTag) -> Bool {
        if Self.unseen.contains(tag.name) || tag.attributes.contains(where: { $0.name == "hidden" }) { return true }
        guard let style = attribute("style", tag) else { return false }
        let rules = style.lowercased().filter { !$0.isWhitespace }
        return ["display:none", "visibility:hidden", "mso-hide:all"].contains { rules.contains($0) }
            || rules.split(separator: ";").contains { ["max-height:0", "max-height:0px", "opacity:0"].contains($0) }
    }

    private mutating func openList(_ start: Int?) {
        guard lists.count < 20 else { return }
        if !lists.isEmpty { lines.breakLine(1, most: true) }
        lists.append(start)
        lines.indent = max(0, lists.count - 1) * 2
    }

    private mutating func item() {
        guard let number = lists.last else { return lines.bullet("- ") }
        lines.bullet(number.map { "\($0). " } ?? "- ")
        if let number { lists[lists.count - 1] = number + 1 }
    }

    private mutating func end(_ name: String) {
        if let open = hidden {
            guard open.name == name else { return }
            hidden?.depth -= 1
            if open.depth == 1 { hidden = nil }
            return
        }
        switch name {
        case "a": if !links.isEmpty { closeLink() }
        case "h1": lines.underline("=")
        case "h2": lines.underline("-")
        case "ul", "ol":
            if !lists.isEmpty { lists.removeLast() }
            lines.indent = max(0, lists.count - 1) * 2
        case "blockquote": lines.quotes = max(0, lines.quotes - 1)
        case "pre": lines.isPreformatted = false
        default: break
        }
        let isInner = (name == "ul" || name == "ol") && !lists.isEmpty
        if Self.paragraphs.contains(name) { lines.breakLine(isInner ? 1 : 2) }
        if Self.blocks.contains(name) { lines.breakLine(1) }
    }

    private mutating func closeLink() {
        let (address, mark) = links.removeLast()
        guard !address.isEmpty, !address.hasPrefix("#"), address.lowercased().hasPrefix("javascript:") == false else {
            return
        }
        let shown = lines.text(since: mark).trimmed
        let plain =
            address.hasPrefix("mailto:") || address.hasPrefix("tel:")
            ? String(address.drop { $0 != ":" }.dropFirst()) : address
        guard shown != plain, shown != address, "https://\(shown)" != address, "http://\(shown)" != address else {
            return
        }
        lines.add(shown.isEmpty ? plain : " (\(plain))", isWhole: true)
    }
}
