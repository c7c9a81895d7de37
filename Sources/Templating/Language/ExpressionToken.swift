/// A word of an expression.
struct ExpressionToken {
    enum Kind: Equatable {
        case name(String), number(String), text(String), sign(String), end
    }

    var kind: Kind
    /// In the source.
    var offset: Int
}

/// Takes what stands between braces apart into words.
struct ExpressionLexer {
    private let source: TemplateSource
    private var index: Int
    private let end: Int

    init(_ source: TemplateSource, _ range: Range<Int>) {
        self.source = source
        (index, end) = (range.lowerBound, range.upperBound)
    }

    static func tokens(_ source: TemplateSource, _ range: Range<Int>) throws(TemplateFault) -> [ExpressionToken] {
        var lexer = ExpressionLexer(source, range)
        var tokens: [ExpressionToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(ExpressionToken(kind: .end, offset: range.upperBound))
        return tokens
    }

    private mutating func next() throws(TemplateFault) -> ExpressionToken? {
        while index < end, source.bytes[index].isSpace || isNoBreakSpace { index += isNoBreakSpace ? 2 : 1 }
        guard index < end else { return nil }
        let (start, byte) = (index, source.bytes[index])
        switch byte {
        case _ where byte.isLetter || byte == UInt8(ascii: "_") || byte >= 0x80:
            if let quote = typographicQuote { throw wrongQuote(quote, start) }
            return ExpressionToken(
                kind: .name(word { $0.isLetter || $0.isDigit || $0 == 0x5f || $0 >= 0x80 }), offset: start)
        case _ where byte.isDigit || (byte == UInt8(ascii: "-") && index + 1 < end && source.bytes[index + 1].isDigit):
            return ExpressionToken(kind: .number(number()), offset: start)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return ExpressionToken(kind: .text(try quoted(byte)), offset: start)
        default:
            for sign in Self.signs where source.bytes[index..<end].starts(with: sign.utf8) {
                index += sign.utf8.count
                return ExpressionToken(kind: .sign(sign), offset: start)
            }
            throw TemplateFault(
                source.position(start), "\(Character(UnicodeScalar(byte))) means nothing here.",
                mend: "Names, \"texts\", numbers, comparisons and filters after | can stand here.")
        }
    }

    private static let signs = [
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "=", "!", "|", ":", ",", ".", "(", ")", "[", "]",
    ]

    /// Editors of texts put no-break spaces where somebody typed a space.
    private var isNoBreakSpace: Bool {
        index + 1 < end && source.bytes[index] == 0xc2 && source.bytes[index + 1] == 0xa0
    }

    private var typographicQuote: String? {
        ["“", "”", "„", "‘", "’", "«", "»"].first { source.bytes[index..<end].starts(with: $0.utf8) }
    }

    private func wrongQuote(_ quote: String, _ offset: Int) -> TemplateFault {
        TemplateFault(
            source.position(offset), "\(quote) is no quote of the language.", mend: "Write straight quotes: \" or '.")
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let start = index
        while index < end, belongs(source.bytes[index]), !isNoBreakSpace { index += 1 }
        return source.text(start..<index)
    }

    private mutating func number() -> String {
        let start = index
        index += 1
        while index < end, source.bytes[index].isDigit { index += 1 }
        if index + 1 < end, source.bytes[index] == UInt8(ascii: "."), source.bytes[index + 1].isDigit {
            index += 1
            while index < end, source.bytes[index].isDigit { index += 1 }
        }
        return source.text(start..<index)
    }

    private mutating func quoted(_ quote: UInt8) throws(TemplateFault) -> String {
        let start = index
        var bytes: [UInt8] = []
        index += 1
        while index < end, source.bytes[index] != quote {
            if source.bytes[index] == UInt8(ascii: "\\"), index + 1 < end {
                index += 1
                bytes.append(source.bytes[index] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : source.bytes[index])
            } else {
                bytes.append(source.bytes[index])
            }
            index += 1
        }
        guard index < end else {
            throw TemplateFault(
                source.position(start), "The text that begins here has no end.",
                mend: "Close it with \(Character(UnicodeScalar(quote))).")
        }
        index += 1
        return String(decoding: bytes, as: UTF8.self)
    }
}
