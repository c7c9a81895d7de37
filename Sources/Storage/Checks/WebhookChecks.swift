import Database

/// Messages to webhooks, and how far the events were read for them.
extension StoredCheck {
    static let webhooks = [
        StoredCheck(
            "messages to webhooks are due or wait behind one that is",
            rows: """
                SELECT 'message ' || CAST(w.id AS TEXT) FROM webhook_delivery AS w
                LEFT JOIN webhook_delivery AS d ON d.webhook_id = w.webhook_id AND d.subject = w.subject
                    AND d.finished_ms IS NULL AND d.state = 'due'
                WHERE w.finished_ms IS NULL AND w.state = 'waiting' AND d.id IS NULL
                """
        ),
        StoredCheck(
            "webhooks were told of no event that is not there",
            rows: """
                SELECT 'bucket ' || CAST(p.bucket AS TEXT) FROM webhook_place AS p
                LEFT JOIN bucket_seq AS s ON s.bucket = p.bucket WHERE p.n > coalesce(s.n, 0)
                """
        ),
    ]
}
