import Database
import Domain

/// Reads every order's list facts, once, at start.
package struct OrderColumnsStore: Sendable {
    package init() {}

    private static let all = Statement(
        """
        SELECT id, date_ms, updated_ms, value_e4, general_status_id, delivery_status_id, payment_status_id, unit, number
        FROM orders WHERE deleted_ms IS NULL ORDER BY id
        """
    )

    package func load(_ tx: Connection) throws -> OrderColumns {
        var columns = OrderColumns()
        try tx.each(Self.all) { _ in
        } read: { row in
            columns.put(
                OrderColumns.Entry(
                    id: row.id(0), date: row.instant(1), updatedAt: row.instant(2),
                    value: Money(tenThousandths: row.integer(3)),
                    statuses: OrderStatuses(
                        general: row.optionalID(4), delivery: row.optionalID(5), payment: row.optionalID(6)
                    ),
                    unit: row.optionalText(7), number: row.optionalText(8)
                )
            )
        }
        return columns
    }
}
