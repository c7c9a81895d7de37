import Domain

/// Reads files of orders, receipts, customers or products: NDJSON, CSV with columns named so that they can be guessed, or several
/// CSVs that a mapping joins (Docs/importing.md).
///
/// It is pulled: memory stays at a few chunks, the joined files of a mapping apart, which are read whole at the start.
/// A row that cannot be taken is a refused item; the import goes on. The same files always give the same items in the
/// same order, so an import that was broken off goes on by passing over as many.
package struct ImportReader {
    private enum Part {
        case rows(RowImporter)
        case lines(LineReader)

        var source: ByteSource {
            switch self {
            case .rows(let rows): rows.csv.source
            case .lines(let lines): lines.source
            }
        }
    }

    package let kind: ImportKind
    /// What the columns of the CSV in hand were taken for; empty with a mapping and for NDJSON.
    package private(set) var guesses: [ColumnGuess] = []
    /// The header of the CSV in hand as it stands in the file, to begin a file of refused rows with.
    package private(set) var rawHeader: [UInt8]?

    private let reading: ImportReading
    /// What somebody says the columns are; empty to guess.
    private let columns: [String: String]
    /// The files still to be read, last first.
    private var remaining: [String] = []
    private var part: Part?
    private var rowsOfPart = 0
    private var bytesBefore = 0
    private let bytesTotal: Int
    private var rows = 0

    /// Opens what is to be imported.
    ///
    /// - Parameters:
    ///   - paths: Files, or with a mapping also folders that hold them; gzip is understood.
    ///   - kind: What the rows are; nil takes what the mapping makes, else orders.
    ///   - request: Without a mapping, what the columns are and how numbers are written.
    /// - Throws: `ImportError` that says which file or line of the mapping is to be mended.
    package init(
        paths: [String], kind: ImportKind? = nil, mapping: ImportMapping? = nil,
        request: ImportRequest = ImportRequest(),
        context: ReadingContext
    ) throws {
        let files = try ImportFiles(paths)
        self.kind = kind ?? mapping?.kind ?? .orders
        columns = request.columns
        reading = ImportReading(
            context: context, hasDecimalComma: mapping?.hasDecimalComma ?? request.hasDecimalComma
        )
        guard let mapping else {
            bytesTotal = try files.paths.reduce(0) { try $0 + ImportFiles.size($1) }
            remaining = files.paths.reversed()
            return
        }
        guard kind == nil || kind == mapping.kind else {
            throw ImportError(.mapping, file: mapping.name, "This mapping makes \(mapping.kind), not \(self.kind).")
        }
        let main = try files.find(mapping.file, for: mapping)
        let joined = try mapping.joinedFiles.map { try files.find($0.file, for: mapping) }
        try files.requireAllUsed([main] + joined, by: mapping)
        bytesTotal = try ([main] + joined).reduce(0) { try $0 + ImportFiles.size($1) }
        try open(main, joined, mapping)
    }

    /// The next item, or nil at the end.
    ///
    /// - Throws: `ImportError` when a file cannot be opened or read further. What came before stands.
    package mutating func next() throws -> ImportItem? {
        while true {
            if part == nil {
                guard let path = remaining.popLast() else { return nil }
                try open(path)
            }
            do {
                if let item = try nextOfPart() {
                    rows += 1
                    rowsOfPart += 1
                    return item
                }
            } catch let error as ImportError {
                throw error.saying(rows: rowsOfPart)
            }
            bytesBefore += part?.source.totalBytes ?? 0
            part = nil
        }
    }

    /// The same reader with its first file open, so that its columns are known to go together.
    ///
    /// - Throws: `ImportError`.
    func opened() throws -> ImportReader {
        var reader = self
        if reader.part == nil, let path = reader.remaining.popLast() { try reader.open(path) }
        return reader
    }

    /// How far the reading has come; compressed files count as they are.
    package var progress: ImportProgress {
        let bytesRead = min(bytesBefore + (part?.source.bytesRead ?? 0), bytesTotal)
        return ImportProgress(bytesRead: bytesRead, bytesTotal: bytesTotal, rows: rows)
    }

    private mutating func nextOfPart() throws -> ImportItem? {
        // Taken out while it is read, so that its buffers are not copied.
        let taken = part.take()
        switch taken {
        case .rows(var importer):
            defer { part = .rows(importer) }
            return try importer.next()
        case .lines(var reader):
            let file = reader.source.file
            defer { part = .lines(reader) }
            switch try reader.next() {
            case .object(let line, let raw, let attributes):
                return ImportItem(file: file, line: line, raw: raw, .json(attributes))
            case .refused(let row): return ImportItem(file: file, row)
            case nil: return nil
            }
        case nil: return nil
        }
    }

    /// Opens a file without a mapping: an object in its first line means NDJSON.
    private mutating func open(_ path: String) throws {
        var buffer = try TextBuffer(path: path)
        while buffer.rest.allSatisfy(\.isSpace), !buffer.isLast, buffer.bytes.count < TextBuffer.rowLimit {
            try buffer.fill()
        }
        (guesses, rawHeader, rowsOfPart) = ([], nil, 0)
        guard let first = buffer.rest.first(where: { !$0.isSpace }) else {
            bytesBefore += buffer.source.totalBytes
            return
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            part = .lines(LineReader(buffer: buffer))
        } else {
            let csv = try CSVReader(buffer: buffer)
            let fields = reading.context.fields
            let (recipe, guesses) =
                try columns.isEmpty
                ? ImportRecipe.guess(csv, kind, fields) : ImportRecipe.chosen(csv, kind, columns, fields)
            (self.guesses, rawHeader) = (guesses, csv.rawHeader)
            part = .rows(RowImporter(csv, recipe: recipe, reading: reading))
        }
    }

    private mutating func open(_ main: String, _ joined: [String], _ mapping: ImportMapping) throws {
        let csv = try CSVReader(path: main)
        var resolver = try ColumnResolver(mapping, main: csv, joined: try joined.map { try CSVReader(path: $0) })
        let recipe = try resolver.resolve()
        var refused: [ImportItem] = []
        let tables = try resolver.tables.map { try JoinedTable($0, refused: &refused) }
        bytesBefore = try joined.reduce(0) { try $0 + ImportFiles.size($1) }
        rawHeader = csv.rawHeader
        part = .rows(RowImporter(csv, recipe: recipe, reading: reading, tables: tables, refused: refused))
    }
}
