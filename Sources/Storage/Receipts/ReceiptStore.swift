import Database
import Domain

/// Receipts, their lines and the keys that find them.
package struct ReceiptStore: Sendable {
    let values = CustomValueStore(.receipt)
    let lineValues = CustomValueStore(.receiptLine)

    package init() {}

    // MARK: Reading

    private static let find = Statement("SELECT receipt_id FROM receipt_key WHERE bucket = $1 AND external_id = $2")

    /// The receipt that a shop knows by `externalID`; deleted ones are not found.
    package func find(_ externalID: String, _ tx: Connection) throws -> Receipt.ID? {
        try tx.first(Self.find) { binder in
            binder.bind(Bucket(hashOf: externalID))
            binder.bind(externalID)
        } read: {
            $0.id(0)
        }
    }

    private static let columns = """
        r.id, r.external_id, r.customer_id, r.order_id, r.date_ms, r.metadata, r.version, r.created_ms, r.updated_ms,
        r.reported_ms, c.external_id, c.first_name, c.last_name, o.external_id,
        \(Columns.names(of: ReceiptField.self, prefix: "r."))
        """

    private static let get = Statement(
        """
        SELECT \(columns) FROM receipt AS r
        JOIN customer AS c ON c.bucket = r.bucket AND c.id = r.customer_id
        LEFT JOIN orders AS o ON o.bucket = r.bucket AND o.id = r.order_id
        WHERE r.bucket = $1 AND r.id = $2
        """
    )

    /// The receipt with its lines, also when it is deleted.
    ///
    /// - Parameter fields: The custom fields whose values come along.
    package func get(_ id: Receipt.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredReceipt? {
        guard var stored = try row(id, fields, tx) else { return nil }
        stored.receipt.lines = try lines(of: id, tx)
        if fields.has(.receiptLine) {
            for (line, custom) in try lineValues.loadLines(of: CustomValueStore.Owner(id), fields, tx)
            where stored.receipt.lines.indices.contains(line) {
                stored.receipt.lines[line].custom = custom
            }
        }
        return stored
    }

    /// The receipt without its lines: what a list shows.
    package func row(_ id: Receipt.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredReceipt? {
        var stored = try tx.first(Self.get) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
        } read: {
            Self.stored($0)
        }
        if fields.has(.receipt), stored != nil {
            stored?.receipt.custom = try values.load(CustomValueStore.Owner(id), fields, tx)
        }
        return stored
    }

    private static func stored(_ row: Row) -> StoredReceipt {
        var receipt = Receipt(
            id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(4), createdAt: row.instant(7)
        )
        receipt.order = row.optionalID(3)
        receipt.metadata = row.optionalText(5)
        receipt.version = row.integer(6)
        receipt.updatedAt = row.instant(8)
        receipt.reportedAt = row.optionalInstant(9)
        receipt.fields = row.fields(from: 14)
        let names = [row.optionalText(11), row.optionalText(12)].compactMap { $0 }
        return StoredReceipt(
            receipt: receipt, customerExternalID: row.text(10),
            customerName: names.isEmpty ? nil : names.joined(separator: " "), orderExternalID: row.optionalText(13)
        )
    }

    private static let lines = Statement(
        """
        SELECT external_id, \(Columns.names(of: ReceiptLineField.self)) FROM receipt_line
        WHERE bucket = $1 AND receipt_id = $2 ORDER BY position
        """
    )

    private func lines(of id: Receipt.ID, _ tx: Connection) throws -> [ReceiptLine] {
        var lines: [ReceiptLine] = []
        try tx.each(Self.lines) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
        } read: { row in
            var line = ReceiptLine(externalID: row.text(0))
            line.fields = row.fields(from: 1)
            lines.append(line)
        }
        return lines
    }

    private static let ofCustomer = Statement(
        """
        SELECT id FROM receipt WHERE bucket = $1 AND customer_id = $2 AND deleted_ms IS NULL
        ORDER BY date_ms DESC, id DESC
        """
    )

    /// A customer's receipts, newest first.
    package func identifiers(of customer: Customer.ID, _ tx: Connection) throws -> [Receipt.ID] {
        var identifiers: [Receipt.ID] = []
        try tx.each(Self.ofCustomer) { binder in
            binder.bind(customer.bucket)
            binder.bind(customer)
        } read: {
            identifiers.append($0.id(0))
        }
        return identifiers
    }

    private static let ofOrder = Statement(
        """
        SELECT id FROM receipt WHERE bucket = $1 AND order_id = $2 AND deleted_ms IS NULL
        ORDER BY date_ms DESC, id DESC
        """
    )

    /// The receipts that are linked to an order, newest first.
    package func identifiers(linkedTo order: Order.ID, _ tx: Connection) throws -> [Receipt.ID] {
        var identifiers: [Receipt.ID] = []
        try tx.each(Self.ofOrder) { binder in
            binder.bind(order.bucket)
            binder.bind(order)
        } read: {
            identifiers.append($0.id(0))
        }
        return identifiers
    }

    /// A customer's receipts that were deleted and not yet purged.
    package func deleted(of customer: Customer.ID, _ tx: Connection) throws -> [Receipt.ID] {
        try tx.rows(
            """
            SELECT id FROM receipt
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue)
                AND deleted_ms IS NOT NULL
            """
        ) { $0.id(0) }
    }

    /// The newest of a customer's receipts that are linked to no order.
    package func unlinked(of customer: Customer.ID, limit: Int, _ tx: Connection) throws -> [Receipt.ID] {
        try tx.rows(
            """
            SELECT id FROM receipt
            WHERE bucket = \(customer.bucket.rawValue) AND customer_id = \(customer.rawValue) AND deleted_ms IS NULL
                AND order_id IS NULL
            ORDER BY date_ms DESC, id DESC LIMIT \(limit)
            """
        ) { $0.id(0) }
    }

    // MARK: Searching

    /// Receipts whose number or identifier begins with `text`, and customers whom it points to.
    ///
    /// Deleted ones may be among them: the list facts, which hold none, leave them out.
    ///
    /// - Parameter personal: Whether customers are found by name, email and phone too.
    package func pointer(matching text: String, personal: Bool, _ tx: Connection) throws -> ReceiptPointer {
        guard let customers = CustomerStore.matching(text, personal: personal) else { return ReceiptPointer() }
        var receipts = Set(
            try tx.rows("SELECT id FROM receipt WHERE \(CustomerStore.prefix("number", text))") {
                $0.id(0) as Receipt.ID
            }
        )
        receipts.formUnion(
            try tx.rows("SELECT receipt_id FROM receipt_key WHERE \(CustomerStore.prefix("external_id", text))") {
                $0.id(0) as Receipt.ID
            }
        )
        return ReceiptPointer(receipts: receipts, customers: Set(try tx.rows(customers) { $0.id(0) }))
    }

    /// Receipts whose value of a custom field matches.
    package func pointer(matching filter: CustomFilter, _ tx: Connection) throws -> ReceiptPointer {
        ReceiptPointer(receipts: Set(try tx.rows(CustomValueStore(.receipt).matching(filter)) { $0.id(0) }))
    }

    package func pointer(number: String, _ tx: Connection) throws -> ReceiptPointer {
        ReceiptPointer(receipts: Set(try tx.rows("SELECT id FROM receipt WHERE number = \(number)") { $0.id(0) }))
    }
}
