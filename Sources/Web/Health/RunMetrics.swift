import Domain
import Platform

/// The figures of imports and exports (spec operations.md, "Observability").
enum RunMetrics {
    static func write(_ backlogs: [(kind: String, backlog: RunBacklog)], now: Instant, to text: inout PrometheusText) {
        text.head("reorder_runs_open", .gauge, "Imports and exports that wait or run.")
        for (kind, backlog) in backlogs { text.line("reorder_runs_open{kind=\"\(kind)\"}", Double(backlog.count)) }
        text.head("reorder_runs_oldest_seconds", .gauge, "How long ago the oldest of them was asked for.")
        for (kind, backlog) in backlogs {
            let age = backlog.oldest.map { Double(max(0, now.milliseconds - $0.milliseconds)) / 1000 } ?? 0
            text.line("reorder_runs_oldest_seconds{kind=\"\(kind)\"}", age)
        }
    }
}
