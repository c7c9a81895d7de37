import Database
import Domain

/// The audit log: entries are added in the transaction of what they tell of, and never changed.
///
/// On SQLite triggers refuse every change and deletion (`Dialect`, "append-only").
package struct AuditStore: Sendable {
    package init() {}

    /// - Parameter id: Rises with time, so that the log is read in its order.
    package func append(_ tx: Connection, _ entry: AuditEntry, id: AuditEntry.ID, at now: Instant) throws {
        let (actor, object) = (entry.actor, entry.object)
        try tx.run(
            """
            INSERT INTO audit_entry (id, at_ms, actor_kind, actor, channel, address, action, object_kind, object_id,
                object_name, facts_before, facts_after)
            VALUES (\(id.rawValue), \(now.milliseconds), \(actor.kind.rawValue), \(actor.name),
                \(actor.channel.rawValue), \(actor.address), \(entry.action.rawValue), \(object.kind.rawValue),
                \(object.id), \(object.name), \(Self.text(entry.before)), \(Self.text(entry.after)))
            """
        )
    }

    /// Entries before one, the newest first.
    package func page(
        _ query: AuditQuery, before cursor: AuditEntry.ID?, limit: Int, _ tx: Connection
    ) throws -> [StoredAuditEntry] {
        try tx.rows(
            """
            SELECT id, at_ms, actor_kind, actor, channel, address, action, object_kind, object_id, object_name,
                facts_before, facts_after
            FROM audit_entry
            WHERE id < \(cursor?.rawValue ?? .max)\(Self.condition(query))
            ORDER BY id DESC LIMIT \(limit)
            """,
            read: Self.entry
        )
    }

    private static func condition(_ query: AuditQuery) -> SQL {
        var condition: SQL = ""
        func add(_ part: SQL) { condition = "\(condition) AND \(part)" }
        if let actor = query.actor { add("actor = \(actor)") }
        if let action = query.action { add("action = \(action.rawValue)") }
        if let kind = query.kind { add("object_kind = \(kind.rawValue)") }
        if let id = query.objectID { add("object_id = \(id)") }
        if let from = query.from { add("at_ms >= \(from.milliseconds)") }
        if let to = query.to { add("at_ms < \(to.milliseconds)") }
        return condition
    }

    /// Who is in the log, by name.
    package func actors(_ tx: Connection) throws -> [String] {
        try tx.rows("SELECT DISTINCT actor FROM audit_entry ORDER BY actor LIMIT 500") { $0.text(0) }
    }

    private static func entry(_ row: Row) throws -> StoredAuditEntry {
        guard let action = AuditAction(rawValue: row.text(6)), let kind = AuditObject.Kind(rawValue: row.text(7)) else {
            throw DatabaseError.fault("The audit log has an entry “\(row.text(6))” that this version does not know.")
        }
        let actor = Actor(
            Actor.Kind(rawValue: row.text(2)) ?? .system, row.text(3),
            Actor.Channel(rawValue: row.text(4)) ?? .system, address: row.optionalText(5)
        )
        let entry = AuditEntry(
            action, AuditObject(kind, row.text(8), name: row.text(9)), by: actor,
            before: try facts(row.optionalText(10)), after: try facts(row.optionalText(11))
        )
        return StoredAuditEntry(id: row.id(0), at: row.instant(1), entry: entry)
    }

    private static func text(_ facts: AuditFacts) -> String? {
        guard !facts.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.object { writer in
            for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.value(value)
            }
        }
        return writer.text
    }

    private static func facts(_ text: String?) throws -> AuditFacts {
        guard let text else { return [:] }
        var facts: AuditFacts = [:]
        try JSONReader.read(Array(text.utf8)) { reader in
            try reader.object { reader, key in facts[key.text] = try reader.string() }
        }
        return facts
    }
}
