import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/health/live`, `/health/ready` and `/metrics` (spec operations.md, "Observability").
struct HealthRoutes {
    let services: Services
    let requests: RequestMetrics
    /// Whether the metrics answer anybody (setting `metrics.open`).
    let isOpen: Bool

    func mount(on router: Router<WebContext>) {
        router.get("health/live") { _, _ in Response.json { $0.field("status", "live") } }
        router.get("health/ready", use: ready)
        router.get("metrics", use: metrics)
    }

    @Sendable private func ready(_ request: Request, context: WebContext) async throws -> Response {
        do {
            try await services.checkStorage()
        } catch {
            throw Problem(
                .serviceUnavailable, "not_ready", "The database cannot be read or written just now.", retryAfter: 5
            )
        }
        return .json { $0.field("status", "ready") }
    }

    /// - Throws: 401 or 403 for who asks from elsewhere without a key that has the scope.
    private func requireAccess(_ request: Request, _ context: WebContext) throws {
        let isForwarded = request.headers[.forwardedFor] != nil
        let isHere = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].contains(context.address) && !isForwarded
        if isOpen || isHere { return }
        guard let text = request.headers[.authorization].flatMap(KeyMiddleware.bearer),
            let key = try services.keys.authenticate(text)
        else { throw Problem.unauthorized }
        guard key.allows(.metricsRead) else { throw Problem.forbidden(.metricsRead) }
    }

    @Sendable private func metrics(_ request: Request, context: WebContext) async throws -> Response {
        try requireAccess(request, context)
        var text = PrometheusText()
        requests.write(to: &text)
        let load = services.load
        text.add("reorder_commits_total", .counter, "Commits of the database.", Double(load.commits))
        text.add("reorder_writes_total", .counter, "Writes, several of which may share a commit.", Double(load.writes))
        text.add(
            "reorder_write_queue", .gauge, "Writes that wait for a commit.", Double(load.queued)
        )
        text.add("reorder_orders", .gauge, "Orders that are not deleted.", Double(services.orders.count))
        text.add(
            "reorder_live_pages", .gauge, "Open pages that follow changes.", Double(services.orders.live.listenerCount))
        try await WebhookMetrics.write(services.webhooks, now: services.surroundings.now(), to: &text)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(bytes: Array(text.text.utf8))
        )
    }
}
