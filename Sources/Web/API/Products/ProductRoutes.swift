import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/products` (spec orders.md, "Products and categories").
struct ProductRoutes {
    let products: ProductService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(ProductOperations.register, use: register)
        api.mount(ProductOperations.list, use: list)
        api.mount(ProductOperations.show, use: show)
        api.mount(ProductOperations.update, use: update)
        api.mount(ProductOperations.delete, use: delete)
    }

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try ProductPatch.decode(&reader, base: base, reading)
        }
        let results = try await products.register(
            envelope.elements, expectedVersion: try request.expectedVersion(ofList: envelope.isList),
            by: context.actor
        )
        guard envelope.isList else {
            let (product, isNew) = try results[0].get()
            return answer(product, isNew ? .created : .ok)
        }
        let fields = references.current.fields
        return .list(results) { ProductPayload.write($0.0, fields, isNew: $0.1, &$1) }
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try ProductPatch.decode(&reader, base: base, externalID: externalID, reading)
        }
        let product = try await products.update(
            try envelope.elements[0].get(), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return answer(product, .ok)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await products.delete(
            try context.path("id"), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return .noContent
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        answer(try products.product(try context.path("id")), .ok)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let reading = references.current.reading
        let (found, total, next) = try products.list(
            try page.query { filters throws(Refusal) in try ProductQuery(filters: filters, reading) },
            after: try page.after.map(Cursor.decode) ?? "", offset: page.offset, limit: page.size
        )
        return CollectionAnswer(
            total: total, selfLink: page.selfLink, nextLink: page.nextLink(after: next.map(Cursor.encode))
        ).response(found) { ProductPayload.write($0, references.current.fields, &$1) }
    }

    private func answer(_ product: Product, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(product.version)\""]
        if status == .created { headers[.location] = APILinks.product(product.externalID) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            ProductPayload.write(product, references.current.fields, &writer)
        }
    }
}

/// Products as the API writes them; keys stand sorted, custom fields come last.
enum ProductPayload {
    static func write(
        _ product: Product, _ custom: FieldBook, isNew: Bool? = nil, _ writer: inout JSONWriter
    ) {
        let fields = product.fields
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("category_external_id", fields.text(.category))
                writer.field("created_at", product.createdAt)
                writer.field("external_id", product.externalID)
                writer.field("image_url", fields.text(.imageURL))
                writer.field("name", fields.text(.name))
                writer.field("price", fields.money(.price))
                writer.field("sku", fields.text(.sku))
                writer.field("stock", fields.quantity(.stock))
                writer.field("updated_at", product.updatedAt)
                writer.field("url", fields.text(.url))
                writer.field("version", product.version)
                writer.fields(product.custom, custom.custom(.product))
            }
            writer.field("id", product.externalID)
            writer.object("links") { $0.field("self", APILinks.product(product.externalID)) }
            if let isNew { writer.object("meta") { $0.field("status", isNew ? 201 : 200) } }
            writer.field("type", "products")
        }
    }
}
