import Domain

/// The columns that each object can be exported with, and where they are stored.
package enum ExportCatalogue {
    struct Entry: Sendable {
        var column: ExportColumn
        /// The expression that is selected; its prefix names the table: `o`, `r`, `l`, `c`, `f`, `p`.
        var sql: String

        init(_ path: String, _ kind: ExportColumn.Kind, _ sql: String, isStandard: Bool = true) {
            (column, self.sql) = (ExportColumn(path, kind, isStandard: isStandard), sql)
        }
    }

    /// The columns of an object, the custom fields last.
    package static func columns(of object: ExportObject, _ book: FieldBook) -> [ExportColumn] {
        entries(of: object, book).map(\.column)
    }

    static func entries(of object: ExportObject, _ book: FieldBook) -> [Entry] {
        system(object) + book.custom(object.fieldObject).map { custom($0, object) }
    }

    /// A custom field's value is looked up by its key, row by row; several choices are put together.
    private static func custom(_ field: CustomField, _ object: ExportObject) -> Entry {
        let kind = ExportColumn.Kind(field.type)
        let table =
            switch object {
            case .orders: "order_value AS v WHERE v.bucket = o.bucket AND v.order_id = o.id"
            case .orderLines:
                "order_line_value AS v WHERE v.bucket = l.bucket AND v.order_id = l.order_id AND v.line = l.position"
            case .receipts: "receipt_value AS v WHERE v.bucket = r.bucket AND v.receipt_id = r.id"
            case .receiptLines:
                "receipt_line_value AS v WHERE v.bucket = l.bucket AND v.receipt_id = l.receipt_id AND v.line = l.position"
            case .customers: "customer_value AS v WHERE v.bucket = c.bucket AND v.customer_id = c.id"
            case .products: "product_value AS v WHERE v.bucket = p.id & 4095 AND v.product_id = p.id"
            }
        func value(_ column: String, _ position: Int) -> String {
            "(SELECT v.\(column) FROM \(table) AND v.field_id = \(field.id.rawValue) AND v.position = \(position))"
        }
        var sql = value(kind == .text ? "text" : "number", 0)
        if field.type == .choices {
            for position in 1..<max(field.choices.count, 1) {
                sql += " || coalesce(',' || \(value("text", position)), '')"
            }
        }
        return Entry(object.prefix + field.code, kind, sql, isStandard: false)
    }

    private static func system(_ object: ExportObject) -> [Entry] {
        switch object {
        case .orders: orders
        case .orderLines: lines
        case .customers: customers
        case .receipts: receipts
        case .receiptLines: receiptLines
        case .products: products
        }
    }

    private static func fields<Field: SystemField>(
        of type: Field.Type, _ table: String, path prefix: String = ""
    ) -> [Entry] {
        Field.allCases.map { Entry(prefix + $0.path, ExportColumn.Kind($0.type), "\(table).\($0.column)") }
    }

    private static let head: [Entry] = [
        Entry("external_id", .text, "o.external_id"),
        Entry("date", .instant, "o.date_ms"),
        Entry("client_external_id", .text, "c.external_id"),
        Entry("status_code", .status, "o.general_status_id"),
        Entry("delivery.status_code", .status, "o.delivery_status_id"),
        Entry("payment.status_code", .status, "o.payment_status_id"),
    ]

    private static let person: [Entry] = [
        Entry("customer.first_name", .text, "c.first_name", isStandard: false),
        Entry("customer.last_name", .text, "c.last_name", isStandard: false),
        Entry("customer.email", .text, "c.email", isStandard: false),
        Entry("customer.phone", .text, "c.phone", isStandard: false),
    ]

    private static let orders: [Entry] =
        head + fields(of: OrderField.self, "o") + [
            Entry("value", .decimal(places: FixedPoint.moneyPlaces), "o.value_e4"),
            Entry("metadata", .json, "o.metadata", isStandard: false),
            Entry("created_at", .instant, "o.created_ms", isStandard: false),
            Entry("updated_at", .instant, "o.updated_ms", isStandard: false),
            Entry("version", .integer, "o.version", isStandard: false),
        ] + person

    private static let lines: [Entry] =
        [
            head[0], head[1], head[2], Entry("items.external_id", .text, "l.external_id"),
        ] + fields(of: LineField.self, "l", path: "items.") + [
            Entry("number", .text, "o.number", isStandard: false),
            Entry("unit", .text, "o.unit", isStandard: false),
            Entry("items.position", .integer, "l.position", isStandard: false),
            Entry("items.name", .text, "p.name", isStandard: false),
            Entry("items.category_external_id", .text, "p.category_external_id", isStandard: false),
        ] + head[3...] + person

    private static let customers: [Entry] =
        [Entry("external_id", .text, "c.external_id")] + fields(of: CustomerField.self, "c") + [
            Entry("orders.count", .integer, "f.order_count"),
            Entry("orders.total", .decimal(places: FixedPoint.moneyPlaces), "f.total_e4"),
            Entry("orders.items", .decimal(places: FixedPoint.quantityPlaces), "f.items_e6", isStandard: false),
            Entry("orders.first_date", .instant, "f.first_ms", isStandard: false),
            Entry("orders.last_date", .instant, "f.last_ms"),
            Entry("metadata", .json, "c.metadata", isStandard: false),
            Entry("created_at", .instant, "c.created_ms", isStandard: false),
            Entry("updated_at", .instant, "c.updated_ms", isStandard: false),
            Entry("version", .integer, "c.version", isStandard: false),
        ]

    private static let receipts: [Entry] =
        [
            Entry("external_id", .text, "r.external_id"), Entry("date", .instant, "r.date_ms"),
            Entry("client_external_id", .text, "c.external_id"),
        ] + fields(of: ReceiptField.self, "r") + [
            Entry("value", .decimal(places: FixedPoint.moneyPlaces), "r.value_e4"),
            Entry("order_external_id", .text, "o.external_id"),
            Entry("metadata", .json, "r.metadata", isStandard: false),
            Entry("created_at", .instant, "r.created_ms", isStandard: false),
            Entry("updated_at", .instant, "r.updated_ms", isStandard: false),
            Entry("version", .integer, "r.version", isStandard: false),
        ] + person

    private static let receiptLines: [Entry] =
        [
            receipts[0], receipts[1], receipts[2], Entry("items.external_id", .text, "l.external_id"),
        ] + fields(of: ReceiptLineField.self, "l", path: "items.") + [
            Entry("items.name", .text, "p.name", isStandard: false),
            Entry("items.category_external_id", .text, "p.category_external_id", isStandard: false),
        ] + person

    private static let products: [Entry] =
        [Entry("external_id", .text, "p.external_id")] + fields(of: ProductField.self, "p") + [
            Entry("created_at", .instant, "p.created_ms", isStandard: false),
            Entry("updated_at", .instant, "p.updated_ms", isStandard: false),
            Entry("version", .integer, "p.version", isStandard: false),
        ]
}
