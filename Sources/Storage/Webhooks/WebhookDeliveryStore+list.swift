import Database
import Domain

extension WebhookDeliveryStore {
    package func get(_ id: WebhookDelivery.ID, _ tx: Connection) throws -> WebhookDelivery? {
        try tx.first(
            """
            SELECT \(Self.columns) FROM webhook_delivery
            WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)
            """,
            read: Self.delivery
        )
    }

    /// A webhook's messages, the newest first, before the one called `before`.
    package func page(
        of webhook: Webhook.ID, state: WebhookDelivery.State?, before: Int64, limit: Int, _ tx: Connection
    ) throws -> [WebhookDelivery] {
        let condition: SQL = state.map { "AND state = \($0.rawValue)" } ?? ""
        return try tx.rows(
            """
            SELECT \(Self.columns) FROM webhook_delivery
            WHERE webhook_id = \(webhook.rawValue) AND id < \(before) \(condition) ORDER BY id DESC LIMIT \(limit)
            """,
            read: Self.delivery
        )
    }

    /// Up to `limit` messages that were given up, the oldest first, after the one called `after`.
    package func dead(
        of webhook: Webhook.ID, after: Int64, limit: Int, _ tx: Connection
    ) throws -> [WebhookDelivery] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM webhook_delivery
            WHERE webhook_id = \(webhook.rawValue) AND state = 'dead' AND finished_ms IS NOT NULL AND id > \(after)
            ORDER BY id LIMIT \(limit)
            """,
            read: Self.delivery
        )
    }

    /// The calls of a receiver for one message, the newest first.
    package func attempts(of id: WebhookDelivery.ID, _ tx: Connection) throws -> [WebhookAttempt] {
        try tx.rows(
            """
            SELECT number, at_ms, duration_ms, status, failure, answer FROM webhook_attempt
            WHERE bucket = \(id.bucket.rawValue) AND delivery_id = \(id.rawValue) ORDER BY number DESC
            """
        ) { row in
            WebhookAttempt(
                number: row.integer(0), at: row.instant(1), milliseconds: row.integer(2),
                status: row.optionalInteger(3), failure: row.optionalText(4), answer: row.optionalText(5)
            )
        }
    }

    /// What there is of each webhook.
    package func counts(_ tx: Connection) throws -> [Webhook.ID: WebhookCounts] {
        var counts: [Webhook.ID: WebhookCounts] = [:]
        let rows = try tx.rows(
            """
            SELECT webhook_id, state, count(*), min(created_ms), NULL FROM webhook_delivery
            WHERE finished_ms IS NULL GROUP BY webhook_id, state
            UNION ALL
            SELECT webhook_id, state, count(*), NULL, max(finished_ms) FROM webhook_delivery
            WHERE finished_ms IS NOT NULL GROUP BY webhook_id, state
            """
        ) { row -> (Webhook.ID, String, Int, Instant?, Instant?) in
            (row.id(0), row.text(1), Int(row.integer(2)), row.optionalInstant(3), row.optionalInstant(4))
        }
        for (webhook, state, count, oldest, newest) in rows {
            var entry = counts[webhook] ?? WebhookCounts()
            switch WebhookDelivery.State(rawValue: state) {
            case .due: entry.due = count
            case .waiting: entry.waiting = count
            case .delivered: (entry.delivered, entry.lastDelivered) = (count, newest)
            case .dead, nil: entry.dead = count
            }
            if let oldest { entry.oldestOpen = min(entry.oldestOpen ?? oldest, oldest) }
            counts[webhook] = entry
        }
        return counts
    }
}
