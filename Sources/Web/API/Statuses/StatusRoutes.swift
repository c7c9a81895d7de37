import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/order-statuses` (spec orders.md, "Order statuses").
struct StatusRoutes {
    let statuses: StatusService
    let orders: OrderService
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(StatusOperations.list, use: list)
        api.mount(StatusOperations.create, use: create)
        api.mount(StatusOperations.show, use: show)
        api.mount(StatusOperations.update, use: update)
        api.mount(StatusOperations.delete, use: delete)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        var found = statuses.book.statuses
        if let name = page.filters["type"] {
            guard let type = OrderStatusType(rawValue: name) else {
                throw Problem.badRequest("bad_filter", "filter[type] must be general, delivery or payment.")
            }
            found = statuses.book.statuses(of: type)
        }
        let counts = orders.countsByStatus()
        let next = offset + page.size < found.count ? Cursor.encode(String(offset + page.size)) : nil
        return CollectionAnswer(
            total: found.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(found.dropFirst(offset).prefix(page.size))) { status, writer in
            Self.write(status, orders: counts[status.id] ?? 0, &writer)
        }
    }

    @Sendable private func create(_ request: Request, context: KeyContext) async throws -> Response {
        let (patch, type) = try await patch(of: request)
        guard let type else { throw Faults("/data/attributes/type", "required", "This is required.") }
        let status = try await statuses.create(type, patch, by: context.actor)
        let headers: HTTPFields = [
            .location: APILinks.status(type, code: status.code), .eTag: ContentTag(status).header,
        ]
        return .json(.created, headers: headers) { writer in
            writer.key("data")
            Self.write(status, orders: 0, &writer)
        }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        let (type, code) = try Self.identity(context)
        return answer(try status(type, code))
    }

    private func status(_ type: OrderStatusType, _ code: String) throws(StatusError) -> OrderStatus {
        guard let status = statuses.book.status(type, code: code) else { throw .unknown(type, code: code) }
        return status
    }

    /// The status as the caller has seen it; nil where it does not say.
    private func seen(_ type: OrderStatusType, _ code: String, _ request: Request) throws -> OrderStatus? {
        let status = try status(type, code)
        return try request.requireSeen(ContentTag(status)) ? status : nil
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let (type, code) = try Self.identity(context)
        let (patch, newType) = try await patch(of: request)
        guard newType == nil || newType == type else {
            throw Faults("/data/attributes/type", "fixed", "A status's type cannot be changed: make another status.")
        }
        let seen = try seen(type, code, request)
        return answer(try await statuses.update(type, code: code, patch, seen: seen, by: context.actor))
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        let (type, code) = try Self.identity(context)
        try await statuses.delete(type, code: code, seen: try seen(type, code, request), by: context.actor)
        return .noContent
    }

    private func patch(of request: Request) async throws -> (OrderStatusPatch, OrderStatusType?) {
        let body = try await request.jsonBody(upTo: bodyLimit)
        return try Envelope.read(body.readableBytesView) { reader, base in
            try OrderStatusPatch.decode(&reader, base: base)
        }.elements[0].get()
    }

    private func answer(_ status: OrderStatus) -> Response {
        .json(headers: [.eTag: ContentTag(status).header]) { writer in
            writer.key("data")
            Self.write(status, orders: orders.countsByStatus()[status.id] ?? 0, &writer)
        }
    }

    private static func identity(_ context: KeyContext) throws -> (OrderStatusType, code: String) {
        let name = try context.path("type")
        guard let type = OrderStatusType(rawValue: name) else { throw unknownType(name) }
        return (type, try context.path("code"))
    }

    private static func unknownType(_ name: String) -> Problem {
        Problem(.notFound, "unknown_type", "There is no type “\(name)”: general, delivery and payment there are.")
    }

    private static func write(_ status: OrderStatus, orders: Int, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("archived", status.isArchived)
                writer.field("code", status.code)
                writer.field("color", status.color.rawValue)
                writer.field("include_in_analytics", status.includeInAnalytics)
                writer.field("name", status.name)
                writer.field("orders", Int64(orders))
                writer.field("position", status.position)
                writer.field("type", status.type.rawValue)
            }
            writer.field("id", "\(status.type.rawValue)/\(status.code)")
            writer.object("links") { $0.field("self", APILinks.status(status.type, code: status.code)) }
            writer.field("type", "order_statuses")
        }
    }
}
