import Domain
import Platform

/// The figures of webhooks (spec operations.md, "Observability").
enum WebhookMetrics {
    static func write(_ webhooks: WebhookService, now: Instant, to text: inout PrometheusText) async throws {
        let counts = try await webhooks.all().map(\.counts)
        let oldest = counts.compactMap(\.oldestOpen).min()
        text.head("reorder_webhook_messages", .gauge, "Messages to webhooks by what became of them so far.")
        let states = [
            ("due", counts.map(\.due)), ("waiting", counts.map(\.waiting)), ("delivered", counts.map(\.delivered)),
            ("dead", counts.map(\.dead)),
        ]
        for (state, counts) in states {
            text.line("reorder_webhook_messages{state=\"\(state)\"}", Double(counts.reduce(0, +)))
        }
        text.add(
            "reorder_webhook_oldest_seconds", .gauge, "Age of the oldest message that is not finished.",
            oldest.map { Double(max(0, now.milliseconds - $0.milliseconds)) / 1000 } ?? 0
        )
        text.head("reorder_webhook_calls_total", .counter, "Calls of receivers by outcome, since the start.")
        for outcome in WebhookOutcomes.Outcome.allCases {
            text.line(
                "reorder_webhook_calls_total{outcome=\"\(outcome.rawValue)\"}", Double(webhooks.outcomes[outcome])
            )
        }
    }
}
