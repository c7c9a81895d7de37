import Domain

/// What a row of a file came to.
package struct ImportItem: Sendable {
    /// The file, as it was named.
    package var file: String
    /// The line it begins on, from 1.
    package var line: Int
    /// The row as it stands in the file, in UTF-8 and without the end of the line, for the file of refused rows; the
    /// rows of an order that has several, one a line.
    package var raw: [UInt8]
    package var content: Content

    package enum Content: Sendable {
        /// An order; `customer` describes its person, to be made if unknown.
        case order(OrderPatch, customer: CustomerPatch?)
        case receipt(ReceiptPatch)
        case customer(CustomerPatch)
        case product(ProductPatch)
        /// The attributes of what the import is of, as the API takes them; they were not read yet.
        case json([UInt8])
        /// One or more sentences: what is wrong and how to mend it.
        case refused(String)
    }

    init(file: String, line: Int, raw: [UInt8], _ content: Content) {
        (self.file, self.line, self.raw, self.content) = (file, line, raw, content)
    }

    init(file: String, _ row: RefusedRow) {
        self.init(file: file, line: row.line, raw: row.raw, .refused(row.reason))
    }
}

/// How far an import has come, in bytes of the files as they lie on disk.
package struct ImportProgress: Hashable, Sendable {
    package var bytesRead: Int
    package var bytesTotal: Int
    /// The rows and lines handed out so far, refused ones included.
    package var rows: Int

    package init(bytesRead: Int, bytesTotal: Int, rows: Int) {
        (self.bytesRead, self.bytesTotal, self.rows) = (bytesRead, bytesTotal, rows)
    }
}

/// What a column of a file without a mapping was taken for.
package struct ColumnGuess: Hashable, Sendable {
    /// The column's name in the header.
    package var column: String
    /// The attribute's path on the wire; nil for a column that is left out.
    package var path: String?

    package init(column: String, path: String?) { (self.column, self.path) = (column, path) }
}
