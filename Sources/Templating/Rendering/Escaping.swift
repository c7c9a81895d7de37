/// Writes bytes of values so that they stay what they are in the place where they stand.
enum Escaping {
    /// A set of ASCII characters, as a bit each.
    struct ByteSet: Sendable {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        init(_ characters: String, letters: Bool = false) {
            for byte in characters.utf8 { insert(byte) }
            guard letters else { return }
            for byte in UInt8(0)..<128 where byte.isLetter || byte.isDigit { insert(byte) }
        }

        private mutating func insert(_ byte: UInt8) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
        }

        @inline(__always) func contains(_ byte: UInt8) -> Bool {
            byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte & 63) & 1 == 1
        }
    }

    /// What a part of an address may hold as it is (RFC 3986, "unreserved").
    static let component = ByteSet("-._~", letters: true)
    /// What an address may hold; the quote ' is not among it, and % is looked at by itself.
    static let address = ByteSet("-._~:/?#[]@!$&()*+,;=", letters: true)
    static let addressWithoutColon = ByteSet("-._~/?#[]@!$&()*+,;=", letters: true)
    static let mail = ByteSet("-._~@+,", letters: true)
    static let style = ByteSet("-_.,#% +", letters: true)

    private static let special = ByteSet(
        "&<>\"'" + String(decoding: (UInt8(0)..<32).filter { $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
            + "\u{7f}")

    /// Appends text for HTML: between tags and within quotes alike; in a comment dashes are no dashes either.
    static func append(html bytes: UnsafeBufferPointer<UInt8>, isComment: Bool, breaks: Bool, to output: inout [UInt8])
    {
        var start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            let isBreak = breaks && byte == UInt8(ascii: "\n")
            guard special.contains(byte) || isBreak || (isComment && byte == UInt8(ascii: "-")) else { continue }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            case UInt8(ascii: "-"): output.append(contentsOf: "&#45;".utf8)
            case UInt8(ascii: "\n"): output.append(contentsOf: "<br>\n".utf8)
            // Controls mean nothing in HTML; a NUL least of all.
            default: output.append(UInt8(ascii: " "))
            }
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    /// Appends one line: no controls, and so no second header behind a subject.
    static func append(line bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        for byte in bytes { output.append(byte < 0x20 || byte == 0x7f ? 0x20 : byte) }
    }

    /// Appends a byte of an address, as %XX where it is not in the set.
    static func append(percent byte: UInt8, _ allowed: ByteSet, to output: inout [UInt8]) {
        if allowed.contains(byte) { return output.append(byte) }
        output.append(UInt8(ascii: "%"))
        output.append(hex(byte >> 4))
        output.append(hex(byte & 15))
    }

    static func hex(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }

    /// Appends what stands between the quotes of a JSON text; fit for a script of HTML too.
    static func append(json bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case UInt8(ascii: "\n"): output.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"): output.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"): output.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20, 0x7f, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
                output.append(contentsOf: #"\u00"#.utf8)
                output.append(hex(byte >> 4))
                output.append(hex(byte & 15))
            default: output.append(byte)
            }
        }
    }

    /// Whether an address begins with a scheme that links may have, or with none.
    static func isLink(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: ":"):
                guard index <= 6 else { return false }
                // All are so short that no memory is taken for them.
                let name = String(decoding: UnsafeBufferPointer(rebasing: bytes[..<index]), as: UTF8.self).lowercased()
                return URLTracker.web.contains(name) || URLTracker.direct.contains(name)
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return true
            default: break
            }
        }
        return true
    }
}
