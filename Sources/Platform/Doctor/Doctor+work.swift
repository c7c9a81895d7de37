import Database
import Domain

/// Work that began and does not go on: imports, exports, messages to webhooks.
extension Doctor {
    /// What waits this long is not merely behind others.
    private static let patienceSeconds: Int64 = 3600

    func work(_ tx: Connection) throws -> [Finding] {
        let now = surroundings.now().milliseconds
        let since = surroundings.now().adding(seconds: -Self.patienceSeconds).milliseconds
        let imports = try tx.rows(
            """
            SELECT source FROM import_run
            WHERE state IN ('queued', 'running', 'stopped', 'undoing') AND started_ms < \(since) AND lease_ms < \(now)
            ORDER BY started_ms LIMIT 5
            """
        ) { $0.text(0) }
        let exports =
            try tx.first(
                """
                SELECT count(*) FROM export_run
                WHERE state IN ('queued', 'running') AND created_ms < \(since) AND lease_ms < \(now)
                """
            ) { $0.integer(0) } ?? 0
        return [
            Finding(
                "imports", "No import was broken off.", unless: !imports.isEmpty, .warning,
                "An import was begun over an hour ago and does not go on: \(imports.joined(separator: ", ")).",
                mend: "Start the server, or give the same command again: it goes on where it stopped."
            ),
            Finding(
                "exports", "No export waits.", unless: exports > 0, .warning,
                exports == 1
                    ? "An export has waited for over an hour." : "\(exports) exports have waited for over an hour.",
                mend: "Start the server; where it runs, look into its log and at the free space."
            ),
            try webhooks(tx, since: since),
        ]
    }

    private func webhooks(_ tx: Connection, since: Int64) throws -> Finding {
        let paused = try tx.rows("SELECT name FROM webhook WHERE is_paused ORDER BY name LIMIT 5") { $0.text(0) }
        let late = try tx.first(
            "SELECT count(*), min(due_ms) FROM webhook_delivery WHERE state = 'due' AND due_ms < \(since)"
        ) { (count: $0.integer(0), oldest: $0.integer(1)) }
        if let late, late.count > 0 {
            let hours = (surroundings.now().milliseconds - late.oldest) / 3_600_000
            return Finding(
                "webhooks", .warning,
                "\(late.count) messages to webhooks are overdue, the oldest for \(Self.age(hours: hours)).",
                mend: "Start the server, which sends them; where it runs, look at its log and at who is to be told."
            )
        }
        return Finding(
            "webhooks", "No message to a webhook is overdue.", unless: !paused.isEmpty, .warning,
            "Webhooks are paused: \(paused.joined(separator: ", ")).",
            mend: "Let them go on in Settings → Webhooks once their receivers are well."
        )
    }
}
