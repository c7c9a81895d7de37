import Database
import Domain

/// The webhooks, and how far events were read for them.
package struct WebhookStore: Sendable {
    package init() {}

    private static let columns: SQL = """
        id, name, url, kinds, secret, has_voucherify_signature, is_paused, pause_reason, created_ms, updated_ms,
        former_secret, former_until_ms
        """

    private static func webhook(_ row: Row) -> Webhook {
        var webhook = Webhook(
            id: row.id(0), name: row.text(1), url: row.text(2),
            kinds: Set(row.text(3).split(separator: ",").compactMap { Event.Kind(rawValue: String($0)) }),
            secret: row.text(4), hasVoucherifySignature: row.boolean(5), isPaused: row.boolean(6),
            pauseReason: row.optionalText(7), createdAt: row.instant(8)
        )
        webhook.updatedAt = row.instant(9)
        if let secret = row.optionalText(10), let until = row.optionalInstant(11) {
            webhook.former = Webhook.FormerSecret(secret: secret, until: until)
        }
        return webhook
    }

    /// All webhooks, the oldest first.
    package func all(_ tx: Connection) throws -> [Webhook] {
        try tx.rows("SELECT \(Self.columns) FROM webhook ORDER BY id", read: Self.webhook)
    }

    package func get(_ id: Webhook.ID, _ tx: Connection) throws -> Webhook? {
        try tx.first("SELECT \(Self.columns) FROM webhook WHERE id = \(id.rawValue)", read: Self.webhook)
    }

    package func insert(_ webhook: Webhook, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO webhook (\(Self.columns))
            VALUES (\(webhook.id.rawValue), \(webhook.name), \(webhook.url), \(Self.text(webhook.kinds)),
                \(webhook.secret), \(webhook.hasVoucherifySignature), \(webhook.isPaused), \(webhook.pauseReason),
                \(webhook.createdAt.milliseconds), \(webhook.updatedAt.milliseconds), \(webhook.former?.secret),
                \(webhook.former?.until.milliseconds))
            """
        )
    }

    package func update(_ webhook: Webhook, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE webhook SET name = \(webhook.name), url = \(webhook.url), kinds = \(Self.text(webhook.kinds)),
                secret = \(webhook.secret), has_voucherify_signature = \(webhook.hasVoucherifySignature),
                is_paused = \(webhook.isPaused), pause_reason = \(webhook.pauseReason),
                updated_ms = \(webhook.updatedAt.milliseconds), former_secret = \(webhook.former?.secret),
                former_until_ms = \(webhook.former?.until.milliseconds)
            WHERE id = \(webhook.id.rawValue)
            """
        )
    }

    /// Removes a webhook, and returns whether there was one; its messages go by `WebhookDeliveryStore.sweep`.
    package func delete(_ id: Webhook.ID, _ tx: Connection) throws -> Bool {
        try tx.changed("DELETE FROM webhook WHERE id = \(id.rawValue)") > 0
    }

    private static func text(_ kinds: Set<Event.Kind>) -> String {
        kinds.map(\.rawValue).sorted().joined(separator: ",")
    }

    // MARK: Places

    /// A bucket that has events beyond the place that was read.
    package struct Lag: Hashable, Sendable {
        package var bucket: Bucket
        /// The number of the last event that was read.
        package var place: Int64
        /// The number of the last event there is.
        package var last: Int64
    }

    /// The buckets that have news.
    package func lags(_ tx: Connection) throws -> [Lag] {
        try tx.rows(
            """
            SELECT s.bucket, coalesce(p.n, 0), s.n FROM bucket_seq AS s
            LEFT JOIN webhook_place AS p ON p.bucket = s.bucket
            WHERE s.n > coalesce(p.n, 0) ORDER BY s.bucket
            """
        ) { Lag(bucket: Bucket(rawValue: $0.integer(0)), place: $0.integer(1), last: $0.integer(2)) }
    }

    /// Counts all events as read: nobody was there to be told of them.
    package func skipToNow(_ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO webhook_place (bucket, n) SELECT bucket, n FROM bucket_seq WHERE true
            ON CONFLICT (bucket) DO UPDATE SET n = excluded.n
            """
        )
    }

    /// Moves a bucket's place, and returns whether it still was where the caller read from.
    package func advance(_ bucket: Bucket, from: Int64, to: Int64, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            INSERT INTO webhook_place (bucket, n) VALUES (\(bucket.rawValue), \(to))
            ON CONFLICT (bucket) DO UPDATE SET n = excluded.n WHERE webhook_place.n = \(from)
            """
        ) == 1
    }
}
