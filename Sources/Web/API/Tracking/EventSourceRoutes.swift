import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/event-sources` and `/api/event-names` (spec tracking.md, "Events").
struct EventSourceRoutes {
    let tracking: TrackingService
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(EventOperations.sources, use: sources)
        api.mount(EventOperations.createSource, use: createSource)
        api.mount(EventOperations.showSource, use: showSource)
        api.mount(EventOperations.updateSource, use: updateSource)
        api.mount(EventOperations.deleteSource, use: deleteSource)
        api.mount(EventOperations.makeKey, use: makeKey)
        api.mount(EventOperations.revokeKey, use: revokeKey)
        api.mount(EventOperations.names, use: names)
        api.mount(EventOperations.createName, use: createName)
        api.mount(EventOperations.showName, use: showName)
        api.mount(EventOperations.updateName, use: updateName)
        api.mount(EventOperations.deleteName, use: deleteName)
    }

    // MARK: Sources

    @Sendable private func sources(_ request: Request, context: KeyContext) async throws -> Response {
        let figures = try await tracking.figures()
        return try page(tracking.book.sources, request) { source, writer in
            EventPayload.write(source, figures[source.id] ?? SourceFigures(), &writer)
        }
    }

    @Sendable private func createSource(_ request: Request, context: KeyContext) async throws -> Response {
        let patch = try await read(request) { reader, base in try EventSourcePatch.decode(&reader, base: base) }
        let source = try await tracking.create(patch, by: context.actor)
        return try await answer(source, .created, [.location: APILinks.eventSource(source.code)])
    }

    @Sendable private func showSource(_ request: Request, context: KeyContext) async throws -> Response {
        try await answer(try tracking.source(try context.path("id")))
    }

    @Sendable private func updateSource(_ request: Request, context: KeyContext) async throws -> Response {
        let patch = try await read(request) { reader, base in try EventSourcePatch.decode(&reader, base: base) }
        return try await answer(try await tracking.update(try context.path("id"), patch, by: context.actor))
    }

    @Sendable private func deleteSource(_ request: Request, context: KeyContext) async throws -> Response {
        try await tracking.delete(try context.path("id"), by: context.actor)
        return .noContent
    }

    @Sendable private func makeKey(_ request: Request, context: KeyContext) async throws -> Response {
        try await answer(try await tracking.addKey(to: try context.path("id"), by: context.actor), .created)
    }

    @Sendable private func revokeKey(_ request: Request, context: KeyContext) async throws -> Response {
        _ = try await tracking.revoke(try context.path("key"), of: try context.path("id"), by: context.actor)
        return .noContent
    }

    private func answer(
        _ source: EventSource, _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]
    ) async throws -> Response {
        let figures = try await tracking.figures()[source.id] ?? SourceFigures()
        return .json(status, headers: headers) { writer in
            writer.key("data")
            EventPayload.write(source, figures, &writer)
        }
    }

    // MARK: Names

    @Sendable private func names(_ request: Request, context: KeyContext) async throws -> Response {
        try page(tracking.book.names, request) { EventPayload.write($0, &$1) }
    }

    @Sendable private func createName(_ request: Request, context: KeyContext) async throws -> Response {
        let patch = try await read(request) { reader, base in try EventNamePatch.decode(&reader, base: base) }
        let name = try await tracking.save(patch, code: nil, by: context.actor)
        return answer(name, .created, [.location: APILinks.eventName(name.code)])
    }

    @Sendable private func showName(_ request: Request, context: KeyContext) async throws -> Response {
        let code = try context.path("id")
        guard let name = tracking.book.name(code) else { throw TrackingError.unknownName(code) }
        return answer(name)
    }

    @Sendable private func updateName(_ request: Request, context: KeyContext) async throws -> Response {
        let patch = try await read(request) { reader, base in try EventNamePatch.decode(&reader, base: base) }
        return answer(try await tracking.save(patch, code: try context.path("id"), by: context.actor))
    }

    @Sendable private func deleteName(_ request: Request, context: KeyContext) async throws -> Response {
        try await tracking.deleteName(try context.path("id"), by: context.actor)
        return .noContent
    }

    private func answer(
        _ name: EventName, _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]
    ) -> Response {
        .json(status, headers: headers) { writer in
            writer.key("data")
            EventPayload.write(name, &writer)
        }
    }

    // MARK: Parts

    private func read<Patch: Sendable>(
        _ request: Request, _ decode: (inout JSONReader, String) throws -> Patch
    ) async throws -> Patch {
        let body = try await request.jsonBody(upTo: bodyLimit)
        return try Envelope.read(body.readableBytesView, decode).elements[0].get()
    }

    /// A page of a list that is in memory.
    private func page<Element>(
        _ all: [Element], _ request: Request, _ write: (Element, inout JSONWriter) -> Void
    ) throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let next = offset + page.size < all.count ? Cursor.encode(String(offset + page.size)) : nil
        return CollectionAnswer(
            total: all.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(all.dropFirst(offset).prefix(page.size)), write)
    }
}
