import Database
import Domain

/// Erasures of persons: that they were done, and how far one is (ARCHITECTURE.md, "Erasing").
package struct ErasureStore: Sendable {
    package init() {}

    /// One erasure; it names nobody.
    package struct Erasure: Hashable, Sendable {
        package typealias ID = Identifier<Erasure>

        package var id: ID
        package var customer: Customer.ID
        package var ordersDone: Int64 = 0
        /// The last order that is done.
        package var after: Order.ID
        package var startedAt: Instant
        package var origin: Origin

        package init(id: ID, customer: Customer.ID, startedAt: Instant, origin: Origin) {
            (self.id, self.customer, self.startedAt, self.origin) = (id, customer, startedAt, origin)
            after = Order.ID(rawValue: 0)
        }
    }

    package func insert(_ erasure: Erasure, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO erasure (bucket, id, customer_id, orders_done, after_id, started_ms, actor, channel)
            VALUES (\(erasure.id.bucket.rawValue), \(erasure.id.rawValue), \(erasure.customer.rawValue), 0, 0,
                \(erasure.startedAt.milliseconds), \(erasure.origin.actor), \(erasure.origin.channel.rawValue))
            """
        )
    }

    /// Stores how far an erasure is.
    package func update(_ erasure: Erasure, finishedAt: Instant?, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE erasure SET orders_done = \(erasure.ordersDone), after_id = \(erasure.after.rawValue),
                finished_ms = \(finishedAt?.milliseconds)
            WHERE bucket = \(erasure.id.bucket.rawValue) AND id = \(erasure.id.rawValue)
            """
        )
    }

    /// The erasures that were begun and have not ended, the oldest first.
    package func unfinished(_ tx: Connection) throws -> [Erasure] {
        try tx.rows(
            """
            SELECT id, customer_id, orders_done, after_id, started_ms, actor, channel FROM erasure
            WHERE finished_ms IS NULL ORDER BY started_ms
            """
        ) { row in
            var erasure = Erasure(
                id: row.id(0), customer: row.id(1), startedAt: row.instant(4),
                origin: Origin(actor: row.text(5), channel: Origin.Channel(rawValue: row.text(6)) ?? .api)
            )
            (erasure.ordersDone, erasure.after) = (row.integer(2), row.id(3))
            return erasure
        }
    }

    /// The next orders of the customer that are not done, with whether each was deleted.
    package func next(
        _ erasure: Erasure, limit: Int, _ tx: Connection
    ) throws -> [(id: Order.ID, isDeleted: Bool)] {
        try tx.rows(
            """
            SELECT id, deleted_ms FROM orders
            WHERE bucket = \(erasure.customer.bucket.rawValue) AND customer_id = \(erasure.customer.rawValue)
                AND id > \(erasure.after.rawValue)
            ORDER BY id LIMIT \(limit)
            """
        ) { ($0.id(0), !$0.isNull(1)) }
    }

    /// Whether an order or a receipt still names the customer.
    package func hasOrders(_ customer: Customer.ID, _ tx: Connection) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM orders
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
            UNION ALL SELECT 1 FROM receipt
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue) LIMIT 1
            """
        ) { $0.integer(0) } != nil
    }

    /// Takes from an order's history what was said in personal fields; that something changed stays.
    ///
    /// - Parameter lineFields: The same of fields of lines, whatever the line.
    package func blankHistory(
        of order: Order.ID, fields: [String], lineFields: [String], _ tx: Connection
    ) throws {
        try tx.run(
            """
            UPDATE order_change SET from_value = NULL, to_value = NULL
            WHERE bucket = \(order.bucket.rawValue) AND order_id = \(order.rawValue) AND field IN (\(list: fields))
            """
        )
        for code in lineFields {
            try tx.run(
                """
                UPDATE order_change SET from_value = NULL, to_value = NULL
                WHERE bucket = \(order.bucket.rawValue) AND order_id = \(order.rawValue)
                    AND field LIKE \("items[%]." + code.replacing("_", with: "!_")) ESCAPE '!'
                """
            )
        }
    }
}
