/// A part of an HTML text.
enum HTMLToken {
    case text(Range<Int>)
    case start(HTMLTag)
    case end(String, Range<Int>)
    /// Comments, declarations, and what else shows nothing.
    case other(Range<Int>)
}

/// A start tag with where it and its attributes stand.
struct HTMLTag {
    struct Attribute {
        var name: String
        var value: Range<Int>
    }

    /// In small letters.
    var name: String
    var attributes: [Attribute] = []
    var range: Range<Int>
}

/// Takes HTML apart the way browsers do, whatever it is; each byte is looked at a bounded number of times.
struct HTMLTokens: Sequence, IteratorProtocol {
    let bytes: [UInt8]
    private var index = 0
    /// The element whose content is text up to its own end.
    private var raw: String?

    private static let rawElements: Set<String> = [
        "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
    ]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> HTMLToken? {
        guard index < bytes.count else { return nil }
        if let element = raw {
            raw = nil
            let start = index
            index = end(of: element)
            if index > start { return .text(start..<index) }
        }
        guard index < bytes.count else { return nil }
        let start = index
        if bytes[index] == UInt8(ascii: "<"), let token = markup() { return token }
        index = Swift.max(index, start + 1)
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return .text(start..<index)
    }

    private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    private mutating func markup() -> HTMLToken? {
        let start = index
        let (first, second) = (byte(index + 1), byte(index + 2))
        if first == UInt8(ascii: "!"), second == UInt8(ascii: "-"), byte(index + 3) == UInt8(ascii: "-") {
            skipComment()
            return .other(start..<index)
        }
        if first == UInt8(ascii: "!") || first == UInt8(ascii: "?")
            || (first == UInt8(ascii: "/") && !second.isLetter && index + 2 < bytes.count)
        {
            while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
            index = Swift.min(index + 1, bytes.count)
            return .other(start..<index)
        }
        let isEnd = first == UInt8(ascii: "/")
        guard isEnd ? second.isLetter : first.isLetter else { return nil }
        index += isEnd ? 2 : 1
        let name = name { $0.isSpace || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }
        var tag = HTMLTag(name: name, range: start..<start)
        while let attribute = attribute() { tag.attributes.append(attribute) }
        tag.range = start..<index
        // A tag that the text ends in is none.
        guard bytes[index - 1] == UInt8(ascii: ">") else { return .other(tag.range) }
        if isEnd { return .end(name, tag.range) }
        if Self.rawElements.contains(name) { raw = name }
        return .start(tag)
    }

    private mutating func skipComment() {
        index += 4
        if byte(index) == UInt8(ascii: ">") { return index += 1 }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: ">"), bytes[index - 1] == 0x2d, bytes[index - 2] == 0x2d { break }
            index += 1
        }
        index = Swift.min(index + 1, bytes.count)
    }

    private mutating func name(until ends: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, !ends(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index].lazy.map(\.lowercased), as: UTF8.self)
    }

    /// The next attribute of a tag; nil behind its end.
    private mutating func attribute() -> HTMLTag.Attribute? {
        while index < bytes.count, bytes[index].isSpace || bytes[index] == UInt8(ascii: "/") { index += 1 }
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: ">") {
            index += 1
            return nil
        }
        // A = that begins a name belongs to it.
        let first = bytes[index] == UInt8(ascii: "=") ? "=" : ""
        index += first.utf8.count
        let name =
            first
            + name {
                $0.isSpace || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "=")
            }
        while index < bytes.count, bytes[index].isSpace { index += 1 }
        guard byte(index) == UInt8(ascii: "="), index < bytes.count else {
            return HTMLTag.Attribute(name: name, value: index..<index)
        }
        index += 1
        while index < bytes.count, bytes[index].isSpace { index += 1 }
        let quote = byte(index)
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            index += 1
            let start = index
            while index < bytes.count, bytes[index] != quote { index += 1 }
            let value = start..<index
            index = Swift.min(index + 1, bytes.count)
            return HTMLTag.Attribute(name: name, value: value)
        }
        let valueStart = index
        while index < bytes.count, !bytes[index].isSpace, bytes[index] != UInt8(ascii: ">") { index += 1 }
        return HTMLTag.Attribute(name: name, value: valueStart..<index)
    }

    /// Where the end tag of an element begins, or the end of all.
    private func end(of element: String) -> Int {
        let end = Array("</\(element)".utf8)
        var place = index
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<"), place + end.count <= bytes.count,
                bytes[place..<place + end.count].lazy.map(\.lowercased).elementsEqual(end)
            {
                let next = byte(place + end.count)
                if next.isSpace || next == UInt8(ascii: ">") || next == UInt8(ascii: "/") { return place }
            }
            place += 1
        }
        return place
    }
}
