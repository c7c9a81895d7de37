/// The text of a template or block, and where in it an offset is.
struct TemplateSource {
    let block: String?
    let bytes: [UInt8]

    /// Where lines begin, and how many characters stand before each 256th byte: long texts have many positions.
    private let lines: [Int]
    private let characters: [Int]

    init(_ text: String, block: String? = nil) {
        self.block = block
        bytes = Array(text.utf8)
        var (lines, characters, count) = ([0], [Int](), 0)
        for (index, byte) in bytes.enumerated() {
            if index % 256 == 0 { characters.append(count) }
            if byte & 0xc0 != 0x80 { count += 1 }
            if byte == UInt8(ascii: "\n") { lines.append(index + 1) }
        }
        characters.append(count)
        (self.lines, self.characters) = (lines, characters)
    }

    func position(_ offset: Int) -> TemplatePosition {
        let offset = min(max(offset, 0), bytes.count)
        var (low, high) = (0, lines.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle] <= offset { low = middle } else { high = middle }
        }
        let column = characters(before: offset) - characters(before: lines[low]) + 1
        return TemplatePosition(line: low + 1, column: column, block: block)
    }

    private func characters(before offset: Int) -> Int {
        let mark = offset / 256
        return characters[mark] + bytes[mark * 256..<offset].count { $0 & 0xc0 != 0x80 }
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// A stretch of a template: text, or what stands between braces.
struct TemplatePiece {
    enum Kind { case text, print, tag }

    var kind: Kind
    /// Of a text, all of it; else what is between the braces.
    var range: Range<Int>
}

/// Takes a template apart into text, `{{ … }}` and `{% … %}`; comments are left out, and dashes eat the space beside them.
struct TemplateSplitter {
    let source: TemplateSource
    private(set) var pieces: [TemplatePiece] = []
    private(set) var faults: [TemplateFault] = []

    init(_ source: TemplateSource) {
        self.source = source
        split()
    }

    private mutating func split() {
        let bytes = source.bytes
        var (textStart, index, eatsSpace) = (0, 0, false)
        func text(upTo end: Int, eatsSpaceBefore: Bool) -> TemplatePiece? {
            var (start, end) = (textStart, end)
            if eatsSpace { while start < end, bytes[start].isSpace { start += 1 } }
            if eatsSpaceBefore { while end > start, bytes[end - 1].isSpace { end -= 1 } }
            return start < end ? TemplatePiece(kind: .text, range: start..<end) : nil
        }
        // What is not closed is looked for up to the end: not more often than faults are told.
        while index + 1 < bytes.count, faults.count < TemplateParser.maxFaults {
            guard bytes[index] == UInt8(ascii: "{"), let kind = Opening(bytes[index + 1]) else {
                index += 1
                continue
            }
            guard let close = end(of: kind, from: index + 2) else {
                faults.append(
                    TemplateFault(
                        source.position(index), "This \(kind.open) is not closed.", mend: kind.mend))
                index += 2
                continue
            }
            var inner = index + 2..<close
            let eatsBefore = !inner.isEmpty && bytes[inner.lowerBound] == UInt8(ascii: "-")
            if eatsBefore { inner = inner.lowerBound + 1..<inner.upperBound }
            if let piece = text(upTo: index, eatsSpaceBefore: eatsBefore) { pieces.append(piece) }
            eatsSpace = !inner.isEmpty && bytes[inner.upperBound - 1] == UInt8(ascii: "-")
            if eatsSpace { inner = inner.lowerBound..<inner.upperBound - 1 }
            if kind != .comment { pieces.append(TemplatePiece(kind: kind == .print ? .print : .tag, range: inner)) }
            index = close + 2
            textStart = index
        }
        if let piece = text(upTo: bytes.count, eatsSpaceBefore: false) { pieces.append(piece) }
    }

    private enum Opening {
        case print, tag, comment

        init?(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "{"): self = .print
            case UInt8(ascii: "%"): self = .tag
            case UInt8(ascii: "#"): self = .comment
            default: return nil
            }
        }

        var open: String { self == .print ? "{{" : self == .tag ? "{%" : "{#" }

        var close: (UInt8, UInt8) {
            switch self {
            case .print: (UInt8(ascii: "}"), UInt8(ascii: "}"))
            case .tag: (UInt8(ascii: "%"), UInt8(ascii: "}"))
            case .comment: (UInt8(ascii: "#"), UInt8(ascii: "}"))
            }
        }

        var mend: String {
            switch self {
            case .print: "Close it with }} and see that each quote in it has its second."
            case .tag: "Close it with %} and see that each quote in it has its second."
            case .comment: "Close the comment with #}, or, if it is none (a rule of CSS), put a space after the {."
            }
        }
    }

    /// Where the closing braces stand; those within quotes are none.
    private func end(of kind: Opening, from start: Int) -> Int? {
        let (bytes, (first, second)) = (source.bytes, kind.close)
        var (quote, index) = (UInt8(0), start)
        while index + 1 < bytes.count {
            let byte = bytes[index]
            if quote != 0 {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == quote { quote = 0 }
            } else if byte == first, bytes[index + 1] == second {
                return index
            } else if kind != .comment {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
                // Another opening within: this one was forgotten.
                if byte == UInt8(ascii: "{"), Opening(bytes[index + 1]) != nil { return nil }
            }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    var isSpace: Bool { self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09 || self == 0x0c }

    var isLetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }

    var isDigit: Bool { (0x30...0x39).contains(self) }

    /// A letter of ASCII as a small one.
    var lowercased: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
