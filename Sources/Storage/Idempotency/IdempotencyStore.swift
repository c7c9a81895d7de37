import Database
import Domain

/// What is kept of writes that came with an `Idempotency-Key`.
package struct IdempotencyStore: Sendable {
    package init() {}

    /// Which write: of which API key, under which name.
    package struct Key: Hashable, Sendable {
        package var apiKey: APIKey.ID
        package var text: String

        package init(apiKey: APIKey.ID, text: String) { (self.apiKey, self.text) = (apiKey, text) }

        fileprivate var bucket: Int64 { Bucket(hashOf: text).rawValue }
    }

    /// What is known of a write.
    package struct Entry: Sendable {
        package var fingerprint: String
        package var attempt: String
        /// Nil when the write was done but its answer is not known.
        package var answer: KeptAnswer?
    }

    private static let find = Statement(
        """
        SELECT fingerprint, attempt, status, headers, body FROM idempotent_request
        WHERE bucket = $1 AND idempotency_key = $2 AND api_key_id = $3 AND expires_ms > $4
        """
    )

    package func entry(_ key: Key, at now: Instant, _ tx: Connection) throws -> Entry? {
        try tx.first(Self.find) { binder in
            binder.bind(key.bucket)
            binder.bind(key.text)
            binder.bind(key.apiKey.rawValue)
            binder.bind(now.milliseconds)
        } read: { row in
            Entry(
                fingerprint: row.text(0), attempt: row.text(1),
                answer: row.optionalInteger(2).map {
                    KeptAnswer(status: Int($0), headers: row.text(3), body: row.text(4))
                }
            )
        }
    }

    /// Notes that a write is done, or what was answered.
    ///
    /// - Returns: False when another attempt has noted itself under the key; nothing was changed then.
    package func note(
        _ key: Key, fingerprint: String, attempt: String, answer: KeptAnswer?, now: Instant, expiresAt: Instant,
        _ tx: Connection
    ) throws -> Bool {
        try tx.changed(
            """
            INSERT INTO idempotent_request
                (bucket, api_key_id, idempotency_key, fingerprint, attempt, status, headers, body, expires_ms)
            VALUES (\(key.bucket), \(key.apiKey.rawValue), \(key.text), \(fingerprint), \(attempt),
                \(answer.map { Int64($0.status) }), \(answer?.headers), \(answer?.body), \(expiresAt.milliseconds))
            ON CONFLICT (bucket, idempotency_key, api_key_id) DO UPDATE SET fingerprint = excluded.fingerprint,
                attempt = excluded.attempt, status = excluded.status, headers = excluded.headers,
                body = excluded.body, expires_ms = excluded.expires_ms
            WHERE idempotent_request.attempt = excluded.attempt OR idempotent_request.expires_ms <= \(now.milliseconds)
            """
        ) > 0
    }

    /// Forgets up to `limit` writes whose time is over, and returns how many.
    package func purge(at now: Instant, limit: Int, _ tx: Connection) throws -> Int {
        try tx.changed(
            """
            DELETE FROM idempotent_request WHERE (bucket, idempotency_key, api_key_id) IN (
                SELECT bucket, idempotency_key, api_key_id FROM idempotent_request
                WHERE expires_ms <= \(now.milliseconds) LIMIT \(limit)
            )
            """
        )
    }
}
