/// The part of a text that is being read: what is left of the last chunk, with the next one behind it.
struct TextBuffer {
    /// The longest row or line that is taken, in bytes.
    static let rowLimit = 1_048_576

    /// What stands in memory; bytes before `position` are done with.
    private(set) var bytes: [UInt8] = []
    private(set) var position = 0
    /// Whether nothing follows `bytes`.
    private(set) var isLast = false
    /// The line that `position` stands on, from 1.
    private(set) var line = 1

    private var text: TextSource

    /// Opens a file; see `ByteSource.init(path:)`.
    init(path: String) throws { text = try TextSource(path: path) }

    var source: ByteSource { text.bytes }
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// Reads another chunk; what is done with is dropped.
    mutating func fill() throws {
        bytes.removeSubrange(..<position)
        position = 0
        if try !text.read(into: &bytes) { isLast = true }
    }

    /// Goes on to `next`, which stands so many lines further down.
    mutating func advance(to next: Int, lines: Int) {
        position = next
        line += lines
    }

    /// Where the line at `position` ends, and the next one begins; nil when its end is not in memory yet.
    func lineEnd() -> (end: Int, next: Int)? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = position
            while index < bytes.count, bytes[index] != Byte.lf, bytes[index] != Byte.cr { index += 1 }
            guard index < bytes.count else { return isLast ? (index, index) : nil }
            guard bytes[index] == Byte.cr else { return (index, index + 1) }
            guard index + 1 < bytes.count else { return isLast ? (index, index + 1) : nil }
            return (index, bytes[index + 1] == Byte.lf ? index + 2 : index + 1)
        }
    }

    /// Passes over the rest of a line however long it is, and returns its beginning.
    mutating func skipLine(keeping limit: Int = 1000) throws -> [UInt8] {
        let start = Array(rest.prefix(limit))
        while true {
            if let end = lineEnd() {
                advance(to: end.next, lines: 1)
                return Array(start.prefix { $0 != Byte.lf && $0 != Byte.cr })
            }
            // A carriage return at the very end waits for the line feed that may follow.
            position = bytes.last == Byte.cr ? bytes.count - 1 : bytes.count
            try fill()
        }
    }
}

/// The bytes that structure text.
enum Byte {
    static let lf = UInt8(ascii: "\n")
    static let cr = UInt8(ascii: "\r")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
}
