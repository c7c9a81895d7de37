import Database
import Domain

/// Reads every receipt's list facts, once, at start.
package struct ReceiptColumnsStore: Sendable {
    package init() {}

    private static let all = Statement(
        """
        SELECT id, customer_id, date_ms, updated_ms, value_e4, order_id, unit, number FROM receipt
        WHERE deleted_ms IS NULL ORDER BY id
        """
    )

    package func load(_ tx: Connection) throws -> ReceiptColumns {
        var columns = ReceiptColumns()
        try tx.scan(Self.all) { row in
            columns.put(
                ReceiptColumns.Entry(
                    id: row.id(0), customer: row.id(1), date: row.instant(2), updatedAt: row.instant(3),
                    value: Money(tenThousandths: row.integer(4)), isLinked: !row.isNull(5), unit: row.optionalText(6),
                    number: row.optionalText(7)
                )
            )
        }
        return columns
    }
}
