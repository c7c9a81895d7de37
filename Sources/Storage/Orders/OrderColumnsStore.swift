import Database
import Domain

/// Reads every order's list facts, once, at start.
package struct OrderColumnsStore: Sendable {
    package init() {}

    private static let all = Statement(
        """
        SELECT id, customer_id, date_ms, updated_ms, value_e4, general_status_id, delivery_status_id, payment_status_id,
            unit, number
        FROM orders WHERE deleted_ms IS NULL ORDER BY id
        """
    )

    package func load(_ tx: Connection) throws -> OrderColumns {
        var columns = OrderColumns()
        try tx.scan(Self.all) { row in
            columns.put(
                OrderColumns.Entry(
                    id: row.id(0), customer: row.id(1), date: row.instant(2), updatedAt: row.instant(3),
                    value: Money(tenThousandths: row.integer(4)),
                    statuses: OrderStatuses(
                        general: row.optionalID(5), delivery: row.optionalID(6), payment: row.optionalID(7)
                    ),
                    unit: row.optionalText(8), number: row.optionalText(9)
                )
            )
        }
        return columns
    }
}
