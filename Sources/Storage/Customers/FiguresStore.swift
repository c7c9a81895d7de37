import Database
import Domain

/// The figures of each customer's included orders, kept current at write.
package struct FiguresStore: Sendable {
    package init() {}

    private static let add = Statement(
        """
        UPDATE customer_figures SET order_count = order_count + $3, total_e4 = total_e4 + $4, items_e6 = items_e6 + $5,
            first_ms = CASE WHEN first_ms IS NULL OR first_ms > $6 THEN $6 ELSE first_ms END,
            last_ms = CASE WHEN last_ms IS NULL OR last_ms < $6 THEN $6 ELSE last_ms END
        WHERE bucket = $1 AND customer_id = $2
            AND total_e4 BETWEEN \(-sumLimit) - $4 AND \(sumLimit) - $4
            AND items_e6 BETWEEN \(-sumLimit) - $5 AND \(sumLimit) - $5
        """, gathering: .changes(key: 2)
    )

    /// Sums up to here take any one order more without leaving 64 bits, which SQLite would do in silence.
    static let sumLimit: Int64 = 9_000_000_000_000_000_000

    /// Writes what the move of one order's share from `before` to `after` does to a customer's figures.
    ///
    /// The order's own row must be written already: dates that may have gone are found anew in the orders.
    ///
    /// - Returns: The same move for those who keep figures in memory.
    /// - Throws: `DatabaseError.outOfRange` when the customer's orders add up to more than 64 bits hold.
    package func apply(
        from before: CustomerFigures.Share?, to after: CustomerFigures.Share?, of customer: Customer.ID,
        _ book: StatusBook, _ tx: Connection
    ) throws -> CustomerColumns.Move? {
        switch CustomerFigures.step(from: before, to: after) {
        case .nothing: return nil
        case .recompute: return try recompute(customer, book, tx)
        case .add(let orders, let value, let items, let date):
            let isAdded = try tx.changesOne(Self.add) { binder in
                binder.bind(customer.bucket)
                binder.bind(customer)
                binder.bind(orders)
                binder.bind(value)
                binder.bind(items)
                binder.bind(date)
            }
            // Close to the end of the range the database adds up, and refuses what it cannot hold.
            if !isAdded { return try recompute(customer, book, tx) }
            return .add(customer, orders: orders, value: value, date: date)
        }
    }

    package func get(_ customer: Customer.ID, _ tx: Connection) throws -> CustomerFigures? {
        try tx.first(
            """
            SELECT order_count, total_e4, items_e6, first_ms, last_ms FROM customer_figures
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            """
        ) { Self.figures($0, from: 0) }
    }

    private static func figures(_ row: Row, from column: Int) -> CustomerFigures {
        var figures = CustomerFigures()
        figures.orderCount = row.integer(column)
        figures.total = Money(tenThousandths: row.integer(column + 1))
        figures.items = Quantity(millionths: row.integer(column + 2))
        figures.firstDate = row.optionalInstant(column + 3)
        figures.lastDate = row.optionalInstant(column + 4)
        return figures
    }

    private func recompute(
        _ customer: Customer.ID, _ book: StatusBook, _ tx: Connection
    ) throws -> CustomerColumns.Move? {
        try recompute(
            "bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)", book, tx
        ).first
    }

    /// Computes the figures anew of the customers who have an order in one of these statuses, and returns them.
    package func recompute(
        customersIn statuses: [OrderStatus], _ book: StatusBook, _ tx: Connection
    ) throws -> [CustomerColumns.Move] {
        let ids = statuses.map(\.id.rawValue)
        return try recompute(
            """
            (bucket, customer_id) IN (
                SELECT bucket, customer_id FROM orders
                WHERE deleted_ms IS NULL AND (general_status_id IN (\(list: ids))
                    OR delivery_status_id IN (\(list: ids)) OR payment_status_id IN (\(list: ids))))
            """, book, tx
        )
    }

    /// Computes the figures anew of the customers for whom `condition` holds, and returns them.
    private func recompute(
        _ condition: SQL, _ book: StatusBook, _ tx: Connection
    ) throws -> [CustomerColumns.Move] {
        try tx.rows(
            """
            UPDATE customer_figures SET (order_count, total_e4, items_e6, first_ms, last_ms) = (
                SELECT count(*), CAST(coalesce(sum(value_e4), 0) AS BIGINT),
                    CAST(coalesce(sum(item_count_e6), 0) AS BIGINT), min(date_ms), max(date_ms)
                FROM orders
                WHERE bucket = customer_figures.bucket AND customer_id = customer_figures.customer_id
                    AND deleted_ms IS NULL AND \(Self.isIncluded(book)))
            WHERE \(condition)
            RETURNING customer_id, order_count, total_e4, items_e6, first_ms, last_ms
            """
        ) { .set($0.id(0), Self.figures($0, from: 1)) }
    }

    /// The figures of everybody who has any.
    package func all(_ tx: Connection) throws -> [(Customer.ID, CustomerFigures)] {
        try tx.rows(
            """
            SELECT customer_id, order_count, total_e4, items_e6, first_ms, last_ms FROM customer_figures
            WHERE order_count > 0
            """
        ) { ($0.id(0), Self.figures($0, from: 1)) }
    }

    /// Computes everybody's figures anew, as a change of the rule asks for.
    package func recomputeAll(_ book: StatusBook, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE customer_figures SET order_count = 0, total_e4 = 0, items_e6 = 0, first_ms = NULL, last_ms = NULL
            WHERE order_count > 0
            """
        )
        try tx.run(
            """
            UPDATE customer_figures SET order_count = s.order_count, total_e4 = s.total_e4, items_e6 = s.items_e6,
                first_ms = s.first_ms, last_ms = s.last_ms
            FROM (\(Self.sums(book))) AS s
            WHERE customer_figures.bucket = s.bucket AND customer_figures.customer_id = s.customer_id
            """
        )
    }

    /// Customers whose stored figures differ from their orders, with both: none, unless something is broken.
    package func differences(
        _ book: StatusBook, limit: Int, _ tx: Connection
    ) throws -> [(customer: Customer.ID, stored: CustomerFigures, computed: CustomerFigures)] {
        try tx.rows(
            """
            SELECT f.customer_id, f.order_count, f.total_e4, f.items_e6, f.first_ms, f.last_ms,
                coalesce(s.order_count, 0), coalesce(s.total_e4, 0), coalesce(s.items_e6, 0), s.first_ms, s.last_ms
            FROM customer_figures AS f
            LEFT JOIN (\(Self.sums(book))) AS s ON s.bucket = f.bucket AND s.customer_id = f.customer_id
            WHERE f.order_count <> coalesce(s.order_count, 0) OR f.total_e4 <> coalesce(s.total_e4, 0)
                OR f.items_e6 <> coalesce(s.items_e6, 0) OR f.first_ms IS DISTINCT FROM s.first_ms
                OR f.last_ms IS DISTINCT FROM s.last_ms
            LIMIT \(limit)
            """
        ) { row in (row.id(0), Self.figures(row, from: 1), Self.figures(row, from: 6)) }
    }

    private static func sums(_ book: StatusBook) -> SQL {
        """
        SELECT bucket, customer_id, count(*) AS order_count, CAST(sum(value_e4) AS BIGINT) AS total_e4,
            CAST(sum(item_count_e6) AS BIGINT) AS items_e6, min(date_ms) AS first_ms, max(date_ms) AS last_ms
        FROM orders WHERE deleted_ms IS NULL AND \(isIncluded(book)) GROUP BY bucket, customer_id
        """
    }

    /// The rule of `StatusBook.includes` as a condition on `orders`.
    static func isIncluded(_ book: StatusBook) -> SQL {
        func flagged(_ type: OrderStatusType) -> [Int64] {
            book.statuses.filter { $0.type == type && $0.includeInAnalytics }.map(\.id.rawValue)
        }
        let (general, delivery, payment) = (flagged(.general), flagged(.delivery), flagged(.payment))
        switch book.rule {
        case .any:
            return """
                (general_status_id IN (\(list: general)) OR delivery_status_id IN (\(list: delivery))
                    OR payment_status_id IN (\(list: payment)))
                """
        case .general: return "general_status_id IN (\(list: general))"
        case .all:
            guard !(general + delivery + payment).isEmpty else { return "FALSE" }
            return """
                ((\(general.isEmpty) OR general_status_id IN (\(list: general)))
                    AND (\(delivery.isEmpty) OR delivery_status_id IN (\(list: delivery)))
                    AND (\(payment.isEmpty) OR payment_status_id IN (\(list: payment))))
                """
        }
    }
}
