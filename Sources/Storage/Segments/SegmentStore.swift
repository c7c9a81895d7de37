import Database
import Domain

/// Asks condition trees of the database.
package struct SegmentStore: Sendable {
    package init() {}

    /// The customers that fulfil a tree, ascending.
    package func customers(_ condition: Condition, _ terms: SegmentTerms, _ tx: Connection) throws -> [Customer.ID] {
        try tx.define(SegmentFunctions.all)
        return try tx.rows(SegmentQuery(condition, terms).customers) { $0.id(0) }
    }

    /// Up to so many of them, after one.
    package func page(
        _ condition: Condition, after customer: Customer.ID?, limit: Int, _ terms: SegmentTerms, _ tx: Connection
    ) throws -> [Customer.ID] {
        try tx.define(SegmentFunctions.all)
        let page = SegmentQuery(condition, terms).page(after: customer?.rawValue ?? .min, limit: limit)
        return try tx.rows(page) { $0.id(0) }
    }

    /// Whether one customer fulfils a tree.
    package func fulfils(
        _ customer: Customer.ID, _ condition: Condition, _ terms: SegmentTerms, _ tx: Connection
    ) throws -> Bool {
        try tx.define(SegmentFunctions.all)
        return try tx.first(SegmentQuery(condition, of: customer, terms).customers) { _ in true } ?? false
    }

    /// What is written down of a segment's members, and does not hold: who entered since, and who left, up to so many of each.
    package func moves(
        of segment: Segment.ID, _ condition: Condition, limit: Int, _ terms: SegmentTerms, _ tx: Connection
    ) throws -> (entered: [Customer.ID], left: [Customer.ID]) {
        try tx.define(SegmentFunctions.all)
        let query = SegmentQuery(condition, terms)
        return (
            try tx.rows(query.entering(segment, limit: limit)) { $0.id(0) },
            try tx.rows(query.leaving(segment, limit: limit)) { $0.id(0) }
        )
    }

    /// How many customers there are, and what their included orders add up to.
    package struct Figures: Hashable, Sendable {
        package var customers: Int64 = 0
        package var orders: Int64 = 0
        package var revenue = MoneySum.zero

        /// Mean order value, cut to a ten-thousandth; none without orders.
        package var averageOrderValue: MoneySum? {
            orders == 0 ? nil : MoneySum(tenThousandths: revenue.tenThousandths / Int128(orders))
        }
    }

    /// The figures of the customers that fulfil a tree; of `Condition.everybody` what shares are of.
    package func figures(_ condition: Condition, _ terms: SegmentTerms, _ tx: Connection) throws -> Figures {
        try tx.define(SegmentFunctions.all)
        return try tx.first(SegmentQuery(condition, terms).figures) { row in
            let revenue = Int128(row.integer(2)) * 1_000_000_000 + Int128(row.integer(3))
            return Figures(
                customers: row.integer(0), orders: row.integer(1), revenue: MoneySum(tenThousandths: revenue))
        } ?? Figures()
    }
}
