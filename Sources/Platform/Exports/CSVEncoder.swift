import Database
import Domain

/// CSV as RFC 4180 has it: a head, ends of lines of two characters, quotes where they are needed.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe before it (Docs/exporting.md).
struct CSVEncoder: ExportEncoder {
    private let shape: ExportShape
    private let codes: [Int64: [UInt8]]
    private let separator: UInt8
    private let hasMark: Bool
    private let output: ExportOutput
    private var buffer: [UInt8] = []

    init(_ shape: ExportShape, separator: ExportSeparator, hasMark: Bool, _ output: ExportOutput) {
        (self.shape, self.separator, self.hasMark, self.output) = (shape, separator.byte, hasMark, output)
        codes = shape.codes.mapValues { Array($0.utf8) }
        buffer.reserveCapacity(ExportOutput.chunk * 2)
    }

    var byteCount: Int64 { output.byteCount }

    mutating func begin() throws {
        if hasMark { buffer += [0xef, 0xbb, 0xbf] }
        for (index, column) in shape.columns.enumerated() {
            if index > 0 { buffer.append(separator) }
            var path = column.path
            path.withUTF8 { Self.append($0, separator, to: &buffer) }
        }
        endLine()
    }

    mutating func add(_ row: Row) throws {
        let start = buffer.count
        for (index, column) in shape.columns.enumerated() {
            if index > 0 { buffer.append(separator) }
            cell(column.kind, row, index + ExportShape.firstColumn)
        }
        // A line without anything would be read as no row.
        if buffer.count == start { buffer += [Byte.quote, Byte.quote] }
        endLine()
        if buffer.count >= ExportOutput.chunk { try flush() }
    }

    mutating func flush() throws {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws { try flush() }

    private mutating func endLine() {
        buffer.append(Byte.cr)
        buffer.append(Byte.lf)
    }

    private mutating func cell(_ kind: ExportColumn.Kind, _ row: Row, _ place: Int) {
        switch kind {
        case .text, .day, .json: row.withText(place) { Self.append($0, separator, to: &buffer) }
        case .integer: if !row.isNull(place) { FixedPoint.append(row.integer(place), places: 0, to: &buffer) }
        case .decimal(let places):
            if !row.isNull(place) { FixedPoint.append(row.integer(place), places: places, to: &buffer) }
        case .instant:
            guard let milliseconds = row.optionalInteger(place) else { return }
            var text = Instant(milliseconds: milliseconds).rfc3339
            text.withUTF8 { buffer.append(contentsOf: $0) }
        case .midnight, .clock, .boolean:
            guard var text = kind.plain(row, place) else { return }
            text.withUTF8 { buffer.append(contentsOf: $0) }
        case .status:
            guard let id = row.optionalInteger(place), let code = codes[id] else { return }
            code.withUnsafeBufferPointer { Self.append($0, separator, to: &buffer) }
        }
    }

    /// Appends a text as a cell.
    static func append(_ text: UnsafeBufferPointer<UInt8>, _ separator: UInt8, to buffer: inout [UInt8]) {
        guard let first = text.first else { return }
        let isFormula = FormulaGuard.isDangerous(text)
        var needsQuotes = first == Byte.space || text[text.count - 1] == Byte.space
        for byte in text where byte == separator || byte == Byte.quote || byte == Byte.lf || byte == Byte.cr {
            needsQuotes = true
            break
        }
        guard needsQuotes else {
            if isFormula { buffer.append(FormulaGuard.mark) }
            return buffer.append(contentsOf: text)
        }
        buffer.append(Byte.quote)
        if isFormula { buffer.append(FormulaGuard.mark) }
        for byte in text {
            if byte == Byte.quote { buffer.append(Byte.quote) }
            buffer.append(byte)
        }
        buffer.append(Byte.quote)
    }
}

/// Finds texts that a spreadsheet would take for a formula.
enum FormulaGuard {
    /// Stands before such a text: spreadsheets then show it as it is.
    static let mark = UInt8(ascii: "'")

    /// Whether a text begins as a formula does, and is no plain number such as `-12.50` or `+351912345678`.
    static func isDangerous(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch text.first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), Byte.tab, Byte.cr, Byte.lf: true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): !isNumber(text.dropFirst())
        default: false
        }
    }

    private static func isNumber(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var (hasDigit, hasPoint) = (false, false)
        for byte in digits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "."), Byte.comma:
                guard hasDigit, !hasPoint else { return false }
                hasPoint = true
            default: return false
            }
        }
        return hasDigit
    }
}
