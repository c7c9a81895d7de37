import Database
import Domain

/// A condition tree as statements: one text for SQLite and PostgreSQL (ARCHITECTURE.md, "Two engines").
package struct SegmentQuery: Sendable {
    /// `WITH`, where segments are named.
    private let segments: SQL
    /// `FROM` and `WHERE`, with the customer as `c`.
    private let source: SQL

    /// - Parameter customer: The only one that is asked about; nil for all.
    package init(_ condition: Condition, of customer: Customer.ID? = nil, _ terms: SegmentTerms) {
        let narrowing = Narrowing(condition, of: customer, terms)
        var query = RecordQuery(terms, .customer, alias: "c", narrowing: narrowing)
        let conjuncts = query.conjuncts(condition)
        // Who was erased is nobody any more.
        var parts: [SQL] = ["c.erased_ms IS NULL"] + conjuncts.conditions(tables: query.tables)
        if let customer {
            parts.append("(c.bucket = \(customer.bucket.rawValue) AND c.id = \(customer.rawValue))")
        }
        query.usesFigures = true
        segments = query.named.clause
        source = "FROM customer AS c\(query.joins) WHERE \(SQL.all(parts))"
    }

    /// Answers the customers, by identifier.
    package var customers: SQL { "\(segments)SELECT c.id \(source) ORDER BY c.id" }

    /// Answers up to so many customers after one.
    package func page(after customer: Int64, limit: Int) -> SQL {
        "\(segments)SELECT c.id \(source) AND c.id > \(customer) ORDER BY c.id LIMIT \(limit)"
    }

    /// Answers up to so many customers who are not written down as members of a segment.
    package func entering(_ segment: Segment.ID, limit: Int) -> SQL {
        """
        \(segments)SELECT c.id \(source) AND NOT EXISTS (SELECT 1 FROM segment_member AS m
            WHERE m.bucket = c.bucket AND m.customer_id = c.id AND m.segment_id = \(segment.rawValue))
        ORDER BY c.id LIMIT \(limit)
        """
    }

    /// Answers up to so many members of a segment, as they are written down, who are not among the customers.
    package func leaving(_ segment: Segment.ID, limit: Int) -> SQL {
        """
        \(segments)SELECT m.customer_id FROM segment_member AS m
            LEFT JOIN (SELECT c.bucket, c.id \(source)) AS t ON t.bucket = m.bucket AND t.id = m.customer_id
        WHERE m.segment_id = \(segment.rawValue) AND t.id IS NULL ORDER BY m.customer_id LIMIT \(limit)
        """
    }

    /// Answers how many customers there are, their included orders, and what those are worth.
    ///
    /// The worth is answered in thousand millions and a rest, since it may be beyond 64 bits.
    package var figures: SQL {
        """
        \(segments)SELECT count(*), CAST(coalesce(sum(cf.order_count), 0) AS BIGINT),
            CAST(coalesce(sum(cf.total_e4 / 1000000000), 0) AS BIGINT),
            CAST(coalesce(sum(cf.total_e4 % 1000000000), 0) AS BIGINT) \(source)
        """
    }

    /// Answers by scores of recency and frequency, given among these customers: how many there are, the sum of their
    /// monetary scores, their included orders, and what those are worth, as `figures` does.
    package var scores: SQL {
        """
        \(segments)SELECT s.r, s.f, count(*), CAST(sum(s.m) AS BIGINT), CAST(sum(s.order_count) AS BIGINT),
            CAST(sum(s.total_e4 / 1000000000) AS BIGINT), CAST(sum(s.total_e4 % 1000000000) AS BIGINT)
        FROM (
            SELECT cf.order_count, cf.total_e4,
                (row_number() OVER (ORDER BY cf.last_ms, c.id) - 1) * 5 / count(*) OVER () + 1 AS r,
                (row_number() OVER (ORDER BY cf.order_count, c.id) - 1) * 5 / count(*) OVER () + 1 AS f,
                (row_number() OVER (ORDER BY cf.total_e4, c.id) - 1) * 5 / count(*) OVER () + 1 AS m
            \(source) AND cf.order_count > 0
        ) AS s
        GROUP BY s.r, s.f
        """
    }
}
