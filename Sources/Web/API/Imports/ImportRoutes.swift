import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// `/api/imports` (spec orders.md, "bulk"; Docs/importing.md).
struct ImportRoutes {
    let imports: ImportService
    /// The largest file, in bytes.
    let limit: Int

    /// Refused rows that an answer names itself; all are in the file.
    private static let inlineRows = 20

    func mount(on api: APIRouter) {
        api.mount(ImportOperations.start, use: start)
        api.mount(ImportOperations.list, use: list)
        api.mount(ImportOperations.show, use: show)
        api.mount(ImportOperations.refused, use: refused)
        api.mount(ImportOperations.cancel, use: cancel)
        api.mount(ImportOperations.undo, use: undo)
    }

    @Sendable private func start(_ request: Request, context: KeyContext) async throws -> Response {
        let query = QueryItems(request)
        let kindName = query["kind"] ?? ImportKind.orders.rawValue
        guard let kind = ImportKind(rawValue: kindName) else {
            throw Problem.badRequest("unknown_kind", "The kind must be \(ImportKind.sentence).")
        }
        try Self.require(kind, context)
        var wanted = ImportRequest()
        wanted.isDryRun = query["dry_run"] == "true"
        wanted.startsCampaigns = query["skip_triggers"] != "true"
        wanted.hasDecimalComma = query["decimal"] == "comma"
        wanted.audience = query["audience"]
        if wanted.audience != nil { try context.require(.segmentsWrite) }
        if let columns = query["columns"] { wanted.columns = try Self.columns(columns) }
        if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true {
            throw Problem(
                .unsupportedMediaType, "not_a_file", "Send the file itself as the body, without a form around it.")
        }
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit {
            throw ImportRunError.tooLarge(limit: limit)
        }
        let upload = try imports.upload(limit: limit)
        do {
            for try await chunk in request.body { try upload.write(chunk.readableBytesView) }
        } catch {
            imports.discard(upload)
            throw error
        }
        let name = query["name"] ?? "api.\(kind.rawValue)"
        let run = try await imports.start(
            upload, named: name, kind, wanted, as: .queued, by: context.key.name, author: context.actor)
        return try answer(run, .accepted)
    }

    private static func columns(_ text: String) throws -> [String: String] {
        let bad = Problem.badRequest(
            "bad_columns", #"columns must be a JSON object of paths by columns' names: {"Order no":"external_id"}."#
        )
        do {
            return try JSONReader.read(Array(text.utf8)) { reader in
                guard try reader.peek() == .object else { throw bad }
                var columns: [String: String] = [:]
                try reader.object { reader, key in
                    guard try reader.peek() == .string else { throw bad }
                    columns[key.text] = try reader.string()
                }
                return columns
            }
        } catch is JSONError {
            throw bad
        }
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let cursor = try page.after.map { text in
            guard let id = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return ImportRun.ID(rawValue: id)
        }
        let (found, total, next) = try imports.list(before: cursor, offset: page.offset, limit: page.size)
        return CollectionAnswer(
            total: total, selfLink: page.selfLink,
            nextLink: page.nextLink(after: next.map { Cursor.encode(String($0.rawValue)) })
        ).response(found) { ImportPayload.write($0, [], &$1) }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        try answer(try run(context), .ok)
    }

    @Sendable private func refused(_ request: Request, context: KeyContext) async throws -> Response {
        RefusedDownload.response(try run(context), imports)
    }

    @Sendable private func cancel(_ request: Request, context: KeyContext) async throws -> Response {
        try answer(try await imports.cancel(try run(context).id), .ok)
    }

    @Sendable private func undo(_ request: Request, context: KeyContext) async throws -> Response {
        let run = try run(context)
        if let kind = ImportKind(rawValue: run.kind) { try Self.require(kind, context) }
        return try answer(try await imports.startUndo(run.id, author: context.actor), .accepted)
    }

    /// What a key must be allowed beside `orders:write`, to import things of a kind or to undo it.
    private static func require(_ kind: ImportKind, _ context: KeyContext) throws {
        switch kind {
        case .orders, .receipts: break
        case .customers: try context.require(.customersWrite)
        case .products: try context.require(.productsWrite)
        }
    }

    private func run(_ context: KeyContext) throws -> ImportRun {
        guard let id = Int64(try context.path("id")) else { throw ImportRunError.unknown }
        return try imports.run(ImportRun.ID(rawValue: id))
    }

    private func answer(_ run: ImportRun, _ status: HTTPResponse.Status) throws -> Response {
        let rows = try imports.refused(run.id, limit: Self.inlineRows)
        let headers: HTTPFields = status == .accepted ? [.location: APILinks.importRun(run.id), .retryAfter: "1"] : [:]
        return .json(status, headers: headers) { writer in
            writer.key("data")
            ImportPayload.write(run, rows, &writer)
        }
    }
}

/// Imports as the API writes them; keys stand sorted.
enum ImportPayload {
    static func write(_ run: ImportRun, _ refused: [RefusedItem], _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("actor", run.actor)
                writer.field("bytes_done", run.bytesDone)
                writer.field("bytes_total", run.bytesTotal)
                writer.field("created", run.created)
                writer.field("finished_at", run.finishedAt)
                writer.field("kind", run.kind)
                writer.field("name", run.source)
                writer.field("reason", run.reason)
                writer.field("refused", run.refused)
                writer.array("refused_rows") { writer in
                    for row in refused {
                        writer.object { writer in
                            writer.field("line", row.line)
                            writer.field("reason", row.reason)
                        }
                    }
                }
                writer.field("rows_done", run.itemsDone)
                writer.field("started_at", run.startedAt)
                writer.field("state", run.state.rawValue)
                writer.field("unchanged", run.unchanged)
                writer.object("undone") { writer in
                    writer.field("deleted", run.undone.deleted)
                    writer.field("left", run.undone.left)
                    writer.field("restored", run.undone.restored)
                }
                writer.field("updated", run.updated)
            }
            writer.field("id", String(run.id.rawValue))
            writer.object("links") { writer in
                if run.refused > 0 { writer.field("refused", APILinks.refusedRows(run.id)) }
                writer.field("self", APILinks.importRun(run.id))
            }
            writer.field("type", "imports")
        }
    }
}

/// The rows that an import refused, as an answer that is read page by page while it is sent.
enum RefusedDownload {
    private static let pageSize = 200

    static func response(_ run: ImportRun, _ imports: ImportService) -> Response {
        let file = RefusedFile(run)
        let name = "refused-\(run.id.rawValue).\(file.isCSV ? "csv" : "ndjson")"
        return Response(
            status: .ok,
            headers: [
                .contentType: file.isCSV ? "text/csv; charset=utf-8" : "application/x-ndjson",
                .cacheControl: "private, no-store", .contentDisposition: "attachment; filename=\"\(name)\"",
            ],
            body: ResponseBody { writer in
                if !file.head.isEmpty { try await writer.write(ByteBuffer(string: file.head)) }
                var rows = try imports.refused(run.id, limit: pageSize)
                while let last = rows.last {
                    try await writer.write(ByteBuffer(string: rows.map(file.text).joined()))
                    rows = try imports.refused(run.id, after: last.item, limit: pageSize)
                }
                try await writer.finish(nil)
            }
        )
    }
}
