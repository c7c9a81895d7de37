import Database
import Domain

extension WebhookDeliveryStore {
    /// Up to `limit` messages that need be kept no longer; reads the whole table.
    ///
    /// - Parameters:
    ///   - delivered: Delivered before this moment.
    ///   - dead: Given up before this moment, or queued before it and not sent since.
    package func expired(
        deliveredBefore delivered: Instant, deadBefore dead: Instant, limit: Int, _ tx: Connection
    ) throws -> [WebhookDelivery.ID] {
        try tx.rows(
            """
            SELECT d.id FROM webhook_delivery AS d LEFT JOIN webhook AS w ON w.id = d.webhook_id
            WHERE w.id IS NULL OR (d.state = 'delivered' AND d.finished_ms < \(delivered.milliseconds))
                OR (d.state = 'dead' AND d.finished_ms < \(dead.milliseconds))
                OR (d.finished_ms IS NULL AND d.created_ms < \(dead.milliseconds))
            LIMIT \(limit)
            """
        ) { $0.id(0) }
    }

    /// Removes messages with their attempts; where one was due, the next about its subject is.
    package func remove(_ identifiers: [WebhookDelivery.ID], at now: Instant, _ tx: Connection) throws {
        for id in identifiers {
            let bucket = id.bucket.rawValue
            try tx.run("DELETE FROM webhook_attempt WHERE bucket = \(bucket) AND delivery_id = \(id.rawValue)")
            let gone = try tx.first(
                """
                DELETE FROM webhook_delivery WHERE bucket = \(bucket) AND id = \(id.rawValue)
                RETURNING webhook_id, subject, state
                """
            ) { row -> (webhook: Webhook.ID, subject: String, state: String) in (row.id(0), row.text(1), row.text(2)) }
            if let gone, gone.state == WebhookDelivery.State.due.rawValue {
                try promote(gone.webhook, gone.subject, at: now, tx)
            }
        }
    }

    /// Removes every message about a person, sent or not (spec orders.md, "DELETE erases personal data everywhere").
    package func erase(_ customer: Customer.ID, at now: Instant, _ tx: Connection) throws {
        let identifiers: [WebhookDelivery.ID] = try tx.rows(
            "SELECT id FROM webhook_delivery WHERE customer_id = \(customer.rawValue)"
        ) { $0.id(0) }
        try remove(identifiers, at: now, tx)
    }

    /// Removes up to `limit` counts of webhooks that are no more, and returns how many went.
    package func removeStrayStreams(limit: Int, _ tx: Connection) throws -> Int {
        try tx.changed(
            """
            DELETE FROM webhook_stream WHERE (bucket, subject, webhook_id) IN (
                SELECT s.bucket, s.subject, s.webhook_id FROM webhook_stream AS s
                LEFT JOIN webhook AS w ON w.id = s.webhook_id WHERE w.id IS NULL LIMIT \(limit))
            """
        )
    }
}
