/// Why a text is not JSON that can be taken.
package struct JSONError: Error, Hashable, Sendable {
    package var message: String
    /// Bytes from the start of the text.
    package var offset: Int
}

/// What the next value of a JSON text is.
package enum JSONKind: Sendable {
    case object, array, string, number, boolean, null
}

/// Reads JSON from bytes front to back, without building a tree.
///
/// It is strict RFC 8259, and refuses what PostgreSQL could not keep: U+0000 and lone surrogates. Foundation's decoder
/// costs ten times as much; a test holds this one to its answers.
///
/// The bytes must outlive the reader: it is made inside `read(_:_:)` only.
package struct JSONReader {
    /// Objects and arrays may nest this deep.
    package static let depthLimit = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Runs `body` over a text that holds one JSON value.
    ///
    /// - Throws: `JSONError` for what is not JSON, also after the value, and what `body` throws.
    package static func read<Result>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (inout JSONReader) throws -> Result
    ) throws -> Result {
        var reader = JSONReader(bytes)
        let result = try body(&reader)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.error("Something follows the JSON value.") }
        return result
    }

    package static func read<Result>(
        _ bytes: some Collection<UInt8>, _ body: (inout JSONReader) throws -> Result
    ) throws -> Result {
        if let result = try bytes.withContiguousStorageIfAvailable({ try read($0, body) }) { return result }
        return try Array(bytes).withUnsafeBufferPointer { try read($0, body) }
    }

    // MARK: Values

    /// The kind of the value that comes next; nothing is read.
    package mutating func peek() throws -> JSONKind {
        skipSpace()
        guard position < bytes.count else { throw error("The JSON ends too early.") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw error("There is no JSON value here.")
        }
    }

    /// Reads an object; `body` must read or skip the value of each key it is called with.
    package mutating func object(_ body: (inout JSONReader, JSONKey) throws -> Void) throws {
        try enter(UInt8(ascii: "{"))
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return
        }
        repeat {
            skipSpace()
            let key = try key()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("A colon is missing after a key.") }
            try body(&self, key)
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("A comma or } is missing.") }
        depth -= 1
    }

    /// Reads an array; `body` must read or skip each element, and gets its index.
    package mutating func array(_ body: (inout JSONReader, Int) throws -> Void) throws {
        try enter(UInt8(ascii: "["))
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return
        }
        var index = 0
        repeat {
            try body(&self, index)
            index += 1
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("A comma or ] is missing.") }
        depth -= 1
    }

    package mutating func string() throws -> String {
        skipSpace()
        let (content, hasEscapes) = try rawString()
        return try hasEscapes ? unescape(content) : utf8(content)
    }

    /// Reads a number and returns it as it is written.
    package mutating func number() throws -> UnsafeBufferPointer<UInt8> {
        skipSpace()
        let start = position
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            guard !isDigit else { throw error("A number must not begin with 0.") }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    package mutating func boolean() throws -> Bool {
        skipSpace()
        if take(word: "true") { return true }
        guard take(word: "false") else { throw error("There is no JSON value here.") }
        return false
    }

    package mutating func null() throws {
        skipSpace()
        guard take(word: "null") else { throw error("There is no JSON value here.") }
    }

    /// Reads past a value of any kind, which must be well formed.
    package mutating func skip() throws {
        switch try peek() {
        case .object: try object { reader, _ in try reader.skip() }
        case .array: try array { reader, _ in try reader.skip() }
        case .string: try skipString()
        case .number: _ = try number()
        case .boolean: _ = try boolean()
        case .null: try null()
        }
    }

    /// Reads past a value and returns its text as it stands.
    package mutating func raw() throws -> String {
        skipSpace()
        let start = position
        try skip()
        return try utf8(start..<position)
    }

    // MARK: Parts

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private mutating func enter(_ opening: UInt8) throws {
        skipSpace()
        guard take(opening) else { throw error("There is no JSON value here.") }
        depth += 1
        guard depth <= Self.depthLimit else { throw error("Nested deeper than \(Self.depthLimit) levels.") }
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] { return false }
        position += count
        return true
    }

    private var isDigit: Bool { position < bytes.count && bytes[position] &- UInt8(ascii: "0") < 10 }

    private mutating func digits() throws {
        guard isDigit else { throw error("A digit is missing.") }
        while isDigit { position += 1 }
    }

    private mutating func key() throws -> JSONKey {
        let (content, hasEscapes) = try rawString()
        guard hasEscapes else { return JSONKey(bytes: UnsafeBufferPointer(rebasing: bytes[content]), escaped: nil) }
        return JSONKey(bytes: UnsafeBufferPointer(rebasing: bytes[content]), escaped: try unescape(content))
    }

    /// Reads past a string and returns where its content stands.
    private mutating func rawString() throws -> (content: Range<Int>, hasEscapes: Bool) {
        guard take(UInt8(ascii: "\"")) else { throw error("A string is missing.") }
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return (start..<position - 1, hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                position += 1
            } else if byte < 0x20 {
                throw error("A control character stands in a string: write it as \\u00XX.")
            }
            position += 1
        }
        position = bytes.count
        throw error("A string has no end.")
    }

    /// Reads past a string, and makes none of it where it is plain.
    private mutating func skipString() throws {
        let (content, hasEscapes) = try rawString()
        if hasEscapes {
            _ = try unescape(content)
        } else if bytes[content].contains(where: { $0 >= 0x80 }) {
            _ = try utf8(content)
        }
    }

    private func utf8(_ range: Range<Int>) throws -> String {
        guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw JSONError(message: "The text is not UTF-8.", offset: range.lowerBound)
        }
        return text
    }

    private func unescape(_ range: Range<Int>) throws -> String {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0c)
            case UInt8(ascii: "n"): result.append(0x0a)
            case UInt8(ascii: "r"): result.append(0x0d)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: try scalar(&index, end: range.upperBound))
            default: throw JSONError(message: "There is no escape \\\(Unicode.Scalar(escape)).", offset: index - 1)
            }
        }
        guard let text = String(validating: result, as: UTF8.self) else {
            throw JSONError(message: "The text is not UTF-8.", offset: range.lowerBound)
        }
        return text
    }

    private func scalar(_ index: inout Int, end: Int) throws -> String.UTF8View {
        let start = index
        var value = try hex(&index, end: end)
        if value & 0xfc00 == 0xd800, index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            index += 2
            let low = try hex(&index, end: end)
            guard low & 0xfc00 == 0xdc00 else {
                throw JSONError(message: "Half of a surrogate pair stands alone.", offset: start)
            }
            value = 0x10000 + (value & 0x3ff) << 10 + (low & 0x3ff)
        }
        guard value != 0, let scalar = Unicode.Scalar(value) else {
            let what = value == 0 ? "The character U+0000 cannot be kept." : "Half of a surrogate pair stands alone."
            throw JSONError(message: what, offset: start)
        }
        return String(Character(scalar)).utf8
    }

    private func hex(_ index: inout Int, end: Int) throws -> UInt32 {
        guard index + 4 <= end else { throw JSONError(message: "\\u wants four hex digits.", offset: index) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue, bytes[index] < 0x80 else {
                throw JSONError(message: "\\u wants four hex digits.", offset: index)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

/// A key of a JSON object, compared without making a string of it.
package struct JSONKey {
    let bytes: UnsafeBufferPointer<UInt8>
    let escaped: String?

    /// The key as text, with what is not UTF-8 mended: for messages.
    package var text: String { escaped ?? String(decoding: bytes, as: UTF8.self) }

    package static func ~= (pattern: StaticString, key: JSONKey) -> Bool {
        if let escaped = key.escaped { return escaped == pattern.description }
        guard key.bytes.count == pattern.utf8CodeUnitCount else { return false }
        for index in 0..<key.bytes.count where key.bytes[index] != pattern.utf8Start[index] { return false }
        return true
    }
}
