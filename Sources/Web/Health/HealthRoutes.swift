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
        Self.write(services.load, to: &text)
        text.add("reorder_orders", .gauge, "Orders that are not deleted.", Double(services.orders.count))
        text.add(
            "reorder_live_pages", .gauge, "Open pages that follow changes.", Double(services.orders.live.listenerCount))
        let now = services.surroundings.now()
        let backlogs = [
            (kind: "import", backlog: try services.imports.backlog()),
            (kind: "export", backlog: try services.exports.backlog()),
        ]
        RunMetrics.write(backlogs, now: now, to: &text)
        try await WebhookMetrics.write(services.webhooks, now: now, to: &text)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(bytes: Array(text.text.utf8))
        )
    }

    private static func write(_ load: ServiceLoad, to text: inout PrometheusText) {
        text.add("reorder_commits_total", .counter, "Commits of the database.", Double(load.commits))
        text.add("reorder_writes_total", .counter, "Writes, several of which may share a commit.", Double(load.writes))
        let sizes = load.commitsBySize.enumerated().map { (bound: String(1 << $0), count: $1) }
        text.histogram("reorder_commit_writes", "Writes of a commit.", sizes, sum: Double(load.writes))
        text.add(
            "reorder_commit_seconds_total", .counter, "What commits took together, flushes included.",
            load.commitTime.seconds
        )
        text.add("reorder_write_queue", .gauge, "Writes that wait for a commit.", Double(load.queued))
        text.add(
            "reorder_write_queue_oldest_seconds", .gauge, "How long the oldest of them has waited.",
            load.oldestAge.seconds
        )
        text.add("reorder_database_bytes", .gauge, "Size of the database.", Double(load.databaseBytes))
        text.add("reorder_write_log_bytes", .gauge, "Size of the log of writes.", Double(load.writeLogBytes))
        if let free = load.freeBytes {
            text.add("reorder_disk_free_bytes", .gauge, "What the disk of the data has free.", Double(free))
        }
        if let last = load.lastBackup {
            text.add(
                "reorder_last_backup_timestamp_seconds", .gauge, "When the data was last copied.",
                Double(last.milliseconds) / 1000
            )
        }
        if let resident = load.residentBytes {
            text.add("process_resident_memory_bytes", .gauge, "Memory that the process holds.", Double(resident))
        }
    }
}

extension Duration {
    /// The span as seconds, for what is only looked at.
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
