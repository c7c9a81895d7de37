/// A row of a CSV file with as many columns as its header.
package struct CSVRecord: Sendable {
    /// The line it begins on, from 1.
    package let line: Int
    private let bytes: [UInt8]
    private let extent: Range<Int>
    private let fields: [CSVField]

    /// The bytes are the reader's own buffer, shared: a record costs no copy.
    init(line: Int, bytes: [UInt8], extent: Range<Int>, fields: [CSVField]) {
        (self.line, self.bytes, self.extent, self.fields) = (line, bytes, extent, fields)
    }

    package var count: Int { fields.count }

    /// The row as it stands in the file, in UTF-8 and without the end of the line.
    package var raw: ArraySlice<UInt8> { bytes[extent] }

    package func isEmpty(_ column: Int) -> Bool { fields[column].isEmpty }

    /// The value of a column without its quotes.
    package func text(_ column: Int) -> String {
        let field = fields[column]
        let text = String(decoding: bytes[field.range], as: UTF8.self)
        return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
    }

    /// The bytes of what `text(_:)` returns.
    func withBytes(_ column: Int, _ body: (ArraySlice<UInt8>) -> Void) {
        guard fields[column].hasDoubledQuotes else { return body(bytes[fields[column].range]) }
        body(Array(text(column).utf8)[...])
    }
}

/// Where a value stands in the buffer, without its quotes.
struct CSVField: Sendable {
    private let start: Int32
    private let end: Int32
    let hasDoubledQuotes: Bool

    init(_ start: Int, _ end: Int, hasDoubledQuotes: Bool = false) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
        self.hasDoubledQuotes = hasDoubledQuotes
    }

    var isEmpty: Bool { start == end }
    var range: Range<Int> { Int(start)..<Int(end) }
}

/// A row or line of a file that was not taken.
package struct RefusedRow: Error, Hashable, Sendable {
    /// The line it begins on, from 1.
    package var line: Int
    /// One or more sentences: what is wrong and how to mend it.
    package var reason: String
    /// The row as it stands in the file.
    package var raw: [UInt8]

    package init(line: Int, reason: String, raw: [UInt8]) {
        (self.line, self.reason, self.raw) = (line, reason, raw)
    }
}
