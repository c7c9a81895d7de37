import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// `/api/exports` (spec orders.md, "export"; Docs/exporting.md).
struct ExportRoutes {
    let exports: ExportService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(ExportOperations.start, use: start)
        api.mount(ExportOperations.list, use: list)
        api.mount(ExportOperations.show, use: show)
        api.mount(ExportOperations.cancel, use: cancel)
        api.mount(ExportOperations.file, use: file)
    }

    /// What a key must be allowed to read, to export it.
    private static func scopes(_ request: ExportRequest) -> [Scope] {
        let hasPerson = request.columns.contains { $0.hasPrefix("customer.") }
        return switch request.object {
        case .orders, .orderLines, .receipts, .receiptLines: hasPerson ? [.ordersRead, .customersRead] : [.ordersRead]
        case .customers: [.customersRead]
        case .products: [.productsRead]
        }
    }

    private func require(_ request: ExportRequest, _ context: KeyContext) throws {
        if let feature = request.object.feature { try references.require(feature) }
        if request.segment != nil { try context.require(.segmentsRead) }
        for scope in Self.scopes(request) { try context.require(scope) }
    }

    @Sendable private func start(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try ExportRequest.decode(&reader, base: base, reading)
        }
        let wanted = try envelope.elements[0].get()
        try require(wanted, context)
        let run = try await exports.start(wanted, by: context.key.name, author: context.actor)
        return Self.answer(run, .accepted)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let cursor = try page.after.map { text in
            guard let id = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return ExportRun.ID(rawValue: id)
        }
        let (found, total, next) = try exports.list(before: cursor, offset: page.offset, limit: page.size)
        return CollectionAnswer(
            total: total, selfLink: page.selfLink,
            nextLink: page.nextLink(after: next.map { Cursor.encode(String($0.rawValue)) })
        ).response(found) { ExportPayload.write($0, &$1) }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        Self.answer(try run(context), .ok)
    }

    @Sendable private func cancel(_ request: Request, context: KeyContext) async throws -> Response {
        _ = try await exports.cancel(try run(context).id)
        return .noContent
    }

    @Sendable private func file(_ request: Request, context: KeyContext) async throws -> Response {
        let run = try run(context)
        guard run.state.isFinal else { return Self.answer(run, .accepted) }
        return try await ExportDownload.response(run, exports, context)
    }

    private func run(_ context: KeyContext) throws -> ExportRun {
        guard let id = Int64(try context.path("id")) else { throw ExportError.unknown }
        let run = try exports.run(ExportRun.ID(rawValue: id))
        try require(run.request, context)
        return run
    }

    private static func answer(_ run: ExportRun, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [:]
        if status == .accepted {
            headers[.location] = APILinks.export(run.id)
            headers[.retryAfter] = "1"
        }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            ExportPayload.write(run, &writer)
        }
    }
}

/// Exports as the API writes them; keys stand sorted.
enum ExportPayload {
    static func write(_ run: ExportRun, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                run.request.write(&writer)
                writer.field("bytes", run.bytes)
                writer.field("created_at", run.createdAt)
                writer.field("expires_at", run.expiresAt)
                writer.field("finished_at", run.finishedAt)
                writer.field("reason", run.reason)
                writer.field("rows_done", run.rowsDone)
                writer.field("rows_total", run.rowsTotal)
                writer.field("state", run.state.rawValue)
            }
            writer.field("id", String(run.id.rawValue))
            writer.object("links") { writer in
                if run.state == .done {
                    writer.field("download", Links.download(run))
                    writer.field("file", APILinks.exportFile(run.id))
                }
                writer.field("self", APILinks.export(run.id))
            }
            writer.field("type", "exports")
        }
    }
}

/// The file of an export, as an answer.
enum ExportDownload {
    /// - Throws: 410 when there is no file, or no longer.
    static func response(
        _ run: ExportRun, _ exports: ExportService, _ context: some RequestContext
    ) async throws -> Response {
        let body: ResponseBody
        switch exports.file(of: run) {
        case .path(let path): body = try await FileIO().loadFile(path: path, context: context)
        case .stored(let name): body = try await stored(name, exports)
        case nil:
            let reason = run.state == .failed ? run.reason ?? "The export failed." : "The file of this export is gone."
            throw Problem(.gone, "export_gone", "\(reason) Ask for it anew.")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: type(run.request), .cacheControl: "private, no-store", .contentLength: String(run.bytes),
                .contentDisposition: "attachment; filename=\"\(run.fileName)\"", .referrerPolicy: "no-referrer",
            ], body: body
        )
    }

    /// A file in the database, read part by part while it is sent.
    private static func stored(_ name: String, _ exports: ExportService) async throws -> ResponseBody {
        guard let first = try await exports.part(0, of: name) else {
            throw Problem(.gone, "export_gone", "The file of this export is gone. Ask for it anew.")
        }
        return ResponseBody { writer in
            var (bytes, next): ([UInt8], Int64) = (first, 1)
            while true {
                try await writer.write(ByteBuffer(bytes: bytes))
                guard let more = try await exports.part(next, of: name) else { break }
                (bytes, next) = (more, next + 1)
            }
            try await writer.finish(nil)
        }
    }

    private static func type(_ request: ExportRequest) -> String {
        switch request.format {
        case .csv: "text/csv; charset=utf-8"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .ndjson: "application/x-ndjson"
        }
    }
}
