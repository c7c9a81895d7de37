/// Reads CSV as RFC 4180 has it and as shops write it: comma, semicolon or tab, any ends of lines, in any encoding that
/// `TextSource` knows.
///
/// Memory stays at a chunk and a row. A row that cannot be taken is handed out as refused, and reading goes on with the
/// next one; where a quote was never closed, with the next line.
package struct CSVReader {
    /// A row, or why it was not taken.
    package enum Row: Sendable {
        case record(CSVRecord)
        case refused(RefusedRow)
    }

    /// The path as it was given.
    package let file: String
    /// The columns' names, trimmed.
    package let header: [String]
    /// The header as it stands in the file.
    package let rawHeader: [UInt8]
    package var separator: UInt8 { scanner.separator }

    private let scanner: CSVScanner
    private var buffer: TextBuffer
    private var fields: [CSVField] = []

    var source: ByteSource { buffer.source }

    /// Opens a file and reads its header.
    ///
    /// - Throws: `ImportError` when the file cannot be opened, is no text, or has no header.
    package init(path: String) throws { try self.init(buffer: TextBuffer(path: path)) }

    /// Reads the header of a text of which nothing was read yet.
    init(buffer: TextBuffer) throws {
        self.buffer = buffer
        file = buffer.source.file
        scanner = CSVScanner(separator: try Self.guessSeparator(&self.buffer))
        let (names, raw) = try Self.readHeader(&self.buffer, scanner)
        (header, rawHeader) = (names, raw)
    }

    /// Reads the next row that is not blank, or returns nil at the end.
    ///
    /// - Throws: `ImportError` when the file cannot be read further; all rows before that were handed out.
    package mutating func next() throws -> Row? {
        while true {
            guard buffer.position < buffer.bytes.count else {
                if buffer.isLast { return nil }
                try buffer.fill()
                continue  // something or nothing came
            }
            switch scan() {
            case .row(let end, let next, let newlines, let isASCII):
                let extent = buffer.position..<end
                let line = buffer.line
                let row = extent.isEmpty ? nil : take(extent, line: line, isASCII: isASCII)
                buffer.advance(to: next, lines: newlines + 1)
                if let row { return row }
            case .more:
                guard buffer.bytes.count - buffer.position <= TextBuffer.rowLimit else { return try refuseLong() }
                try buffer.fill()
            case .stray(let newlines):
                return refuseLine(newlines == 0 ? Self.straySingle : Self.unclosed)
            case .unclosed:
                return refuseLine(Self.unclosed)
            }
        }
    }

    private mutating func scan() -> CSVScanner.Finding {
        let (start, isLast) = (buffer.position, buffer.isLast)
        return buffer.bytes.withUnsafeBufferPointer { scanner.scan($0, from: start, isLast: isLast, into: &fields) }
    }

    private func take(_ extent: Range<Int>, line: Int, isASCII: Bool) -> Row {
        let raw = buffer.bytes[extent]
        func refused(_ reason: String, keeping limit: Int = .max) -> Row {
            .refused(RefusedRow(line: line, reason: reason, raw: Array(raw.prefix(limit))))
        }
        guard extent.count <= TextBuffer.rowLimit else { return refused(Self.tooLong, keeping: 1000) }
        guard fields.count == header.count else {
            return refused(
                "This row has \(fields.count) columns, the header \(header.count). Put values that hold the separator "
                    + "in quotes."
            )
        }
        if !isASCII, let broken = UTF8Check.firstBroken(in: raw) {
            let column = fields.firstIndex { $0.range.contains(raw.startIndex + broken) }
            let place = column.map { "Column “\(header[$0])”" } ?? "This row"
            return refused("\(place) is not UTF-8, at byte \(broken + 1) of the row. " + Self.encoding)
        }
        return .record(CSVRecord(line: line, bytes: buffer.bytes, extent: extent, fields: fields))
    }

    // MARK: Rows that are refused

    private static let encoding = "Save the file as UTF-8, and import it again."
    private static let tooLong = "This row is longer than 1 MB. Shorten it; only its beginning is kept here."
    private static let straySingle = "Something follows a closing quote. Double the quotes within a text (\"\")."
    private static let unclosed = "A quote that begins here is never closed. Close it, or double it (\"\")."

    /// Refuses the line that the row begins on; the next line is read as a row of its own.
    private mutating func refuseLine(_ reason: String) -> Row {
        let end = buffer.lineEnd() ?? (buffer.bytes.count, buffer.bytes.count)
        let refused = RefusedRow(line: buffer.line, reason: reason, raw: Array(buffer.bytes[buffer.position..<end.0]))
        buffer.advance(to: end.1, lines: 1)
        return .refused(refused)
    }

    private mutating func refuseLong() throws -> Row {
        if let end = buffer.lineEnd(), end.end - buffer.position <= TextBuffer.rowLimit {
            return refuseLine(Self.unclosed)
        }
        let line = buffer.line
        return .refused(RefusedRow(line: line, reason: Self.tooLong, raw: try buffer.skipLine()))
    }
}

extension CSVReader {
    /// The separator that occurs most in the first line, outside quotes; a comma where none does.
    private static func guessSeparator(_ buffer: inout TextBuffer) throws -> UInt8 {
        while buffer.lineEnd() == nil, buffer.bytes.count <= TextBuffer.rowLimit { try buffer.fill() }
        var isQuoted = false
        var counts = [Byte.comma: 0, Byte.semicolon: 0, Byte.tab: 0]
        for byte in buffer.rest {
            if byte == Byte.quote { isQuoted.toggle() }
            if !isQuoted, byte == Byte.lf || byte == Byte.cr { break }
            if !isQuoted { counts[byte]? += 1 }
        }
        let order = [Byte.comma, Byte.semicolon, Byte.tab]
        return order.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? Byte.comma
    }

    private static func readHeader(
        _ buffer: inout TextBuffer, _ scanner: CSVScanner
    ) throws -> (names: [String], raw: [UInt8]) {
        func fault(_ message: String) -> ImportError {
            ImportError(.columns, file: buffer.source.file, line: 1, message)
        }
        var fields: [CSVField] = []
        while true {
            let (start, isLast) = (buffer.position, buffer.isLast)
            let finding = buffer.bytes.withUnsafeBufferPointer {
                scanner.scan($0, from: start, isLast: isLast, into: &fields)
            }
            switch finding {
            case .row(let end, let next, let newlines, _):
                let bytes = buffer.bytes
                guard UTF8Check.firstBroken(in: bytes[start..<end]) == nil else {
                    throw ImportError(
                        .encoding, file: buffer.source.file, line: 1, "The header is not UTF-8. " + Self.encoding
                    )
                }
                let record = CSVRecord(line: buffer.line, bytes: bytes, extent: start..<end, fields: fields)
                let names = (0..<record.count).map { record.text($0).trimmed }
                guard names.contains(where: { !$0.isEmpty }) else {
                    throw fault("The first line must name the columns.")
                }
                buffer.advance(to: next, lines: newlines + 1)
                return (names, Array(record.raw))
            case .more where buffer.bytes.count <= TextBuffer.rowLimit:
                try buffer.fill()
            case .more, .stray, .unclosed:
                throw fault("The first line must name the columns, and its quotes must be closed.")
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
