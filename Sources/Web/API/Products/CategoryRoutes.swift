import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/categories` (spec orders.md, "Products and categories").
struct CategoryRoutes {
    let categories: CategoryService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(CategoryOperations.register, use: register)
        api.mount(CategoryOperations.list, use: list)
        api.mount(CategoryOperations.show, use: show)
        api.mount(CategoryOperations.update, use: update)
        api.mount(CategoryOperations.delete, use: delete)
    }

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try CategoryPatch.decode(&reader, base: base, reading)
        }
        let results = try await categories.register(
            envelope.elements, expectedVersion: try request.expectedVersion(ofList: envelope.isList),
            by: context.actor
        )
        guard envelope.isList else {
            let (category, isNew) = try results[0].get()
            return Self.answer(category, isNew ? .created : .ok)
        }
        return .list(results) { CategoryPayload.write($0.0, isNew: $0.1, &$1) }
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try CategoryPatch.decode(&reader, base: base, externalID: externalID, reading)
        }
        let category = try await categories.update(
            try envelope.elements[0].get(), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return Self.answer(category, .ok)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await categories.delete(
            try context.path("id"), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return .noContent
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        Self.answer(try categories.category(try context.path("id")), .ok).unlessSeen(by: request)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let (found, total, next) = try categories.list(
            after: try page.after.map(Cursor.decode) ?? "", offset: page.offset, limit: page.size,
            parent: page.filters["parent_external_id"], text: page.filters["q"]
        )
        return CollectionAnswer(
            total: total, selfLink: page.selfLink, nextLink: page.nextLink(after: next.map(Cursor.encode))
        ).response(found) { CategoryPayload.write($0, &$1) }
    }

    private static func answer(_ category: Category, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(category.version)\""]
        if status == .created { headers[.location] = APILinks.category(category.externalID) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            CategoryPayload.write(category, &writer)
        }
    }
}

/// Categories as the API writes them; keys stand sorted.
enum CategoryPayload {
    static func write(_ category: Category, isNew: Bool? = nil, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("created_at", category.createdAt)
                writer.field("external_id", category.externalID)
                writer.field("name", category.name)
                writer.field("parent_external_id", category.parentExternalID)
                writer.field("updated_at", category.updatedAt)
                writer.field("version", category.version)
            }
            writer.field("id", category.externalID)
            writer.object("links") { $0.field("self", APILinks.category(category.externalID)) }
            if let isNew { writer.object("meta") { $0.field("status", isNew ? 201 : 200) } }
            writer.field("type", "categories")
        }
    }
}
