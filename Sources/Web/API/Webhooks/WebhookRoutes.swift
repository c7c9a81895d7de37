import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/webhooks` (spec operations.md, "Outgoing webhooks").
struct WebhookRoutes {
    let webhooks: WebhookService
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(WebhookOperations.list, use: list)
        api.mount(WebhookOperations.create, use: create)
        api.mount(WebhookOperations.show, use: show)
        api.mount(WebhookOperations.update, use: update)
        api.mount(WebhookOperations.rotate, use: rotate)
        api.mount(WebhookOperations.delete, use: delete)
        api.mount(WebhookOperations.test, use: test)
        api.mount(WebhookOperations.replayAll, use: replayAll)
        api.mount(WebhookOperations.deliveries, use: deliveries)
        api.mount(WebhookOperations.delivery, use: delivery)
        api.mount(WebhookOperations.replay, use: replay)
    }

    // MARK: Webhooks

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let all = try await webhooks.all()
        let next = offset + page.size < all.count ? Cursor.encode(String(offset + page.size)) : nil
        let now = webhooks.now
        return CollectionAnswer(total: all.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next))
            .response(Array(all.dropFirst(offset).prefix(page.size))) {
                WebhookPayload.write($0.webhook, $0.counts, at: now, &$1)
            }
    }

    /// The secret is answered here and where it is replaced, and nowhere else.
    @Sendable private func create(_ request: Request, context: KeyContext) async throws -> Response {
        let webhook = try await webhooks.create(try await patch(of: request), by: context.actor)
        return .json(.created, headers: [.location: APILinks.webhook(webhook.id)]) { writer in
            writer.key("data")
            WebhookPayload.write(webhook, .init(), withSecret: true, at: webhooks.now, &writer)
        }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        try await answer(try webhooks.get(try context.path("id")))
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        try await answer(
            try await webhooks.update(try context.path("id"), try await patch(of: request), by: context.actor))
    }

    @Sendable private func rotate(_ request: Request, context: KeyContext) async throws -> Response {
        let webhook = try await webhooks.rotateSecret(of: try context.path("id"), by: context.actor)
        return try await answer(webhook, withSecret: true)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await webhooks.delete(try context.path("id"), by: context.actor)
        return .noContent
    }

    private func answer(_ webhook: Webhook, withSecret: Bool = false) async throws -> Response {
        let counts = try await webhooks.counts(of: webhook.id)
        return .json { writer in
            writer.key("data")
            WebhookPayload.write(webhook, counts, withSecret: withSecret, at: webhooks.now, &writer)
        }
    }

    private func patch(of request: Request) async throws -> WebhookPatch {
        let body = try await request.jsonBody(upTo: bodyLimit)
        return try Envelope.read(body.readableBytesView) { reader, base in
            try WebhookPatch.decode(&reader, base: base)
        }.elements[0].get()
    }

    // MARK: Messages

    @Sendable private func test(_ request: Request, context: KeyContext) async throws -> Response {
        let delivery = try await webhooks.test(try context.path("id"))
        return .json(.accepted, headers: [.location: APILinks.webhookDelivery(delivery)]) { writer in
            writer.key("data")
            WebhookPayload.write(delivery, attempts: [], &writer)
        }
    }

    @Sendable private func deliveries(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let state = try page.filters["state"].map(Self.state)
        let before = try page.after.map { text in
            guard let id = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return id
        }
        let webhook = try webhooks.get(try context.path("id"))
        let found = try webhooks.deliveries(
            of: String(webhook.id.rawValue), state: state, before: before ?? .max, limit: page.size
        )
        let counts = try await webhooks.counts(of: webhook.id)
        let next = found.count == page.size ? found.last.map { Cursor.encode(String($0.delivery.id.rawValue)) } : nil
        return CollectionAnswer(
            total: counts.total(of: state), selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(found) { WebhookPayload.write($0.delivery, attempts: $0.attempts, &$1) }
    }

    @Sendable private func delivery(_ request: Request, context: KeyContext) async throws -> Response {
        let found = try webhooks.delivery(try context.path("delivery"), of: try context.path("id"))
        return .json { writer in
            writer.key("data")
            WebhookPayload.write(found.delivery, attempts: found.attempts, &writer)
        }
    }

    @Sendable private func replay(_ request: Request, context: KeyContext) async throws -> Response {
        try await webhooks.replay(try context.path("delivery"), of: try context.path("id"))
        return Response.json(.accepted) { $0.object("meta") { $0.field("replayed", 1) } }
    }

    @Sendable private func replayAll(_ request: Request, context: KeyContext) async throws -> Response {
        let count = try await webhooks.replayAll(of: try context.path("id"))
        return Response.json(.accepted) { $0.object("meta") { $0.field("replayed", Int64(count)) } }
    }

    private static func state(_ name: String) throws -> WebhookDelivery.State {
        guard let state = WebhookDelivery.State(rawValue: name) else {
            let known = WebhookDelivery.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("unknown_state", "There is no state “\(name)”. Known are: \(known).")
        }
        return state
    }
}
