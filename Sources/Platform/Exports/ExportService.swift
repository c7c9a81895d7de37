import Database
import Domain
import Foundation
import Storage

/// Brings what is stored out, as files (spec orders.md, "export"; Docs/exporting.md).
package struct ExportService: Sendable {
    let engine: Engine
    let references: ReferenceBoard
    let surroundings: Surroundings
    let identifiers: Identifiers
    let audit: AuditLog
    let segments: SegmentService
    /// Where the files are.
    let directory: String
    let files: RunFiles
    let runs = ExportRunStore()

    /// How many may wait at once.
    private static let waitingLimit = 100

    // MARK: What can be asked for

    /// The columns that an object can be exported with.
    package func columns(of object: ExportObject) -> [ExportColumn] {
        ExportCatalogue.columns(of: object, references.current.fields)
    }

    /// The columns of an export that names none: what profiles show (spec orders.md, "Fields").
    package func standardColumns(of object: ExportObject) -> [String] {
        let known = Set(columns(of: object).map(\.path))
        let view = references.current.fields.profileCodes(object.fieldObject).map { object.prefix + $0 }
        // Without the order, nobody could tell what a line belongs to.
        return ["external_id"] + view.filter { known.contains($0) && $0 != "external_id" }
    }

    /// The request with its columns named, or all that is wrong with it.
    package func checked(_ request: ExportRequest, base: String = "/data/attributes") throws(Faults) -> ExportRequest {
        var (request, faults) = (request, [Fault]())
        let known = columns(of: request.object)
        for (index, path) in request.columns.enumerated() {
            if !known.contains(where: { $0.path == path }) {
                let names = known.map(\.path).joined(separator: ", ")
                let detail = "There is no column “\(path)”. Known are: \(names)."
                faults.append(Fault("\(base)/columns/\(index)", "unknown_column", detail))
            } else if request.columns[..<index].contains(path) {
                faults.append(Fault("\(base)/columns/\(index)", "duplicate_column", "This column stands twice."))
            }
        }
        do throws(Refusal) {
            try checkFilters(request)
        } catch {
            faults.append(Fault("\(base)/filter", error.code, error.detail))
        }
        guard faults.isEmpty else { throw Faults(faults) }
        if request.columns.isEmpty { request.columns = standardColumns(of: request.object) }
        return request
    }

    private func checkFilters(_ request: ExportRequest) throws(Refusal) {
        if let code = request.segment, !segments.book.contains(code) {
            throw Refusal("unknown_segment", "There is no segment “\(code)”.")
        }
        let request = request.withoutSegment
        switch request.object {
        case .orders, .orderLines: _ = try OrderQuery(filters: request.filters, references.current.reading)
        case .receipts, .receiptLines: _ = try ReceiptQuery(filters: request.filters, references.current.reading)
        case .customers: _ = try CustomerQuery(filters: request.filters, references.current.reading)
        case .products: _ = try ProductQuery(filters: request.filters, references.current.reading)
        }
    }

    // MARK: Runs

    /// Asks for an export; a worker makes it.
    ///
    /// - Parameter author: Who asks, for the audit log.
    /// - Throws: `Faults` for what is wrong with the request, `ExportError.tooMany`.
    package func start(
        _ request: ExportRequest, by actor: String, author: Actor? = nil
    ) async throws -> ExportRun {
        let request = try checked(request)
        return try await engine.write { [self] tx in
            let waiting = try runs.openCount(tx)
            guard waiting < Self.waitingLimit else { throw ExportError.tooMany(waiting) }
            let now = surroundings.now()
            let run = ExportRun(
                id: identifiers.next(at: now), request: request, actor: actor, token: surroundings.token(length: 43),
                createdAt: now
            )
            try runs.insert(run, tx)
            try audit.append(
                tx,
                AuditEntry(
                    .exportStarted, run.auditObject, by: author ?? Actor(.system, actor, .system), after: run.facts
                ))
            return run
        }
    }

    /// - Throws: `ExportError.unknown`.
    package func run(_ id: ExportRun.ID) throws -> ExportRun {
        guard let run = try engine.read({ tx in try runs.get(id, tx) }) else { throw ExportError.unknown }
        return run
    }

    /// The run that a link names.
    ///
    /// - Throws: `ExportError.unknown`.
    package func run(token: String) throws -> ExportRun {
        guard let run = try engine.read({ tx in try runs.find(token: token, tx) }) else { throw ExportError.unknown }
        return run
    }

    /// Writes into the audit log that a file was fetched.
    package func noteDownload(_ run: ExportRun, from address: String) async throws {
        let actor = Actor(.system, "whoever has the link", .screen, address: address)
        try await audit.note(AuditEntry(.exportDownloaded, run.auditObject, by: actor, after: run.facts))
    }

    /// The newest runs: one page, and how many there are.
    package func list(
        before cursor: ExportRun.ID? = nil, offset: Int = 0, limit: Int
    ) throws -> (page: [ExportRun], total: Int, next: ExportRun.ID?) {
        try engine.read { tx in
            let found = try runs.page(before: cursor, offset: offset, limit: limit + 1, tx)
            let page = Array(found.prefix(limit))
            return (page, try runs.count(tx), found.count > limit ? page.last?.id : nil)
        }
    }

    /// Cancels an export that has not finished; the file of one that has goes.
    ///
    /// - Throws: `ExportError.unknown`.
    package func cancel(_ id: ExportRun.ID) async throws -> ExportRun {
        let run = try await engine.write { [self] tx in
            guard try runs.get(id, tx) != nil else { throw ExportError.unknown }
            try runs.cancel(id, at: surroundings.now(), tx)
            guard let run = try runs.get(id, tx) else { throw ExportError.unknown }
            return run
        }
        try await removeFile(of: run)
        return run
    }

    /// Where the file of an export is.
    package enum File: Sendable {
        case path(String)
        /// In the database, by the name that `part` takes.
        case stored(String)
    }

    /// The file of an export that is done and whose time is not over; nil otherwise.
    package func file(of run: ExportRun) -> File? {
        guard run.state == .done, let end = run.expiresAt, surroundings.now() < end else { return nil }
        return run.file.map(File.stored) ?? .path(filePath(run))
    }

    /// The bytes of a part of a file in the database, the first of which is 0; nil behind the last one.
    package func part(_ part: Int64, of name: String) async throws -> [UInt8]? {
        try await files.part(part, of: name)
    }

    /// Where the file is made; where nodes may share the directory each makes its own.
    func filePath(_ run: ExportRun) -> String {
        "\(directory)/\(run.id.rawValue)\(files.areUsed ? "-" + run.holder : "").\(run.request.format)"
    }

    func removeFile(of run: ExportRun) async throws {
        // One that is not there is gone as it should be; what cannot be removed now is with the next clearing up.
        do { try FileManager.default.removeItem(atPath: filePath(run)) } catch {}
        if let file = run.file { try await files.remove(file) }
    }

    // MARK: Reading

    /// What a request reads, as of now.
    ///
    /// Who is in a segment is asked once, and kept by eight bytes a customer: so the file is of one moment, and each page
    /// is read by customers.
    func source(_ asked: ExportRequest, _ tx: Connection) throws -> ExportSource {
        let customers = try asked.segment.map { try segments.customers(in: $0, tx) }
        let request = asked.withoutSegment
        var conditions: SQL = "TRUE"
        var candidates: Set<Int64>?
        switch request.object {
        case .orders, .orderLines:
            let query = try OrderQuery(filters: request.filters, references.current.reading)
            let customer = try query.customerExternalID.flatMap { try CustomerStore().find($0, tx) }
            conditions = ExportSource.orders(matching: query, references.current.book, customer: customer)
            var pointers = try query.custom.map { try OrderSearch().pointer(matching: $0, tx) }
            if let text = query.text { pointers.append(try OrderSearch().pointer(matching: text, personal: true, tx)) }
            for pointer in pointers {
                let orders = Set(try ExportSource.orders(of: pointer, tx))
                candidates = candidates?.intersection(orders) ?? orders
            }
        case .customers:
            let query = try CustomerQuery(filters: request.filters, references.current.reading)
            candidates = try CustomerStore().candidates(query, tx).map { Set($0.map(\.rawValue)) }
            conditions = try ExportSource.customers(matching: query, tx)
        case .receipts, .receiptLines:
            let query = try ReceiptQuery(filters: request.filters, references.current.reading)
            let customer = try query.customerExternalID.flatMap { try CustomerStore().find($0, tx) }
            let order = try query.orderExternalID.flatMap { try OrderStore().find($0, tx) }
            conditions = ExportSource.receipts(matching: query, customer: customer, order: order)
            var pointers = try query.custom.map { try ReceiptStore().pointer(matching: $0, tx) }
            if let text = query.text { pointers.append(try ReceiptStore().pointer(matching: text, personal: true, tx)) }
            for pointer in pointers {
                let receipts = Set(try ExportSource.receipts(of: pointer, tx))
                candidates = candidates?.intersection(receipts) ?? receipts
            }
        case .products:
            conditions = ProductStore.conditions(try ProductQuery(filters: request.filters, references.current.reading))
        }
        return try ExportSource(
            request.object, paths: request.columns, references.current.fields, conditions: conditions,
            candidates: candidates, customers: customers, tx
        )
    }

    /// Writes an export to its end.
    ///
    /// - Parameter progress: Called after each page with the rows so far and all there are to be, and with the bytes.
    /// - Returns: The rows and bytes that were written.
    func write(
        _ request: ExportRequest, rowsPerSheet: Int? = nil, to target: Target,
        progress: @Sendable (_ rows: Int64, _ total: Int64, _ bytes: Int64) async throws -> Void
    ) async throws -> (rows: Int64, bytes: Int64) {
        let reference = references.current
        let (source, total) = try await engine.readLong { [self] tx -> (ExportSource, Int64) in
            let source = try self.source(request, tx)
            return (source, try source.count(tx))
        }
        let file =
            switch target {
            case .path(let path):
                try ExportFile(request, source, reference, path: path, rowsPerSheet: rowsPerSheet)
            case .handle(let handle): try ExportFile(request, source, reference, handle: handle)
            }
        var (place, rows): (ExportSource.Place?, Int64) = (ExportSource.Place(), 0)
        while let current = place {
            try Task.checkCancellation()
            let page = try await engine.readLong { tx in try file.add(from: current, tx) }
            (place, rows) = (page.next, rows + page.rows)
            try await progress(rows, total, file.byteCount)
        }
        try await engine.readLong { _ in try file.finish() }
        return (rows, file.byteCount)
    }

    /// Where an export is written to.
    enum Target: Sendable {
        case path(String)
        case handle(FileHandle)
    }

    /// Writes an export to a file or to standard output at once, without a run, as the command line does.
    ///
    /// The file stands under its name only once it is whole.
    ///
    /// - Parameter path: Nil for standard output, which takes no workbooks.
    /// - Throws: `Faults` for what is wrong with the request, `ExportError`.
    package func write(
        _ request: ExportRequest, to path: String?, rowsPerSheet: Int? = nil,
        progress: @Sendable (_ rows: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws -> Int64 {
        let request = try checked(request)
        let name = "Export of \(request.object.rawValue)"
        let facts = [
            "of": request.object.rawValue, "format": request.format.rawValue, "file": path ?? "standard output",
        ]
        try await audit.note(
            AuditEntry(.exportStarted, AuditObject(.export, "command line", name: name), by: .cli, after: facts)
        )
        guard let path else {
            return try await write(request, to: .handle(.standardOutput)) { rows, total, _ in progress(rows, total) }
                .rows
        }
        let part = path + ".part"
        do {
            let written = try await write(request, rowsPerSheet: rowsPerSheet, to: .path(part)) { rows, total, _ in
                progress(rows, total)
            }
            try Self.settle(part, as: path)
            return written.rows
        } catch {
            do { try FileManager.default.removeItem(atPath: part) } catch {}
            throw error
        }
    }

    /// Brings a file to disk, and gives it its name.
    static func settle(_ part: String, as path: String) throws {
        let descriptor = open(part, O_RDONLY)
        guard descriptor >= 0 else { throw ExportError.disk("The file \(part) is not there any more.") }
        let isSafe = fsync(descriptor) == 0
        close(descriptor)
        guard isSafe, rename(part, path) == 0 else {
            throw ExportError.disk("The file \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
