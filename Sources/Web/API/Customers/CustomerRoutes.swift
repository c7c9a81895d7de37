import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/customers` (spec orders.md, "Customers").
struct CustomerRoutes {
    let customers: CustomerService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(CustomerOperations.register, use: register)
        api.mount(CustomerOperations.list, use: list)
        api.mount(CustomerOperations.show, use: show)
        api.mount(CustomerOperations.update, use: update)
        api.mount(CustomerOperations.erase, use: erase)
        api.mount(CustomerOperations.export, use: export)
        api.mount(CustomerOperations.merge, use: merge)
    }

    // MARK: Writing

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try CustomerPatch.decode(&reader, base: base, reading)
        }
        let results = try await customers.register(
            envelope.elements, by: context.origin, startsCampaigns: !envelope.skipTriggers,
            expectedVersion: try request.expectedVersion(ofList: envelope.isList)
        )
        guard envelope.isList else {
            let (profile, isNew) = try results[0].get()
            return answer(profile, isNew ? .created : .ok)
        }
        let fields = references.current.fields
        return .list(results) { CustomerPayload.write($0.0, fields, isNew: $0.1, &$1) }
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try CustomerPatch.decode(&reader, base: base, externalID: externalID, reading)
        }
        let profile = try await customers.update(
            try envelope.elements[0].get(), by: context.origin, expectedVersion: try request.expectedVersion()
        )
        return answer(profile, .ok)
    }

    /// Erases a person; the orders stay, anonymous.
    @Sendable private func erase(_ request: Request, context: KeyContext) async throws -> Response {
        try await customers.erase(
            try context.path("id"), by: context.origin, actor: context.actor,
            expectedVersion: try request.expectedVersion()
        )
        return .noContent
    }

    @Sendable private func merge(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try CustomerMergeOrder.decode(&reader, base: base, reading)
        }
        let merged = try await customers.merge(
            externalID, into: try envelope.elements[0].get().into, by: context.origin, actor: context.actor,
            expectedVersion: try request.expectedVersion()
        )
        return answer(merged.profile, .ok) { writer in
            writer.field("merged", merged.isNew)
            writer.field("orders_moved", Int64(merged.ordersMoved))
        }
    }

    // MARK: Reading

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        answer(try customers.customer(try context.path("id")), .ok)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let reading = references.current.reading
        let query = try CustomerFilters.query(page, reading)
        let place: CustomerPlace =
            try page.after.map { .after(try CustomerCursor(text: $0, sorts: query.sort)) } ?? .offset(page.offset)
        let list = try customers.list(query, place: place, limit: page.size)
        return CollectionAnswer(
            total: list.total, selfLink: page.selfLink, nextLink: page.nextLink(after: list.next?.text)
        ).response(list.customers) { CustomerPayload.write($0, reading.fields, &$1) }
    }

    /// All that is held of one person.
    @Sendable private func export(_ request: Request, context: KeyContext) async throws -> Response {
        // It holds orders too, and so asks for both scopes.
        try context.require(.ordersRead)
        let dossier = try await customers.dossier(try context.path("id"), for: context.actor)
        return .json(capacity: 4096 + dossier.orders.count * 4096) { writer in
            DossierPayload.write(dossier, references.current, at: customers.now, &writer)
        }
    }

    private func answer(
        _ profile: CustomerService.Profile, _ status: HTTPResponse.Status,
        meta: ((inout JSONWriter) -> Void)? = nil
    ) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(profile.customer.version)\""]
        if status == .created { headers[.location] = APILinks.customer(profile.customer.externalID) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            CustomerPayload.write(profile, references.current.fields, &writer)
            if let meta { writer.object("meta", meta) }
        }
    }
}
