import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/orders` (spec orders.md, "Methods").
struct OrderRoutes {
    let orders: OrderService
    let references: ReferenceBoard
    let bodyLimit: Int

    /// Elements of one request.
    static let listLimit = 1000

    func mount(on api: APIRouter) {
        api.mount(OrderOperations.register, use: register)
        api.mount(OrderOperations.list, use: list)
        api.mount(OrderOperations.show, use: show)
        api.mount(OrderOperations.delete, use: delete)
        api.mount(OrderOperations.moveStatuses, use: moveStatuses)
        api.mount(OrderOperations.activity, use: activity)
        api.mount(OrderOperations.ofCustomer, use: ofCustomer)
    }

    // MARK: Writing

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: Self.listLimit) { reader, base in
            try OrderPatch.decode(&reader, base: base, reading)
        }
        let expected = try request.expectedVersion(ofList: envelope.isList)
        guard !envelope.isList else { return try await registerList(envelope, context) }
        let registered = try await orders.register(
            try envelope.elements[0].get(), by: context.origin, startsCampaigns: !envelope.skipTriggers,
            expectedVersion: expected
        )
        return answer(registered)
    }

    private func answer(_ registered: OrderService.Registered) -> Response {
        let reference = references.current
        let order = registered.stored.order
        let isNew = registered.kind == .created
        var headers: HTTPFields = [.eTag: "\"\(order.version)\""]
        if isNew { headers[.location] = APILinks.order(order.externalID) }
        return .json(isNew ? .created : .ok, capacity: 2048, headers: headers) { writer in
            writer.key("data")
            OrderPayload.write(registered.stored, reference.book, reference.fields, &writer)
            if registered.kind == .stale { writer.object("meta") { $0.field("stale", true) } }
        }
    }

    private func registerList(_ envelope: Envelope<OrderPatch>, _ context: KeyContext) async throws -> Response {
        let results = try await orders.register(
            envelope.elements, by: context.origin, startsCampaigns: !envelope.skipTriggers
        )
        return .list(results, Self.write)
    }

    /// What became of one element of a list.
    private static func write(_ registered: OrderService.Registered, _ writer: inout JSONWriter) {
        let order = registered.stored.order
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("external_id", order.externalID)
                writer.field("updated_at", order.updatedAt)
                writer.field("version", order.version)
            }
            writer.field("id", order.externalID)
            writer.object("links") { $0.field("self", APILinks.order(order.externalID)) }
            writer.object("meta") { writer in
                writer.field("stale", registered.kind == .stale)
                writer.field("status", registered.kind == .created ? 201 : 200)
            }
            writer.field("type", "orders")
        }
    }

    @Sendable private func moveStatuses(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try StatusPatch.decode(&reader, base: base, reading)
        }
        return answer(
            try await orders.moveStatuses(
                externalID, try envelope.elements[0].get(), by: context.origin,
                expectedVersion: try request.expectedVersion()
            )
        )
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await orders.delete(
            try context.path("id"), by: context.origin, expectedVersion: try request.expectedVersion()
        )
        return .noContent
    }

    // MARK: Reading

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        let stored = try orders.order(try context.path("id"))
        return answer(OrderService.Registered(kind: .unchanged, stored: stored))
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let reading = references.current.reading
        let query = try OrderFilters.query(page, reading)
        let place: PagePlace =
            try page.after.map { .after(try OrderCursor(text: $0, sorts: query.sort)) } ?? .offset(page.offset)
        let list = try orders.list(query, place: place, limit: page.size, withLines: true)
        return collection(
            list.orders, total: list.total, page, next: page.nextLink(after: list.next?.text)
        )
    }

    @Sendable private func ofCustomer(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let (orders, total) = try orders.orders(
            ofCustomer: try context.path("id"), offset: offset, limit: page.size
        )
        let next = offset + orders.count < total ? Cursor.encode(String(offset + orders.count)) : nil
        return collection(orders, total: total, page, next: page.nextLink(after: next))
    }

    private func collection(_ orders: [StoredOrder], total: Int, _ page: PageQuery, next: String?) -> Response {
        let reference = references.current
        return CollectionAnswer(total: total, selfLink: page.selfLink, nextLink: next).response(orders) {
            OrderPayload.write($0, reference.book, reference.fields, &$1)
        }
    }

    @Sendable private func activity(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        return try ActivityAnswer.response(request, type: "order_changes") { before, limit in
            try orders.activity(of: externalID, before: before, limit: limit)
        }
    }
}
