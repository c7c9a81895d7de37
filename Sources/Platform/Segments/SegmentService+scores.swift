import Database
import Domain
import Segmentation
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
        if let view = try await view(of: condition) {
            let matrix = await view.ask { $0.index.rfm(of: code == nil ? nil : $0.customers(fulfilling: condition)) }
            return (1...5).flatMap { recency in
                (1...5).compactMap { Self.cell(matrix, recency, $0) }
            }
        }
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

    private static func cell(_ matrix: RFMMatrix, _ recency: Int, _ frequency: Int) -> ScoreCell? {
        let cell = matrix[recency, frequency]
        guard cell.customers > 0 else { return nil }
        let monetary = (1...5).reduce(0) { $0 + $1 * matrix[recency, frequency, $1].customers }
        return ScoreCell(
            recency: recency, frequency: frequency, customers: Int64(cell.customers), monetarySum: Int64(monetary),
            orders: cell.orders, revenue: cell.revenue
        )
    }
}
