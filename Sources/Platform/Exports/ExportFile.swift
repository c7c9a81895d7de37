import Database
import Domain
import Foundation
import Storage

/// A file that an export grows into, page by page.
///
/// Unchecked: the encoder is touched under the lock alone, and by the thread that has it.
final class ExportFile: @unchecked Sendable {
    /// Rows of one read.
    private static let pageSize = 2000

    private var encoder: any ExportEncoder
    private let lock = NSLock()
    private let source: ExportSource

    /// - Parameter rowsPerSheet: After how many rows a workbook gets another sheet; nil is what a sheet has room for.
    /// - Throws: `ExportError.disk`.
    init(
        _ request: ExportRequest, _ source: ExportSource, _ reference: ReferenceBoard.Reference, path: String,
        rowsPerSheet: Int? = nil
    ) throws {
        self.source = source
        let shape = ExportShape(source.columns, reference.book)
        switch request.format {
        case .xlsx:
            encoder = try XLSXEncoder(
                shape, name: Self.title(request.object), zone: reference.project?.zone ?? .gmt, path: path,
                rowLimit: rowsPerSheet ?? XLSXEncoder.rowsPerSheet
            )
        case .csv, .ndjson:
            encoder = Self.encoder(request, shape, try ExportOutput(path: path))
        }
        try encoder.begin()
    }

    /// A file that is written to a handle at once; not for workbooks, which are put together at the end.
    init(
        _ request: ExportRequest, _ source: ExportSource, _ reference: ReferenceBoard.Reference, handle: FileHandle
    ) throws {
        self.source = source
        let shape = ExportShape(source.columns, reference.book)
        encoder = Self.encoder(request, shape, ExportOutput(handle))
        try encoder.begin()
    }

    private static func encoder(
        _ request: ExportRequest, _ shape: ExportShape, _ output: ExportOutput
    ) -> any ExportEncoder {
        if request.format == .ndjson { return NDJSONEncoder(shape, output) }
        return CSVEncoder(shape, separator: request.separator, hasMark: request.hasByteOrderMark, output)
    }

    private static func title(_ object: ExportObject) -> String {
        switch object {
        case .orders: "Orders"
        case .orderLines: "Order lines"
        case .customers: "Customers"
        case .receipts: "Receipts"
        case .receiptLines: "Receipt lines"
        case .products: "Products"
        }
    }

    var byteCount: Int64 { lock.withLock { encoder.byteCount } }

    /// Writes the next page, and returns where the one after it begins, and how many rows it had.
    func add(from place: ExportSource.Place, _ tx: Connection) throws -> (next: ExportSource.Place?, rows: Int64) {
        try lock.withLock {
            var rows: Int64 = 0
            let next = try source.page(from: place, limit: Self.pageSize, tx) { row in
                rows += 1
                try encoder.add(row)
            }
            try encoder.flush()
            return (next, rows)
        }
    }

    /// Ends the file.
    func finish() throws { try lock.withLock { try encoder.finish() } }
}
