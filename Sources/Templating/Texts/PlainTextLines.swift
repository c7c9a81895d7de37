/// Lines of a text in the making: spaces are one, breaks are two at most.
struct PlainTextLines {
    private var text: [UInt8] = []
    private var lineStart = 0
    private var breaks = 0
    private var hasSpace = false
    private var hasCell = false
    private var bullet = ""
    private var isAtLineStart = true
    var indent = 0
    var quotes = 0
    var isPreformatted = false

    /// Adds text, whose spaces are as good as one.
    ///
    /// - Parameter isWhole: Whether it is ours and stays as it is.
    mutating func add(_ added: String, isWhole: Bool = false) {
        if isPreformatted || isWhole {
            for (index, line) in added.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { newLine() }
                if !line.isEmpty { put(Array(line.utf8)) }
            }
            return
        }
        var word: [UInt8] = []
        for scalar in added.unicodeScalars {
            switch scalar {
            case " ", "\n", "\r", "\t", "\u{c}", "\u{a0}", "\u{2007}", "\u{202f}":
                if !word.isEmpty { put(word) }
                word.removeAll(keepingCapacity: true)
                hasSpace = true
            // What pads a preheader: it shows nothing.
            case "\u{200b}"..."\u{200f}", "\u{feff}", "\u{ad}", "\u{34f}", "\u{2060}": break
            case "\0"..."\u{1f}", "\u{7f}": break
            default: word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        if !word.isEmpty { put(word) }
    }

    private mutating func put(_ bytes: [UInt8]) {
        if breaks > 0, !text.isEmpty { for _ in 0..<breaks { text.append(UInt8(ascii: "\n")) } }
        if breaks > 0 || text.isEmpty { isAtLineStart = true }
        breaks = 0
        if isAtLineStart {
            text.append(contentsOf: String(repeating: "> ", count: quotes).utf8)
            lineStart = text.count
            text.append(contentsOf: String(repeating: " ", count: bullet.isEmpty && indent == 0 ? 0 : indent).utf8)
            text.append(contentsOf: bullet.utf8)
            bullet = ""
        } else if hasCell {
            text.append(contentsOf: " | ".utf8)
        } else if hasSpace {
            text.append(UInt8(ascii: " "))
        }
        (isAtLineStart, hasSpace, hasCell) = (false, false, false)
        text.append(contentsOf: bytes)
    }

    /// Ends the line, and leaves one empty at 2; several in a row are as good as the largest.
    mutating func breakLine(_ count: Int, most: Bool = false) {
        breaks = most ? min(breaks, count) : max(breaks, count)
        if !text.isEmpty, breaks == 0 { breaks = count }
        (hasSpace, hasCell) = (false, false)
    }

    /// `<br>`: a second one in a row leaves an empty line.
    mutating func newLine() {
        breaks = min(breaks + 1, 2)
        (hasSpace, hasCell) = (false, false)
    }

    /// The next text is another cell of the row.
    mutating func cell() { if !isAtLineStart, breaks == 0 { hasCell = true } }

    mutating func bullet(_ mark: String) {
        breaks = max(breaks, 1)
        bullet = mark
    }

    mutating func rule() {
        breakLine(2)
        put(Array("---".utf8))
        breakLine(2)
    }

    mutating func underline(_ sign: Character) {
        guard !isAtLineStart, breaks == 0, text.count > lineStart else { return }
        let width = min(String(decoding: text[lineStart...], as: UTF8.self).count, 78)
        breaks = 1
        put(Array(String(repeating: sign, count: width).utf8))
    }

    func mark() -> Int { text.count }

    func text(since mark: Int) -> String { String(decoding: text[min(mark, text.count)...], as: UTF8.self) }

    mutating func finished() -> String {
        text.isEmpty ? "" : String(decoding: text, as: UTF8.self) + "\n"
    }
}
