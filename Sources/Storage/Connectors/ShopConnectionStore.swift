import Database
import Domain

/// Connections to shop systems, and what came over them.
package struct ShopConnectionStore: Sendable {
    package init() {}

    private static let columns: SQL = "id, code, name, kind, secret, id_prefix, is_paused, created_ms, updated_ms"

    // MARK: Connections

    /// All connections, the oldest first.
    package func all(_ tx: Connection) throws -> [ShopConnection] {
        try tx.rows("SELECT \(Self.columns) FROM shop_connection ORDER BY id", read: Self.connection)
            .map { try withStatuses($0, tx) }
    }

    package func get(_ id: ShopConnection.ID, _ tx: Connection) throws -> ShopConnection? {
        try tx.first("SELECT \(Self.columns) FROM shop_connection WHERE id = \(id.rawValue)", read: Self.connection)
            .map { try withStatuses($0, tx) }
    }

    package func find(code: String, _ tx: Connection) throws -> ShopConnection? {
        try tx.first("SELECT \(Self.columns) FROM shop_connection WHERE code = \(code)", read: Self.connection)
            .map { try withStatuses($0, tx) }
    }

    private static func connection(_ row: Row) -> ShopConnection {
        var connection = ShopConnection(
            id: row.id(0), code: row.text(1), name: row.text(2),
            kind: ShopConnection.Kind(rawValue: row.text(3)) ?? .shopify, secret: row.text(4), idPrefix: row.text(5),
            isPaused: row.boolean(6), createdAt: row.instant(7)
        )
        connection.updatedAt = row.instant(8)
        return connection
    }

    private func withStatuses(_ connection: ShopConnection, _ tx: Connection) throws -> ShopConnection {
        var connection = connection
        let rows = try tx.rows(
            "SELECT source, code FROM shop_connection_status WHERE connection_id = \(connection.id.rawValue)"
        ) { ($0.text(0), $0.text(1)) }
        connection.statuses = Dictionary(rows, uniquingKeysWith: { first, _ in first })
        return connection
    }

    package func insert(_ connection: ShopConnection, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO shop_connection (\(Self.columns))
            VALUES (\(connection.id.rawValue), \(connection.code), \(connection.name), \(connection.kind.rawValue),
                \(connection.secret), \(connection.idPrefix), \(connection.isPaused),
                \(connection.createdAt.milliseconds), \(connection.updatedAt.milliseconds))
            """
        )
        try insertStatuses(of: connection, tx)
    }

    package func update(_ connection: ShopConnection, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE shop_connection SET name = \(connection.name), secret = \(connection.secret),
                id_prefix = \(connection.idPrefix), is_paused = \(connection.isPaused),
                updated_ms = \(connection.updatedAt.milliseconds)
            WHERE id = \(connection.id.rawValue)
            """
        )
        try tx.run("DELETE FROM shop_connection_status WHERE connection_id = \(connection.id.rawValue)")
        try insertStatuses(of: connection, tx)
    }

    private func insertStatuses(of connection: ShopConnection, _ tx: Connection) throws {
        for (source, code) in connection.statuses.sorted(by: { $0.key < $1.key }) {
            try tx.run(
                """
                INSERT INTO shop_connection_status (connection_id, source, code)
                VALUES (\(connection.id.rawValue), \(source), \(code))
                """
            )
        }
    }

    /// Removes a connection with all that was noted of it; orders that came over it stay.
    package func delete(_ id: ShopConnection.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM shop_connection_status WHERE connection_id = \(id.rawValue)")
        try tx.run("DELETE FROM shop_connection_figures WHERE connection_id = \(id.rawValue)")
        try tx.run("DELETE FROM shop_refusal WHERE connection_id = \(id.rawValue)")
        try tx.run("DELETE FROM shop_connection WHERE id = \(id.rawValue)")
    }

    // MARK: Messages

    /// What a message led to, as it is counted.
    package enum Result: Sendable { case stored, unchanged, repeated, refused }

    package func count(_ result: Result, of id: ShopConnection.ID, at now: Instant, _ tx: Connection) throws {
        let (stored, unchanged, repeated, refused) = (
            result == .stored ? 1 : 0, result == .unchanged ? 1 : 0, result == .repeated ? 1 : 0,
            result == .refused ? 1 : 0
        )
        try tx.run(
            """
            INSERT INTO shop_connection_figures (connection_id, stored, unchanged, repeated, refused, last_ms)
            VALUES (\(id.rawValue), \(stored), \(unchanged), \(repeated), \(refused), \(now.milliseconds))
            ON CONFLICT (connection_id) DO UPDATE SET stored = shop_connection_figures.stored + excluded.stored,
                unchanged = shop_connection_figures.unchanged + excluded.unchanged,
                repeated = shop_connection_figures.repeated + excluded.repeated,
                refused = shop_connection_figures.refused + excluded.refused, last_ms = excluded.last_ms
            """
        )
    }

    package func figures(of id: ShopConnection.ID, _ tx: Connection) throws -> ShopFigures {
        try tx.first(
            """
            SELECT stored, unchanged, repeated, refused, last_ms FROM shop_connection_figures
            WHERE connection_id = \(id.rawValue)
            """
        ) { row in
            var figures = ShopFigures()
            (figures.stored, figures.unchanged) = (row.integer(0), row.integer(1))
            (figures.repeated, figures.refused) = (row.integer(2), row.integer(3))
            figures.lastAt = row.instant(4)
            return figures
        } ?? ShopFigures()
    }

    /// Whether a message was taken before.
    package func isKnown(_ key: String, _ tx: Connection) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM shop_message WHERE bucket = \(Bucket(hashOf: key).rawValue) AND message_key = \(key)
            """
        ) { _ in true } ?? false
    }

    package func remember(_ key: String, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO shop_message (bucket, message_key, received_ms)
            VALUES (\(Bucket(hashOf: key).rawValue), \(key), \(now.milliseconds))
            """
        )
    }

    // MARK: Refusals

    /// Refusals of one connection that are kept.
    private static let keptRefusals = 50

    /// Writes down a message that was not taken; the same message again takes the place of the first.
    package func insert(_ refusal: ShopRefusal, of id: ShopConnection.ID, _ tx: Connection) throws {
        if let message = refusal.messageID {
            try tx.run("DELETE FROM shop_refusal WHERE connection_id = \(id.rawValue) AND message_id = \(message)")
        }
        try tx.run(
            """
            INSERT INTO shop_refusal (id, connection_id, message_id, topic, code, reason, body, received_ms)
            VALUES (\(refusal.id.rawValue), \(id.rawValue), \(refusal.messageID), \(refusal.topic), \(refusal.code),
                \(refusal.reason), \(refusal.body), \(refusal.receivedAt.milliseconds))
            """
        )
        try tx.run(
            """
            DELETE FROM shop_refusal WHERE connection_id = \(id.rawValue) AND id <= (
                SELECT r.id FROM shop_refusal AS r WHERE r.connection_id = \(id.rawValue)
                ORDER BY r.id DESC LIMIT 1 OFFSET \(Self.keptRefusals))
            """
        )
    }

    /// A connection's refusals, the newest first.
    package func refusals(of id: ShopConnection.ID, _ tx: Connection) throws -> [ShopRefusal] {
        try tx.rows(
            """
            SELECT id, message_id, topic, code, reason, body, received_ms FROM shop_refusal
            WHERE connection_id = \(id.rawValue) ORDER BY id DESC
            """
        ) { row in
            ShopRefusal(
                id: row.id(0), messageID: row.optionalText(1), topic: row.optionalText(2), code: row.text(3),
                reason: row.text(4), body: row.optionalText(5), receivedAt: row.instant(6)
            )
        }
    }

    /// Removes what was noted of messages before a moment, and returns how many rows went.
    package func forget(before instant: Instant, limit: Int, _ tx: Connection) throws -> Int {
        let messages = try tx.changed(
            """
            DELETE FROM shop_message WHERE (bucket, message_key) IN (
                SELECT m.bucket, m.message_key FROM shop_message AS m
                WHERE m.received_ms < \(instant.milliseconds) LIMIT \(limit))
            """
        )
        return try messages + tx.changed("DELETE FROM shop_refusal WHERE received_ms < \(instant.milliseconds)")
    }
}
