import CXlsxWriter
import Database
import Domain
import Foundation

/// An Excel workbook: real numbers and dates, texts that are never formulas, another sheet when one is full.
///
/// The library keeps one row in memory and the rest in a file of its own; the workbook is put together at the end.
final class XLSXEncoder: ExportEncoder {
    /// The rows that a sheet has room for, the head included.
    static let rowsPerSheet = 1_048_576
    /// The characters that a cell has room for.
    private static let textLimit = 32_767

    private let shape: ExportShape
    private let name: String
    private let zone: TimeZone
    private let path: String
    private let rowLimit: Int
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private let headFormat: UnsafeMutablePointer<lxw_format>?
    private let instantFormat: UnsafeMutablePointer<lxw_format>?
    private let dayFormat: UnsafeMutablePointer<lxw_format>?
    private var row: UInt32 = 0
    private var sheetCount = 0
    private(set) var byteCount: Int64 = 0

    /// - Parameters:
    ///   - name: What the sheets are called; a number follows from the second one on.
    ///   - zone: What clock dates are shown by: a spreadsheet knows no zones.
    /// - Throws: `ExportError.disk`.
    init(
        _ shape: ExportShape, name: String, zone: TimeZone, path: String, rowLimit: Int = XLSXEncoder.rowsPerSheet
    ) throws {
        (self.shape, self.name, self.zone, self.path, self.rowLimit) = (shape, name, zone, path, rowLimit)
        let folder = (path as NSString).deletingLastPathComponent
        workbook = folder.withCString { folder in
            // The library copies the name of the directory.
            var options = lxw_workbook_options()
            options.constant_memory = 1
            options.use_zip64 = 1
            options.tmpdir = UnsafeMutablePointer(mutating: folder)
            return workbook_new_opt(path, &options)
        }
        guard let workbook else { throw ExportError.disk("The workbook \(path) cannot be made.") }
        headFormat = workbook_add_format(workbook)
        instantFormat = workbook_add_format(workbook)
        dayFormat = workbook_add_format(workbook)
        format_set_bold(headFormat)
        format_set_num_format(instantFormat, "yyyy-mm-dd hh:mm:ss")
        format_set_num_format(dayFormat, "yyyy-mm-dd")
    }

    deinit {
        // Only an export that was broken off has not closed it.
        if let workbook { lxw_workbook_free(workbook) }
    }

    func begin() throws { try addSheet() }

    private func addSheet() throws {
        sheetCount += 1
        let title = sheetCount == 1 ? name : "\(name) \(sheetCount)"
        sheet = workbook_add_worksheet(workbook, title)
        guard let sheet else { throw ExportError.disk("The sheet \(title) cannot be made.") }
        worksheet_freeze_panes(sheet, 1, 0)
        worksheet_set_column(sheet, 0, UInt16(max(shape.columns.count, 1) - 1), 18, nil)
        for (index, column) in shape.columns.enumerated() {
            try check(worksheet_write_string(sheet, 0, UInt16(index), column.path, headFormat))
        }
        row = 1
    }

    func add(_ row: Row) throws {
        if Int(self.row) >= rowLimit { try addSheet() }
        for (index, column) in shape.columns.enumerated() {
            let place = index + ExportShape.firstColumn
            guard !row.isNull(place) else { continue }
            try cell(column.kind, row, place, UInt16(index))
        }
        self.row += 1
    }

    func flush() throws {}

    func finish() throws {
        let code = workbook_close(workbook)
        workbook = nil
        try check(code)
        byteCount = Int64(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
    }

    private func cell(_ kind: ExportColumn.Kind, _ row: Row, _ place: Int, _ column: UInt16) throws {
        switch kind {
        case .text, .json: try row.withText(place) { try text($0, column) }
        case .day:
            let day = row.text(place)
            guard let serial = Instant(day: day, zone: .gmt).flatMap({ Self.serial(local: $0.milliseconds) }) else {
                return try row.withText(place) { try text($0, column) }
            }
            try check(worksheet_write_number(sheet, self.row, column, serial, dayFormat))
        case .instant:
            let instant = Instant(milliseconds: row.integer(place))
            guard let local = instant.civil(in: zone).utcMilliseconds, let serial = Self.serial(local: local) else {
                return try text(instant.rfc3339, column)
            }
            try check(worksheet_write_number(sheet, self.row, column, serial, instantFormat))
        case .midnight:
            guard let serial = Self.serial(local: row.integer(place)) else {
                return try text(kind.plain(row, place) ?? "", column)
            }
            try check(worksheet_write_number(sheet, self.row, column, serial, dayFormat))
        case .clock: try text(kind.plain(row, place) ?? "", column)
        case .boolean: try check(worksheet_write_boolean(sheet, self.row, column, row.boolean(place) ? 1 : 0, nil))
        case .integer: try number(row.integer(place), places: 0, column)
        case .decimal(let places): try number(row.integer(place), places: places, column)
        case .status: if let code = shape.codes[row.integer(place)] { try text(code, column) }
        }
    }

    /// A spreadsheet's numbers have fifteen digits; one with more is written as text, so that none is lost.
    private func number(_ count: Int64, places: Int, _ column: UInt16) throws {
        guard count.magnitude < 1_000_000_000_000_000 else {
            return try text(FixedPoint.text(count, places: places), column)
        }
        var unit: Double = 1
        for _ in 0..<places { unit *= 10 }
        try check(worksheet_write_number(sheet, row, column, Double(count) / unit, nil))
    }

    private func text(_ text: String, _ column: UInt16) throws {
        var text = text
        try text.withUTF8 { try self.text($0, column) }
    }

    private func text(_ bytes: UnsafeBufferPointer<UInt8>, _ column: UInt16) throws {
        guard !bytes.isEmpty else { return }
        var text = String(decoding: bytes, as: UTF8.self)
        // In a cell a line ends with one character; the other would be shown as an escape.
        if bytes.contains(Byte.cr) { text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n") }
        if bytes.count > Self.textLimit, text.unicodeScalars.count > Self.textLimit {
            text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.textLimit - 1))) + "…"
        }
        try check(worksheet_write_string(sheet, row, column, text, nil))
    }

    /// Days since the end of 1899, as spreadsheets count; nil for those before March 1900, which they count wrongly.
    private static func serial(local milliseconds: Int64) -> Double? {
        let serial = Double(milliseconds) / 86_400_000 + 25_569
        return serial < 61 ? nil : serial
    }

    private func check(_ code: lxw_error) throws {
        guard code != LXW_NO_ERROR else { return }
        let reason = lxw_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        throw ExportError.disk("The workbook cannot be written: \(reason)")
    }
}
