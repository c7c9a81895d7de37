import Database
import Domain

extension SegmentStore {
    /// Customers of the same scores of recency and frequency.
    package struct ScoreCell: Hashable, Sendable {
        package var recency: Int
        package var frequency: Int
        package var customers: Int64
        /// What their monetary scores add up to.
        package var monetarySum: Int64
        package var orders: Int64
        package var revenue: MoneySum
    }

    /// The customers that fulfil a tree by their scores among each other; those without an included order have none.
    package func scores(_ condition: Condition, _ terms: SegmentTerms, _ tx: Connection) throws -> [ScoreCell] {
        try tx.define(SegmentFunctions.all)
        return try tx.rows(SegmentQuery(condition, terms).scores) { row in
            ScoreCell(
                recency: Int(row.integer(0)), frequency: Int(row.integer(1)), customers: row.integer(2),
                monetarySum: row.integer(3), orders: row.integer(4),
                revenue: MoneySum(tenThousandths: Int128(row.integer(5)) * 1_000_000_000 + Int128(row.integer(6)))
            )
        }
    }
}
