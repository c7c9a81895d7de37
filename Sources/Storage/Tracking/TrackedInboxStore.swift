import Database
import Domain

/// Bodies that wait to be filed, and the names of messages that were.
package struct TrackedInboxStore: Sendable {
    package init() {}

    private static let append = Statement(
        """
        INSERT INTO tracked_inbox (id, source_id, door, received_ms, done, size, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """, gathering: .adds
    )

    package func append(_ body: TrackedBody, _ tx: Connection) throws {
        try tx.run(Self.append) { binder in
            binder.bind(body.id)
            binder.bind(body.source)
            binder.bind(body.door.rawValue)
            binder.bind(body.receivedAt)
            binder.bind(Int64(body.done))
            binder.bind(Int64(body.size))
            binder.bind(body.text)
        }
    }

    /// The oldest bodies after one.
    package func oldest(after id: Int64, limit: Int, _ tx: Connection) throws -> [TrackedBody] {
        try tx.rows(
            """
            SELECT id, source_id, door, received_ms, done, body, size FROM tracked_inbox
            WHERE id > \(id) ORDER BY id LIMIT \(limit)
            """
        ) { row in
            TrackedBody(
                id: row.integer(0), source: row.id(1), door: TrackedDoor(rawValue: row.text(2)) ?? .tracker,
                receivedAt: row.instant(3), done: Int(row.integer(4)), text: row.text(5),
                size: Int(row.integer(6))
            )
        }
    }

    /// Removes bodies that are filed, and returns whether they still were there as they were read.
    package func remove(_ bodies: [TrackedBody], _ tx: Connection) throws -> Bool {
        var removed = 0
        for start in stride(from: 0, to: bodies.count, by: Self.portion) {
            let part = bodies[start..<min(start + Self.portion, bodies.count)].map(\.id)
            // The last stands for those that are missing, so that it is one statement, kept ready, whatever the number.
            let ids = part + Array(repeating: part[part.endIndex - 1], count: Self.portion - part.count)
            var sql: SQL = "DELETE FROM tracked_inbox WHERE id IN "
            sql.append("(", ids.map { .integer($0) }, ")")
            removed += try tx.changed(sql)
        }
        return removed == bodies.count
    }

    private static let portion = 64

    /// Notes how far a body is filed, and returns whether it still was where the caller read from.
    package func advance(_ body: TrackedBody, to done: Int, _ tx: Connection) throws -> Bool {
        try tx.changed(
            "UPDATE tracked_inbox SET done = \(done) WHERE id = \(body.id) AND done = \(body.done)"
        ) == 1
    }

    /// How much waits, and the largest number of a body.
    package func load(_ tx: Connection) throws -> (bodies: Int, bytes: Int, last: Int64) {
        try tx.first(
            "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT), coalesce(max(id), 0) FROM tracked_inbox"
        ) {
            (Int($0.integer(0)), Int($0.integer(1)), $0.integer(2))
        } ?? (0, 0, 0)
    }

    // MARK: Keys

    private static let known = Statement(
        "SELECT event_id FROM tracked_key WHERE bucket = $1 AND message_key = $2"
    )

    /// Whether a message was filed before, and the event that it became.
    package func known(_ key: String, _ tx: Connection) throws -> (isKnown: Bool, event: TrackedEvent.ID?) {
        try tx.first(Self.known) { binder in
            binder.bind(Bucket(hashOf: key))
            binder.bind(key)
        } read: { row in
            (true, row.optionalInteger(0).map { TrackedEvent.ID(rawValue: $0) })
        } ?? (false, nil)
    }

    private static let remember = Statement(
        "INSERT INTO tracked_key (bucket, message_key, event_id, arrived_ms) VALUES ($1, $2, $3, $4)",
        gathering: .adds
    )

    package func remember(_ key: String, _ event: TrackedEvent.ID?, at now: Instant, _ tx: Connection) throws {
        tx.takeBack(Self.known) { binder in
            binder.bind(Bucket(hashOf: key))
            binder.bind(key)
        }
        try tx.run(Self.remember) { binder in
            binder.bind(Bucket(hashOf: key))
            binder.bind(key)
            binder.bind(event?.rawValue)
            binder.bind(now)
        }
    }

    /// Forgets the messages of a bucket that came before a moment, and returns how many went.
    package func forget(in bucket: Bucket, before instant: Instant, _ tx: Connection) throws -> Int {
        try tx.changed(
            "DELETE FROM tracked_key WHERE bucket = \(bucket.rawValue) AND arrived_ms < \(instant.milliseconds)"
        )
    }

    /// Whether a bucket knows messages from before a moment.
    package func hasOld(in bucket: Bucket, before instant: Instant, _ tx: Connection) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM tracked_key
            WHERE bucket = \(bucket.rawValue) AND arrived_ms < \(instant.milliseconds) LIMIT 1
            """
        ) { _ in true } ?? false
    }

    // MARK: Moves

    /// Notes that the events of somebody are to go to another one, or to go where there is none.
    package func note(_ from: TrackedOwner, goingTo to: TrackedOwner?, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO tracked_move (from_id, to_id) VALUES (\(from.rawValue), \(Self.value(to)))
            ON CONFLICT (from_id) DO UPDATE SET to_id = excluded.to_id
            """
        )
    }

    /// Where somebody is no more to whom events were to go, they go to another one, or go.
    package func redirect(_ from: TrackedOwner, to: TrackedOwner?, _ tx: Connection) throws {
        try tx.run("UPDATE tracked_move SET to_id = \(Self.value(to)) WHERE to_id = \(from.rawValue)")
    }

    /// Somebody whose events are to go, and where to.
    package func nextMove(_ tx: Connection) throws -> (from: TrackedOwner, to: TrackedOwner?)? {
        try tx.first("SELECT from_id, to_id FROM tracked_move ORDER BY from_id LIMIT 1") { row in
            (row.id(0), row.optionalInteger(1).map { TrackedOwner(rawValue: $0) })
        }
    }

    package func endMove(of from: TrackedOwner, _ tx: Connection) throws {
        try tx.run("DELETE FROM tracked_move WHERE from_id = \(from.rawValue)")
    }

    private static func value(_ owner: TrackedOwner?) -> SQLValue { owner.map { .integer($0.rawValue) } ?? .null }

    // MARK: The lease

    /// Takes the lease of filing, or goes on holding it; false while another process holds it.
    package func hold(_ holder: String, at now: Instant, until lease: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            INSERT INTO event_filer (id, holder, lease_until_ms) VALUES (1, \(holder), \(lease.milliseconds))
            ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, lease_until_ms = excluded.lease_until_ms
            WHERE event_filer.holder = excluded.holder OR event_filer.lease_until_ms <= \(now.milliseconds)
            """
        ) > 0
    }

    /// Lets another process have it at once.
    package func release(_ holder: String, _ tx: Connection) throws {
        try tx.run("UPDATE event_filer SET lease_until_ms = 0 WHERE id = 1 AND holder = \(holder)")
    }
}
