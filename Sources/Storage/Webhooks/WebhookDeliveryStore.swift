import Database
import Domain

/// Messages to receivers (ARCHITECTURE.md, "Webhooks").
package struct WebhookDeliveryStore: Sendable {
    package init() {}

    static let columns: SQL = """
        id, webhook_id, subject, sequence, kind, body, state, due_ms, attempts, tries, created_ms, finished_ms
        """

    static func delivery(_ row: Row) -> WebhookDelivery {
        WebhookDelivery(
            id: row.id(0), webhook: row.id(1), subject: row.text(2), sequence: row.integer(3), kind: row.text(4),
            body: row.text(5), state: WebhookDelivery.State(rawValue: row.text(6)) ?? .dead, dueAt: row.instant(7),
            attempts: row.integer(8), tries: row.integer(9), createdAt: row.instant(10),
            finishedAt: row.optionalInstant(11)
        )
    }

    // MARK: Queueing

    private static let count = Statement(
        """
        INSERT INTO webhook_stream (bucket, webhook_id, subject, n) VALUES ($1, $2, $3, 1)
        ON CONFLICT (bucket, subject, webhook_id) DO UPDATE SET n = webhook_stream.n + 1 RETURNING n
        """
    )

    /// The number of a webhook's next message about a subject.
    package func nextSequence(
        of webhook: Webhook.ID, _ subject: String, _ tx: Connection
    ) throws -> Int64 {
        try tx.first(Self.count) { binder in
            binder.bind(Bucket(hashOf: subject))
            binder.bind(webhook)
            binder.bind(subject)
        } read: {
            $0.integer(0)
        } ?? 1
    }

    private static let insert = Statement(
        """
        INSERT INTO webhook_delivery (bucket, id, webhook_id, subject, sequence, kind, customer_id, body, state, due_ms,
            lease_until_ms, attempts, tries, created_ms)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN EXISTS (
            SELECT 1 FROM webhook_delivery AS d
            WHERE d.bucket = $1 AND d.webhook_id = $3 AND d.subject = $4 AND d.finished_ms IS NULL
        ) THEN 'waiting' ELSE 'due' END, $9, 0, 0, 0, $10
        """
    )

    /// Queues a message behind those about the same subject that are not finished.
    package func insert(_ delivery: WebhookDelivery, customer: Customer.ID?, _ tx: Connection) throws {
        try tx.run(Self.insert) { binder in
            binder.bind(delivery.id.bucket)
            binder.bind(delivery.id)
            binder.bind(delivery.webhook)
            binder.bind(delivery.subject)
            binder.bind(delivery.sequence)
            binder.bind(delivery.kind)
            binder.bind(customer)
            binder.bind(delivery.body)
            binder.bind(delivery.dueAt)
            binder.bind(delivery.createdAt)
        }
    }

    // MARK: Sending

    /// Messages of a webhook that are to be sent now, those due longest first; others may take them meanwhile.
    package func due(
        of webhook: Webhook.ID, at now: Instant, limit: Int, _ tx: Connection
    ) throws -> [WebhookDelivery.ID] {
        try tx.rows(
            """
            SELECT id FROM webhook_delivery
            WHERE webhook_id = \(webhook.rawValue) AND state = 'due' AND due_ms <= \(now.milliseconds)
                AND lease_until_ms <= \(now.milliseconds)
            ORDER BY due_ms LIMIT \(limit)
            """
        ) { $0.id(0) }
    }

    /// Takes a message for oneself until `end`; nil when somebody else has.
    package func lease(
        _ id: WebhookDelivery.ID, at now: Instant, until end: Instant, _ tx: Connection
    ) throws -> WebhookDelivery? {
        try tx.first(
            """
            UPDATE webhook_delivery SET lease_until_ms = \(end.milliseconds)
            WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue) AND state = 'due'
                AND lease_until_ms <= \(now.milliseconds)
            RETURNING \(Self.columns)
            """,
            read: Self.delivery
        )
    }

    /// Gives a message back that was not sent.
    package func handBack(_ id: WebhookDelivery.ID, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE webhook_delivery SET lease_until_ms = 0
            WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue) AND finished_ms IS NULL
            """
        )
    }

    /// Gives back all messages that a process took which is no more.
    package func handBackAll(_ tx: Connection) throws {
        try tx.run("UPDATE webhook_delivery SET lease_until_ms = 0 WHERE state = 'due' AND lease_until_ms > 0")
    }

    /// Notes a call and what follows from it; false when another worker noted one meanwhile.
    ///
    /// - Parameter next: When to try again; nil where the message is finished.
    package func note(
        _ attempt: WebhookAttempt, of delivery: WebhookDelivery, state: WebhookDelivery.State, next: Instant?,
        at now: Instant, _ tx: Connection
    ) throws -> Bool {
        let finished = state == .delivered || state == .dead ? now : nil
        let noted = try tx.changed(
            """
            UPDATE webhook_delivery SET state = \(state.rawValue), due_ms = \((next ?? delivery.dueAt).milliseconds),
                lease_until_ms = 0, attempts = attempts + 1, tries = tries + 1,
                finished_ms = \(finished?.milliseconds)
            WHERE bucket = \(delivery.id.bucket.rawValue) AND id = \(delivery.id.rawValue)
                AND attempts = \(delivery.attempts) AND finished_ms IS NULL
            """
        )
        guard noted == 1 else { return false }
        try tx.run(
            """
            INSERT INTO webhook_attempt (bucket, delivery_id, number, at_ms, duration_ms, status, failure, answer)
            VALUES (\(delivery.id.bucket.rawValue), \(delivery.id.rawValue), \(attempt.number),
                \(attempt.at.milliseconds), \(attempt.milliseconds), \(attempt.status), \(attempt.failure),
                \(attempt.answer))
            """
        )
        if finished != nil { try promote(delivery.webhook, delivery.subject, at: now, tx) }
        return true
    }

    /// Makes the first unfinished message about a subject due, where it waited.
    package func promote(_ webhook: Webhook.ID, _ subject: String, at now: Instant, _ tx: Connection) throws {
        let bucket = Bucket(hashOf: subject)
        try tx.run(
            """
            UPDATE webhook_delivery SET state = 'due', due_ms = \(now.milliseconds)
            WHERE bucket = \(bucket.rawValue) AND state = 'waiting' AND id = (
                SELECT d.id FROM webhook_delivery AS d
                WHERE d.bucket = \(bucket.rawValue) AND d.webhook_id = \(webhook.rawValue)
                    AND d.subject = \(subject) AND d.finished_ms IS NULL
                ORDER BY d.sequence LIMIT 1)
            """
        )
    }

    /// Queues a finished message anew, before those about the same subject that came after it.
    ///
    /// One that is being sent at this moment is not stopped.
    package func replay(_ delivery: WebhookDelivery, at now: Instant, _ tx: Connection) throws {
        let (bucket, id) = (delivery.id.bucket.rawValue, delivery.id.rawValue)
        try tx.run(
            """
            UPDATE webhook_delivery SET state = 'waiting', due_ms = \(now.milliseconds), lease_until_ms = 0, tries = 0,
                finished_ms = NULL
            WHERE bucket = \(bucket) AND id = \(id) AND finished_ms IS NOT NULL
            """
        )
        try tx.run(
            """
            UPDATE webhook_delivery SET state = 'waiting'
            WHERE bucket = \(bucket) AND webhook_id = \(delivery.webhook.rawValue) AND subject = \(delivery.subject)
                AND sequence > \(delivery.sequence) AND state = 'due' AND lease_until_ms <= \(now.milliseconds)
            """
        )
        try promote(delivery.webhook, delivery.subject, at: now, tx)
    }
}
