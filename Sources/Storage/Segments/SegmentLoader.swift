import Database
import Domain

/// Reads all that segments ask about, or what changed of it, side by side and in few statements.
package struct SegmentLoader {
    private let fields: FieldBook
    private let book: StatusBook
    private let tx: Connection
    /// The identifiers of those who alone are read; nil for all.
    private let wanted: [Int64]?

    /// - Parameter wanted: The identifiers of the customers, orders or receipts that alone are read, some hundreds; nil for all.
    package init(_ fields: FieldBook, _ book: StatusBook, only wanted: [Int64]? = nil, _ tx: Connection) {
        (self.fields, self.book, self.wanted, self.tx) = (fields, book, wanted, tx)
    }

    // MARK: Everything

    /// Everybody but those who were erased.
    package func customers(_ body: (Customer) throws -> Void) throws {
        var values = try custom(.customer)
        let rows = try stream(
            """
            SELECT id, external_id, version, created_ms, updated_ms, \(Columns.names(of: CustomerField.self))
            FROM customer\(among("id")) WHERE erased_ms IS NULL
            """, by: "id"
        )
        while let row = try rows.next() {
            var customer = Customer(id: row.id(0), externalID: row.text(1), createdAt: row.instant(3))
            (customer.version, customer.updatedAt) = (row.integer(2), row.instant(4))
            customer.fields = row.fields(from: 5)
            try values?.take(customer.id.rawValue) { CustomValueStore.note($0, from: 2, fields, in: &customer.custom) }
            try body(customer)
        }
    }

    /// All orders that are not deleted, with their lines, and the statuses that they were in.
    package func orders(_ body: (Order, [StatusStay]) throws -> Void) throws {
        var (values, lineValues) = (try custom(.order), try custom(.orderLine))
        var lines = try owned(
            "SELECT order_id, external_id, \(Columns.names(of: LineField.self)) FROM order_line\(among("order_id"))",
            by: "order_id, position"
        )
        var history = try owned(
            """
            SELECT order_id, field, to_value, happened_ms FROM order_change\(among("order_id"))
            WHERE field IN (\(Self.statusPaths))
            """, by: "order_id, seq"
        )
        let rows = try stream(
            """
            SELECT id, external_id, customer_id, date_ms, general_status_id, delivery_status_id, payment_status_id,
                version, created_ms, updated_ms, \(Columns.names(of: OrderField.self))
            FROM orders\(among("id")) WHERE deleted_ms IS NULL
            """, by: "id"
        )
        while let row = try rows.next() {
            var order = Order(
                id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(3),
                createdAt: row.instant(8)
            )
            order.statuses = OrderStatuses(
                general: row.optionalID(4), delivery: row.optionalID(5), payment: row.optionalID(6)
            )
            (order.version, order.updatedAt) = (row.integer(7), row.instant(9))
            order.fields = row.fields(from: 10)
            let id = order.id.rawValue
            try lines.take(id) { row in
                var line = OrderLine(externalID: row.text(1))
                line.fields = row.fields(from: 2)
                order.lines.append(line)
            }
            try values?.take(id) { CustomValueStore.note($0, from: 2, fields, in: &order.custom) }
            try lineValues?.take(id) { row in
                let line = Int(row.integer(1))
                guard order.lines.indices.contains(line) else { return }
                CustomValueStore.note(row, from: 2, fields, in: &order.lines[line].custom)
            }
            var changes: [OrderChange] = []
            try history.take(id) { changes.append(Self.change($0, from: 1)) }
            try body(order, changes.isEmpty ? [] : StatusStay.stays(in: changes, book))
        }
    }

    /// All receipts that are not deleted, with their lines.
    package func receipts(_ body: (Receipt) throws -> Void) throws {
        var (values, lineValues) = (try custom(.receipt), try custom(.receiptLine))
        var lines = try owned(
            "SELECT receipt_id, external_id, \(Columns.names(of: ReceiptLineField.self)) FROM receipt_line\(among("receipt_id"))",
            by: "receipt_id, position"
        )
        let rows = try stream(
            """
            SELECT id, external_id, customer_id, order_id, date_ms, version, created_ms, updated_ms,
                \(Columns.names(of: ReceiptField.self))
            FROM receipt\(among("id")) WHERE deleted_ms IS NULL
            """, by: "id"
        )
        while let row = try rows.next() {
            var receipt = Receipt(
                id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(4),
                createdAt: row.instant(6)
            )
            (receipt.order, receipt.version, receipt.updatedAt) = (row.optionalID(3), row.integer(5), row.instant(7))
            receipt.fields = row.fields(from: 8)
            let id = receipt.id.rawValue
            try lines.take(id) { row in
                var line = ReceiptLine(externalID: row.text(1))
                line.fields = row.fields(from: 2)
                receipt.lines.append(line)
            }
            try values?.take(id) { CustomValueStore.note($0, from: 2, fields, in: &receipt.custom) }
            try lineValues?.take(id) { row in
                let line = Int(row.integer(1))
                guard receipt.lines.indices.contains(line) else { return }
                CustomValueStore.note(row, from: 2, fields, in: &receipt.lines[line].custom)
            }
            try body(receipt)
        }
    }

    /// The whole catalogue.
    package func products(_ body: (Product) throws -> Void) throws {
        var custom: [Int64: CustomValues] = [:]
        if fields.has(.product) {
            try tx.scan(CustomValueStore(.product).all(isSpread: tx.isSpread)) { row in
                CustomValueStore.note(row, from: 2, fields, in: &custom[row.integer(0), default: CustomValues()])
            }
        }
        try tx.scan(ProductStore.all) { row in
            var product = ProductStore.product(row)
            product.custom = custom[product.id.rawValue] ?? CustomValues()
            try body(product)
        }
    }

    // MARK: What customers did, and have in their containers

    /// All events, those of visitors as well, whom whoever asks knows from customers.
    ///
    /// - Parameters:
    ///   - contexts: Whether anything is asked of their contexts, which are far larger than all else.
    ///   - ofOwners: Whether those who alone are read are owners of events, and not events.
    package func events(contexts: Bool, ofOwners: Bool = false, _ body: (EventRecord) throws -> Void) throws {
        let sources = Dictionary(
            uniqueKeysWithValues: try tx.rows("SELECT id, code FROM event_source") { ($0.integer(0), $0.text(1)) })
        let rows = try stream(
            """
            SELECT id, owner_id, name, kind, subject, source_id, happened_ms, \(contexts ? "context" : "NULL")
            FROM tracked_event\(among(ofOwners ? "owner_id" : "id"))
            """, by: "id"
        )
        while let row = try rows.next() {
            try body(
                EventRecord(
                    id: row.id(0), customer: row.id(1), name: row.text(2),
                    kind: EventName.Kind(rawValue: row.text(3)) ?? .web, subject: row.optionalText(4),
                    source: row.optionalInteger(5).flatMap { sources[$0] }, date: row.instant(6),
                    context: contexts ? row.optionalText(7) : nil
                )
            )
        }
    }

    /// All containers with their lines, those of visitors as well.
    package func containers(_ types: ContainerBook, _ body: (ContainerRecord) throws -> Void) throws {
        var lines = try owned(
            """
            SELECT owner_id, type_id, product, quantity_e6, price_e4, added_ms, changed_ms
            FROM container_line\(among("owner_id"))
            """, by: "owner_id, type_id, added_ms, product"
        )
        let rows = try stream(
            "SELECT owner_id, type_id, changed_ms, abandoned_ms FROM container\(among("owner_id"))",
            by: "owner_id, type_id"
        )
        var (owner, found): (Int64, [Int64: [ContainerLine]]) = (0, [:])
        while let row = try rows.next() {
            if row.integer(0) != owner {
                (owner, found) = (row.integer(0), [:])
                try lines.take(owner) { row in
                    found[row.integer(1), default: []].append(
                        ContainerLine(
                            product: row.text(2), quantity: Quantity(millionths: row.integer(3)),
                            price: row.optionalInteger(4).map(Money.init(tenThousandths:)), addedAt: row.instant(5),
                            changedAt: row.instant(6)
                        )
                    )
                }
            }
            var container = Container(type: row.id(1), changedAt: row.instant(2))
            container.abandonedAt = row.optionalInstant(3)
            container.lines = found[row.integer(1)] ?? []
            if let record = ContainerRecord(container, of: row.id(0), types) { try body(record) }
        }
    }

    // MARK: One order

    private static let history = Statement(
        """
        SELECT field, to_value, happened_ms FROM order_change
        WHERE bucket = $1 AND order_id = $2 AND field IN (\(statusPaths)) ORDER BY seq
        """
    )

    /// The statuses that an order was in, as its history has them.
    package func stays(of order: Order.ID) throws -> [StatusStay] {
        var changes: [OrderChange] = []
        try tx.each(Self.history) { binder in
            binder.bind(order.bucket)
            binder.bind(order)
        } read: {
            changes.append(Self.change($0, from: 0))
        }
        return StatusStay.stays(in: changes, book)
    }

    // MARK: Parts

    private static let statusPaths = OrderStatusType.allCases.map { "'\($0.path)'" }.joined(separator: ", ")

    private static func change(_ row: Row, from column: Int) -> OrderChange {
        OrderChange(row.text(column), to: row.optionalText(column + 1), happenedAt: row.instant(column + 2))
    }

    /// What keeps rows to those of the wanted; they are numbers of ours.
    private func among(_ key: String) -> String {
        guard let wanted else { return "" }
        let rows = wanted.map { "(CAST(\($0 & Bucket.mask) AS BIGINT), CAST(\($0) AS BIGINT))" }
        return " JOIN (VALUES \(rows.joined(separator: ", "))) AS w ON bucket = w.column1 AND \(key) = w.column2"
    }

    /// On a server rows lie by bucket, in a file by identifier.
    private func stream(_ select: String, by order: String) throws -> RowStream {
        let text = "\(select) ORDER BY \(tx.isSpread ? "bucket, " : "")\(order)"
        return try RowStream(Statement(text), isKept: wanted == nil, tx)
    }

    private func owned(_ select: String, by order: String) throws -> OwnedRows {
        try OwnedRows(try stream(select, by: order), isSpread: tx.isSpread)
    }

    private func custom(_ object: FieldObject) throws -> OwnedRows? {
        guard fields.has(object) else { return nil }
        return try OwnedRows(
            try RowStream(
                CustomValueStore(object).all(isSpread: tx.isSpread, among: among), isKept: wanted == nil, tx
            ), isSpread: tx.isSpread
        )
    }
}

/// Rows of what belongs to others, taken owner by owner in the same order as the owners.
private struct OwnedRows {
    private let rows: RowStream
    private let isSpread: Bool
    private var row: Row?

    init(_ rows: RowStream, isSpread: Bool) throws {
        (self.rows, self.isSpread) = (rows, isSpread)
        row = try rows.next()
    }

    /// Takes the rows of an owner, whose identifier stands first in them; those of owners before are passed over.
    mutating func take(_ owner: Int64, _ body: (Row) throws -> Void) throws {
        while let next = row {
            let id = next.integer(0)
            if id == owner { try body(next) } else if isBefore(owner, id) { return }
            row = try rows.next()
        }
    }

    private func isBefore(_ left: Int64, _ right: Int64) -> Bool {
        isSpread ? (left & Bucket.mask, left) < (right & Bucket.mask, right) : left < right
    }
}
