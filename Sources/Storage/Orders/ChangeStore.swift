import Database
import Domain

/// What changed in orders, receipts or customers, field by field; rows are added and never altered.
package struct ChangeStore<Owner>: Sendable {
    private let statements: ChangeStatements

    fileprivate init(_ statements: ChangeStatements) { self.statements = statements }

    /// Adds the changes that brought something to a version.
    ///
    /// - Parameter isNew: Whether nothing can have been told of it before.
    package func append(
        _ changes: [OrderChange], to owner: Identifier<Owner>, version: Int64, isNew: Bool = false, at now: Instant,
        by origin: Origin, _ tx: Connection
    ) throws {
        var seq = isNew ? 0 : try last(owner, tx)
        for change in changes {
            seq += 1
            try tx.run(statements.insert) { binder in
                binder.bind(owner.bucket)
                binder.bind(owner)
                binder.bind(seq)
                binder.bind(version)
                binder.bind(change.field)
                binder.bind(change.from)
                binder.bind(change.to)
                binder.bind(change.happenedAt)
                binder.bind(now)
                binder.bind(origin.actor)
                binder.bind(origin.channel.rawValue)
            }
        }
    }

    private func last(_ owner: Identifier<Owner>, _ tx: Connection) throws -> Int64 {
        try tx.first(statements.last) { binder in
            binder.bind(owner.bucket)
            binder.bind(owner)
        } read: {
            $0.integer(0)
        } ?? 0
    }

    /// Puts the history of one behind that of another, as when it moved to another bucket.
    package func move(from before: Identifier<Owner>, to after: Identifier<Owner>, _ tx: Connection) throws {
        let (table, owner) = (SQL(stringLiteral: statements.table), SQL(stringLiteral: statements.owner))
        let last = try last(after, tx)
        try tx.run(
            """
            INSERT INTO \(table) (bucket, \(owner), seq, version, field, from_value, to_value, happened_ms, arrived_ms,
                actor, channel)
            SELECT \(after.bucket.rawValue), \(after.rawValue), seq + \(last), version, field, from_value, to_value,
                happened_ms, arrived_ms, actor, channel
            FROM \(table) WHERE bucket = \(before.bucket.rawValue) AND \(owner) = \(before.rawValue)
            """
        )
        try delete(before, tx)
    }

    package func delete(_ id: Identifier<Owner>, _ tx: Connection) throws {
        let (table, owner) = (SQL(stringLiteral: statements.table), SQL(stringLiteral: statements.owner))
        try tx.run("DELETE FROM \(table) WHERE bucket = \(id.bucket.rawValue) AND \(owner) = \(id.rawValue)")
    }

    /// Takes from a history what was said in some fields; that something changed stays.
    package func blank(of id: Identifier<Owner>, fields: [String], _ tx: Connection) throws {
        let (table, owner) = (SQL(stringLiteral: statements.table), SQL(stringLiteral: statements.owner))
        try tx.run(
            """
            UPDATE \(table) SET from_value = NULL, to_value = NULL
            WHERE bucket = \(id.bucket.rawValue) AND \(owner) = \(id.rawValue) AND field IN (\(list: fields))
            """
        )
    }

    /// Up to `limit` changes, the newest first, that arrived before the one numbered `before`.
    package func page(
        of id: Identifier<Owner>, before: Int64 = .max, limit: Int, _ tx: Connection
    ) throws -> [(seq: Int64, change: RecordedChange)] {
        let (table, owner) = (SQL(stringLiteral: statements.table), SQL(stringLiteral: statements.owner))
        return try tx.rows(
            """
            SELECT version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel, seq FROM \(table)
            WHERE bucket = \(id.bucket.rawValue) AND \(owner) = \(id.rawValue) AND seq < \(before)
            ORDER BY seq DESC LIMIT \(limit)
            """
        ) { ($0.integer(8), RecordedChange($0)) }
    }
}

package typealias OrderHistoryStore = ChangeStore<Order>
package typealias ReceiptHistoryStore = ChangeStore<Receipt>
package typealias CustomerHistoryStore = ChangeStore<Customer>

extension ChangeStore where Owner == Order {
    package init() { self.init(.orders) }
}

extension ChangeStore where Owner == Receipt {
    package init() { self.init(.receipts) }
}

extension ChangeStore where Owner == Customer {
    package init() { self.init(.customers) }
}

extension RecordedChange {
    /// A change as `version, field, from_value, to_value, happened_ms, arrived_ms, actor, channel` have it.
    init(_ row: Row) {
        self.init(
            change: OrderChange(
                row.text(1), from: row.optionalText(2), to: row.optionalText(3), happenedAt: row.instant(4)
            ),
            version: row.integer(0), arrivedAt: row.instant(5),
            origin: Origin(actor: row.text(6), channel: Origin.Channel(rawValue: row.text(7)) ?? .api)
        )
    }
}

/// The statements of one table of changes, made once.
private final class ChangeStatements: Sendable {
    let table: String
    let owner: String
    let last: Statement
    let insert: Statement

    static let orders = ChangeStatements("order_change", "order_id")
    static let receipts = ChangeStatements("receipt_change", "receipt_id")
    static let customers = ChangeStatements("customer_change", "customer_id")

    private init(_ table: String, _ owner: String) {
        (self.table, self.owner) = (table, owner)
        last = Statement("SELECT coalesce(max(seq), 0) FROM \(table) WHERE bucket = $1 AND \(owner) = $2")
        insert = Statement(
            """
            INSERT INTO \(table) (bucket, \(owner), seq, version, field, from_value, to_value, happened_ms, arrived_ms,
                actor, channel)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, gathering: .adds
        )
    }
}
