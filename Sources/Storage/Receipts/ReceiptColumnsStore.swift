import Database
import Domain

/// Reads receipts' list facts: all of them at start, and those that another process changed.
package struct ReceiptColumnsStore: Sendable {
    package init() {}

    private static let columns = """
        SELECT id, customer_id, date_ms, updated_ms, value_e4, order_id, unit, number FROM receipt
        WHERE deleted_ms IS NULL
        """
    private static let all = Statement("\(columns) ORDER BY id")

    package func load(_ tx: Connection) throws -> ReceiptColumns {
        var columns = ReceiptColumns()
        try tx.scan(Self.all) { columns.put(Self.entry($0)) }
        return columns
    }

    /// The facts of some receipts; those that are no more are absent.
    package func entries(of ids: [Int64], _ tx: Connection) throws -> [ReceiptColumns.Entry] {
        try ids.chunked(500).flatMap { ids in
            try tx.rows("\(SQL(stringLiteral: Self.columns)) AND id IN (\(list: ids))", read: Self.entry)
        }
    }

    private static func entry(_ row: Row) -> ReceiptColumns.Entry {
        ReceiptColumns.Entry(
            id: row.id(0), customer: row.id(1), date: row.instant(2), updatedAt: row.instant(3),
            value: Money(tenThousandths: row.integer(4)), isLinked: !row.isNull(5), unit: row.optionalText(6),
            number: row.optionalText(7)
        )
    }
}
