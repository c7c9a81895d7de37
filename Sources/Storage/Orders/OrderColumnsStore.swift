import Database
import Domain

/// Reads orders' list facts: all of them at start, and those that another process changed.
package struct OrderColumnsStore: Sendable {
    package init() {}

    private static let columns = """
        SELECT id, customer_id, date_ms, updated_ms, value_e4, general_status_id, delivery_status_id, payment_status_id,
            unit, number
        FROM orders WHERE deleted_ms IS NULL
        """
    private static let all = Statement("\(columns) ORDER BY id")

    package func load(_ tx: Connection) throws -> OrderColumns {
        var columns = OrderColumns()
        try tx.scan(Self.all) { columns.put(Self.entry($0)) }
        return columns
    }

    /// The facts of some orders; those that are no more are absent.
    package func entries(of ids: [Int64], _ tx: Connection) throws -> [OrderColumns.Entry] {
        try ids.chunked(500).flatMap { ids in
            try tx.rows("\(SQL(stringLiteral: Self.columns)) AND id IN (\(list: ids))", read: Self.entry)
        }
    }

    /// What some orders are called, and their versions, deleted ones too.
    package func names(of ids: [Int64], _ tx: Connection) throws -> [(externalID: String, version: Int64)] {
        try ids.chunked(500).flatMap { ids in
            try tx.rows("SELECT external_id, version FROM orders WHERE id IN (\(list: ids))") {
                ($0.text(0), $0.integer(1))
            }
        }
    }

    private static func entry(_ row: Row) -> OrderColumns.Entry {
        OrderColumns.Entry(
            id: row.id(0), customer: row.id(1), date: row.instant(2), updatedAt: row.instant(3),
            value: Money(tenThousandths: row.integer(4)),
            statuses: OrderStatuses(
                general: row.optionalID(5), delivery: row.optionalID(6), payment: row.optionalID(7)
            ),
            unit: row.optionalText(8), number: row.optionalText(9)
        )
    }
}

extension [Int64] {
    /// In pieces of so many: a statement takes only so many values.
    func chunked(_ size: Int) -> [[Int64]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
