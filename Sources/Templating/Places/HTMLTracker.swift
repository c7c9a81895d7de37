/// Follows HTML as browsers read it, as far as to know what place a value is in.
struct HTMLTracker: PlaceTracker {
    enum Mode: Equatable {
        case text
        /// Behind `<`, in the name of a tag, between its attributes.
        case open, tagName, inTag
        case attributeName, afterAttributeName, beforeValue, value, unquoted
        /// `<!…>`, `<!--…-->`, and elements whose content is no markup.
        case declaration, comment, rawText
    }

    private(set) var mode = Mode.text
    private var isClosing = false
    private var element = ""
    private var attribute = ""
    private var quote: UInt8 = 0
    private var url: URLTracker?
    /// The last bytes of a comment, declaration or raw text, as far as its end is looked for in them.
    private var tail: [UInt8] = []
    /// Within svg or math, where the rules are others.
    private var isForeign = false

    /// Elements whose content is text up to their own end.
    private static let raw: Set<String> = [
        "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext",
    ]

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(Misplaced) {
        for byte in bytes { try read(byte) }
    }

    private mutating func read(_ byte: UInt8) throws(Misplaced) {
        switch mode {
        case .text: if byte == UInt8(ascii: "<") { mode = .open }
        case .open: open(byte)
        case .tagName:
            if byte.isSpace || byte == UInt8(ascii: "/") {
                mode = .inTag
            } else if byte == UInt8(ascii: ">") {
                endTag()
            } else if element.utf8.count < 20 {
                element.unicodeScalars.append(UnicodeScalar(byte.lowercased))
            }
        case .inTag, .attributeName, .afterAttributeName, .beforeValue: try attributes(byte)
        case .value:
            if byte == quote {
                (mode, url, quote) = (.inTag, nil, 0)
            } else if url != nil, byte.isSpace, HTMLAttribute.lists.contains(attribute) {
                url = URLTracker(isInHTML: true)
            } else {
                try url?.read(byte)
            }
        case .unquoted:
            if byte.isSpace { mode = .inTag } else if byte == UInt8(ascii: ">") { endTag() }
        case .declaration:
            if tail.count < 2 { tail.append(byte) }
            if tail == [0x2d, 0x2d] { (mode, tail) = (.comment, []) } else if byte == UInt8(ascii: ">") { endRaw() }
        case .comment: comment(byte)
        case .rawText: rawText(byte)
        }
    }

    private mutating func open(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "!") where !isClosing: (mode, tail) = (.declaration, [])
        case UInt8(ascii: "/") where !isClosing: isClosing = true
        case _ where byte.isLetter:
            (mode, element) = (.tagName, String(UnicodeScalar(byte.lowercased)))
        case UInt8(ascii: "<") where !isClosing: break
        case UInt8(ascii: ">") where isClosing: (mode, isClosing) = (.text, false)
        default:
            // `<?`, and `</` without a letter, open a comment that ends with the next >; `<` alone is text.
            let isBogus = isClosing || byte == UInt8(ascii: "?")
            (mode, isClosing, tail) = (isBogus ? .declaration : .text, false, isBogus ? [0x20, 0x20] : [])
        }
    }

    private mutating func endTag() {
        if element == "svg" || element == "math" { isForeign = !isClosing }
        if !isClosing, !isForeign, Self.raw.contains(element) {
            (mode, tail) = (.rawText, [])
        } else {
            (mode, element) = (.text, "")
        }
        (isClosing, attribute) = (false, "")
    }

    private mutating func endRaw() { (mode, tail, element) = (.text, [], "") }

    private mutating func attributes(_ byte: UInt8) throws(Misplaced) {
        switch (byte, mode) {
        case (UInt8(ascii: ">"), _): endTag()
        case (UInt8(ascii: "/"), .inTag), (UInt8(ascii: "/"), .attributeName), (UInt8(ascii: "/"), .afterAttributeName):
            mode = .inTag
        case (_, .inTag):
            guard !byte.isSpace else { return }
            (mode, attribute) = (.attributeName, String(UnicodeScalar(byte.lowercased)))
        case (UInt8(ascii: "="), .attributeName), (UInt8(ascii: "="), .afterAttributeName): mode = .beforeValue
        case (_, .attributeName):
            if byte.isSpace {
                mode = .afterAttributeName
            } else if attribute.utf8.count < 40 {
                attribute.unicodeScalars.append(UnicodeScalar(byte.lowercased))
            }
        case (_, .afterAttributeName):
            guard !byte.isSpace else { return }
            (mode, attribute) = (.attributeName, String(UnicodeScalar(byte.lowercased)))
        default:
            guard !byte.isSpace else { return }
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                mode = .unquoted
                return
            }
            (mode, quote) = (.value, byte)
            url = HTMLAttribute(element, attribute) == .url ? URLTracker(isInHTML: true) : nil
        }
    }

    private mutating func comment(_ byte: UInt8) {
        // What Outlook reads in a conditional comment is HTML to it: its values are made safe like others.
        let isConditional = tail.first == UInt8(ascii: "[")
        if byte == UInt8(ascii: ">"), isConditional || tail.suffix(2) == [0x2d, 0x2d] || tail.isEmpty || tail == [0x2d]
        {
            endRaw()
        } else if byte == UInt8(ascii: ">"), tail.suffix(3) == Array("--!".utf8) {
            endRaw()
        } else {
            tail.append(byte)
            if tail.count > 8, !isConditional { tail = [0x20] + tail.suffix(3) }
            if tail.count > 200 { tail = [UInt8(ascii: "[")] }
        }
    }

    private mutating func rawText(_ byte: UInt8) {
        let end = Array("</\(element)".utf8)
        if tail.count == end.count, byte == UInt8(ascii: ">") || byte.isSpace || byte == UInt8(ascii: "/") {
            (isClosing, tail) = (true, [])
            if byte == UInt8(ascii: ">") { endTag() } else { mode = .inTag }
        } else if tail.count < end.count, byte.lowercased == end[tail.count] {
            tail.append(byte.lowercased)
        } else {
            tail = byte == UInt8(ascii: "<") ? [byte] : []
        }
    }

    // MARK: Values

    mutating func place() throws(Misplaced) -> Place {
        guard !isForeign else { throw .foreign }
        switch mode {
        case .text: return .html
        case .comment:
            tail = [0x20]
            return .comment
        case .rawText:
            tail = []
            if element == "script" { throw .script }
            return element == "style" ? .css : .html
        case .value:
            switch HTMLAttribute(element, attribute) {
            case .url: return try url?.place() ?? .attribute
            case .plain: return .attribute
            case .css: return .css
            case .script: throw .script
            case .refused: throw .attribute(attribute)
            }
        case .beforeValue, .unquoted: throw .unquoted(attribute)
        case .open, .tagName, .inTag, .attributeName, .afterAttributeName, .declaration: throw .tag
        }
    }

    func joined(with other: Self) -> Self? {
        guard self != other else { return self }
        var joined = self
        if mode == other.mode, element == other.element, quote == other.quote, isForeign == other.isForeign {
            switch mode {
            case .text, .inTag, .comment, .rawText:
                // Only what was seen last differs, which matters no more.
                joined.attribute = ""
                joined.tail = mode == .comment && tail.first == other.tail.first ? tail : mode == .comment ? [0x20] : []
                return joined
            case .value where attribute == other.attribute:
                guard let mine = url, let its = other.url, let both = mine.joined(with: its) else { return nil }
                joined.url = both
                return joined
            default: break
            }
        }
        // `<td{% if x %} class="a"{% endif %}>` and `<option {% if x %}selected{% endif %}>`.
        let between: Set<Mode> = [.tagName, .inTag, .attributeName, .afterAttributeName]
        guard between.contains(mode), between.contains(other.mode), element == other.element,
            isForeign == other.isForeign,
            isClosing == other.isClosing
        else { return nil }
        joined.mode = mode == .attributeName && other.mode == .attributeName ? .attributeName : .inTag
        joined.attribute = joined.mode == .attributeName ? HTMLAttribute.unknown : ""
        return joined
    }

    var unfinished: Misplaced? {
        switch mode {
        case .text, .open: nil
        case .rawText:
            element == "plaintext"
                ? nil
                : Misplaced(message: "The element \(element) has no end.", mend: "Put </\(element)> where it ends.")
        case .comment: Misplaced(message: "A comment of the HTML has no end.", mend: "Put --> where it ends.")
        default:
            Misplaced(message: "A tag of the HTML has no end.", mend: "Put the > where it ends, and see to its quotes.")
        }
    }
}
