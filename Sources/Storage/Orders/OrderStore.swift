import Database
import Domain

/// Orders, their lines and the keys that find them.
package struct OrderStore: Sendable {
    private let values = CustomValueStore(.order)
    private let lineValues = CustomValueStore(.orderLine)

    package init() {}

    // MARK: Reading

    private static let find = Statement("SELECT order_id FROM order_key WHERE bucket = $1 AND external_id = $2")

    /// The order that a shop knows by `externalID`; deleted ones are not found.
    package func find(_ externalID: String, _ tx: Connection) throws -> Order.ID? {
        try tx.first(Self.find) { binder in
            binder.bind(Bucket(hashOf: externalID))
            binder.bind(externalID)
        } read: {
            $0.id(0)
        }
    }

    private static let fieldCount = OrderField.allCases.count

    private static let columns = """
        o.id, o.external_id, o.customer_id, o.date_ms,
        o.general_status_id, o.delivery_status_id, o.payment_status_id,
        o.metadata, o.version, o.created_ms, o.updated_ms, o.reported_ms,
        c.external_id, c.first_name, c.last_name,
        \(Columns.names(of: OrderField.self, prefix: "o."))
        """

    private static let get = Statement(
        """
        SELECT \(columns) FROM orders AS o JOIN customer AS c ON c.bucket = o.bucket AND c.id = o.customer_id
        WHERE o.bucket = $1 AND o.id = $2
        """
    )

    /// The order with its lines, also when it is deleted.
    ///
    /// - Parameter fields: The custom fields whose values come along.
    package func get(_ id: Order.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredOrder? {
        guard var stored = try row(id, fields, tx) else { return nil }
        stored.order.lines = try lines(of: id, tx)
        if fields.has(.orderLine) {
            for (line, custom) in try lineValues.loadLines(of: CustomValueStore.Owner(id), fields, tx)
            where stored.order.lines.indices.contains(line) {
                stored.order.lines[line].custom = custom
            }
        }
        return stored
    }

    /// The order without its lines: what a list shows.
    package func row(_ id: Order.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredOrder? {
        var stored = try tx.first(Self.get) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
        } read: {
            Self.stored($0)
        }
        if fields.has(.order), stored != nil {
            stored?.order.custom = try values.load(CustomValueStore.Owner(id), fields, tx)
        }
        return stored
    }

    private static func stored(_ row: Row) -> StoredOrder {
        var order = Order(
            id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(3), createdAt: row.instant(9)
        )
        order.statuses = OrderStatuses(
            general: row.optionalID(4), delivery: row.optionalID(5), payment: row.optionalID(6)
        )
        order.metadata = row.optionalText(7)
        order.version = row.integer(8)
        order.updatedAt = row.instant(10)
        order.reportedAt = row.optionalInstant(11)
        order.fields = row.fields(from: 15)
        let names = [row.optionalText(13), row.optionalText(14)].compactMap { $0 }
        return StoredOrder(
            order: order, customerExternalID: row.text(12),
            customerName: names.isEmpty ? nil : names.joined(separator: " ")
        )
    }

    private static let lines = Statement(
        """
        SELECT external_id, \(Columns.names(of: LineField.self)) FROM order_line
        WHERE bucket = $1 AND order_id = $2 ORDER BY position
        """
    )

    private func lines(of id: Order.ID, _ tx: Connection) throws -> [OrderLine] {
        var lines: [OrderLine] = []
        try tx.each(Self.lines) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
        } read: { row in
            var line = OrderLine(externalID: row.text(0))
            line.fields = row.fields(from: 1)
            lines.append(line)
        }
        return lines
    }

    private static let ofCustomer = Statement(
        """
        SELECT id FROM orders WHERE bucket = $1 AND customer_id = $2 AND deleted_ms IS NULL
        ORDER BY date_ms DESC, id DESC
        """
    )

    /// A customer's orders, newest first.
    package func identifiers(of customer: Customer.ID, _ tx: Connection) throws -> [Order.ID] {
        var identifiers: [Order.ID] = []
        try tx.each(Self.ofCustomer) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
        } read: {
            identifiers.append($0.id(0))
        }
        return identifiers
    }

    // MARK: Writing

    private static let insertKey = Statement(
        "INSERT INTO order_key (bucket, external_id, order_id) VALUES ($1, $2, $3)", gathering: .adds
    )

    private static let insertOrder = Statement(
        """
        INSERT INTO orders (bucket, id, external_id, customer_id, date_ms,
            general_status_id, delivery_status_id, payment_status_id, value_e4, item_count_e6, metadata, version,
            created_ms, updated_ms, reported_ms, \(Columns.names(of: OrderField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 15 + fieldCount)))
        """, gathering: .adds
    )

    /// Stores an order that is not there yet, with its key and lines.
    package func insert(_ order: Order, _ tx: Connection) throws {
        tx.takeBack(Self.find) { binder in
            binder.bind(Bucket(hashOf: order.externalID))
            binder.bind(order.externalID)
        }
        try tx.run(Self.insertKey) { binder in
            binder.bind(Bucket(hashOf: order.externalID))
            binder.bind(order.externalID)
            binder.bind(order.id)
        }
        try insertRow(order, tx)
        try insertLines(of: order, tx)
        if !order.custom.isEmpty { try values.save(to: order.custom, of: CustomValueStore.Owner(order.id), tx) }
    }

    private func insertRow(_ order: Order, _ tx: Connection) throws {
        try tx.run(Self.insertOrder) { binder in
            binder.bind(order.id.bucket)
            binder.bind(order.id)
            binder.bind(order.externalID)
            Self.bindState(of: order, &binder)
        }
    }

    /// Binds what `insertOrder` and `updateOrder` share, in their order.
    private static func bindState(of order: Order, _ binder: inout Binder) {
        binder.bind(order.customer)
        binder.bind(order.date)
        for type in OrderStatusType.allCases { binder.bind(order.statuses[type]) }
        binder.bind(order.value.tenThousandths)
        binder.bind(order.itemCount.millionths)
        binder.bind(order.metadata)
        binder.bind(order.version)
        binder.bind(order.createdAt)
        binder.bind(order.updatedAt)
        binder.bind(order.reportedAt)
        binder.bind(order.fields)
    }

    private static let updateOrder = Statement(
        """
        UPDATE orders SET customer_id = $3, date_ms = $4, general_status_id = $5, delivery_status_id = $6,
            payment_status_id = $7, value_e4 = $8, item_count_e6 = $9, metadata = $10, version = $11,
            created_ms = $12, updated_ms = $13, reported_ms = $14,
            \(Columns.assignments(of: OrderField.self, from: 15))
        WHERE bucket = $1 AND id = $2
        """
    )

    /// Stores an order's new state; under a new identifier when it moved to a customer of another bucket.
    package func update(from before: Order, to after: Order, _ tx: Connection) throws {
        guard before.id == after.id else { return try move(from: before, to: after, tx) }
        try tx.run(Self.updateOrder) { binder in
            binder.bind(after.id.bucket)
            binder.bind(after.id)
            Self.bindState(of: after, &binder)
        }
        if before.custom != after.custom {
            try values.save(from: before.custom, to: after.custom, of: CustomValueStore.Owner(after.id), tx)
        }
        guard before.lines != after.lines else { return }
        try deleteLines(of: before, tx)
        try insertLines(of: after, tx)
    }

    /// Notes that the shop still saw an order's state at `instant`; no change of it.
    package func noteReport(of id: Order.ID, at instant: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE orders SET reported_ms = \(instant.milliseconds)
            WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)
            """
        )
    }

    /// Moves all rows of an order to another bucket: a row never changes its bucket in place.
    private func move(from before: Order, to after: Order, _ tx: Connection) throws {
        try deleteLines(of: before, tx)
        if !before.custom.isEmpty { try values.delete(CustomValueStore.Owner(before.id), tx) }
        try tx.run("DELETE FROM orders WHERE bucket = \(before.id.bucket.rawValue) AND id = \(before.id.rawValue)")
        try insertRow(after, tx)
        try insertLines(of: after, tx)
        if !after.custom.isEmpty { try values.save(to: after.custom, of: CustomValueStore.Owner(after.id), tx) }
        // Those who follow events find the order by it, and tell what happened before the move.
        try tx.run(
            """
            INSERT INTO order_move (bucket, order_id, former_id, former_seq)
            SELECT \(after.id.bucket.rawValue), \(after.id.rawValue), \(before.id.rawValue), coalesce(max(n), 0)
            FROM bucket_seq WHERE bucket = \(before.id.bucket.rawValue)
            """
        )
        try tx.run(
            """
            UPDATE order_key SET order_id = \(after.id.rawValue)
            WHERE bucket = \(Bucket(hashOf: after.externalID).rawValue) AND external_id = \(after.externalID)
            """
        )
    }

    private static let insertLine = Statement(
        """
        INSERT INTO order_line (bucket, order_id, position, external_id, \(Columns.names(of: LineField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 4 + LineField.allCases.count)))
        """, gathering: .adds
    )

    private func insertLines(of order: Order, _ tx: Connection) throws {
        for (position, line) in order.lines.enumerated() {
            try tx.run(Self.insertLine) { binder in
                binder.bind(order.id.bucket)
                binder.bind(order.id)
                binder.bind(Int64(position))
                binder.bind(line.externalID)
                binder.bind(line.fields)
            }
            if !line.custom.isEmpty {
                try lineValues.save(to: line.custom, of: CustomValueStore.Owner(order.id, line: position), tx)
            }
        }
    }

    private func deleteLines(of order: Order, _ tx: Connection) throws {
        try deleteLines(of: order.id, tx)
        if order.lines.contains(where: { !$0.custom.isEmpty }) {
            try lineValues.delete(CustomValueStore.Owner(order.id), tx)
        }
    }

    private func deleteLines(of id: Order.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM order_line WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue)")
    }

    /// Hides an order: its key is free again, and its rows stay until they are purged.
    package func hide(_ order: Order, at now: Instant, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM order_key
            WHERE bucket = \(Bucket(hashOf: order.externalID).rawValue) AND external_id = \(order.externalID)
            """
        )
        try tx.run(
            """
            UPDATE orders SET deleted_ms = \(now.milliseconds), version = \(order.version),
                updated_ms = \(now.milliseconds)
            WHERE bucket = \(order.id.bucket.rawValue) AND id = \(order.id.rawValue)
            """
        )
    }

    /// Removes for good up to `limit` orders that were deleted before `instant`, and returns how many went.
    package func purge(deletedBefore instant: Instant, limit: Int, _ tx: Connection) throws -> Int {
        let identifiers: [Order.ID] = try tx.rows(
            "SELECT id FROM orders WHERE deleted_ms < \(instant.milliseconds) ORDER BY deleted_ms LIMIT \(limit)"
        ) { $0.id(0) }
        for id in identifiers { try remove(id, tx) }
        return identifiers.count
    }

    /// Removes all rows of an order that was deleted.
    package func remove(_ id: Order.ID, _ tx: Connection) throws {
        try deleteLines(of: id, tx)
        try lineValues.delete(CustomValueStore.Owner(id), tx)
        try values.delete(CustomValueStore.Owner(id), tx)
        try tx.run("DELETE FROM order_change WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue)")
        try tx.run("DELETE FROM orders WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)")
        try tx.run("DELETE FROM order_move WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue)")
    }

    /// A customer's orders that were deleted and are not yet purged.
    package func deleted(of customer: Customer.ID, _ tx: Connection) throws -> [Order.ID] {
        try tx.rows(
            """
            SELECT id FROM orders WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
                AND deleted_ms IS NOT NULL ORDER BY id
            """
        ) { $0.id(0) }
    }
}
