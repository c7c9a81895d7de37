import Database
import Domain

/// The statuses that orders can be in.
package struct StatusStore: Sendable {
    private let memo = WriterMemo<StatusBook>()

    package init() {}

    /// All statuses and the rule of the project.
    package func book(_ tx: Connection) throws -> StatusBook {
        let statuses: [OrderStatus] = try tx.rows(
            """
            SELECT id, type, code, name, include_in_analytics, color, position, is_archived FROM order_status
            ORDER BY position, id
            """
        ) { row in
            OrderStatus(
                id: row.id(0), type: OrderStatusType(rawValue: row.text(1)) ?? .general, code: row.text(2),
                name: row.text(3), includeInAnalytics: row.boolean(4),
                color: StatusColor(rawValue: row.text(5)) ?? .grey, position: row.integer(6),
                isArchived: row.boolean(7)
            )
        }
        let rule = try tx.first("SELECT inclusion_rule FROM project") { InclusionRule(rawValue: $0.text(0)) }
        return StatusBook(statuses: statuses, rule: rule.flatMap { $0 } ?? .any)
    }

    /// The same within a write, remembered from one to the next.
    package func writerBook(_ tx: Connection) throws -> StatusBook {
        try memo.value(tx, load: book)
    }

    /// To be called by a write that changes the project's rule.
    package func forgetBook(_ tx: Connection) { memo.forget(tx) }

    package func insert(_ status: OrderStatus, at now: Instant, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO order_status (id, type, code, name, include_in_analytics, color, position, is_archived,
                created_ms)
            VALUES (\(status.id.rawValue), \(status.type.rawValue), \(status.code), \(status.name),
                \(status.includeInAnalytics), \(status.color.rawValue), \(status.position), \(status.isArchived),
                \(now.milliseconds))
            """
        )
    }

    package func update(_ status: OrderStatus, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            UPDATE order_status SET code = \(status.code), name = \(status.name),
                include_in_analytics = \(status.includeInAnalytics), color = \(status.color.rawValue),
                position = \(status.position), is_archived = \(status.isArchived)
            WHERE id = \(status.id.rawValue)
            """
        )
    }

    package func delete(_ id: OrderStatus.ID, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run("DELETE FROM order_status WHERE id = \(id.rawValue)")
    }

    /// How many orders are in a status now, counted up to 1,000.
    package func orderCount(of status: OrderStatus, _ tx: Connection) throws -> Int {
        let column: SQL =
            switch status.type {
            case .general: "general_status_id"
            case .delivery: "delivery_status_id"
            case .payment: "payment_status_id"
            }
        return try tx.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM orders WHERE \(column) = \(status.id.rawValue) AND deleted_ms IS NULL LIMIT 1000) AS used
            """
        ) { Int($0.integer(0)) } ?? 0
    }

    /// Whether any order was ever in a status; reads all of history.
    package func isInHistory(_ type: OrderStatusType, code: String, _ tx: Connection) throws -> Bool {
        try tx.first(
            "SELECT 1 FROM order_change WHERE field = \(type.path) AND to_value = \(code) LIMIT 1"
        ) { _ in true } ?? false
    }
}
