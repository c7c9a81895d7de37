import Database
import Domain
import Storage

extension SegmentService {
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

    /// Customers by their scores, which are given among those of a segment, or among all.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func scores(of code: String?) async throws -> [ScoreCell] {
        let condition: Condition = try code.map { .segment(try entry($0).segment.code) } ?? .everybody
        let terms = terms()
        return try await engine.readLong { [trees] tx in
            try trees.scores(condition, terms, tx).map { cell in
                ScoreCell(
                    recency: cell.recency, frequency: cell.frequency, customers: cell.customers,
                    monetarySum: cell.monetarySum, orders: cell.orders, revenue: cell.revenue
                )
            }
        }
    }
}
