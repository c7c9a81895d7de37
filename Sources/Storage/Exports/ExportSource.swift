import Database
import Domain

/// The rows of an export, read page by page in the order of their identifiers, each page by a read of its own: memory
/// and the database's log stay small however long it takes.
package struct ExportSource: Sendable {
    /// Where the next page begins.
    package struct Place: Sendable {
        fileprivate var id = Int64.min
        fileprivate var position: Int64 = -1
        fileprivate var candidate = 0

        package init() {}
    }

    /// What is read of each object.
    private struct Table {
        var from: String
        var id: String
        var position = "0"
        /// Joined where a column asks for it, by the prefix of its expression.
        var joins: [(prefix: String, text: String)] = []
    }

    package let columns: [ExportColumn]
    private let table: Table
    private let select: String
    private let conditions: SQL
    /// The rows that texts of the filter point to, or the customers whose rows are wanted, ascending; nil for all.
    private let candidates: [Int64]?
    /// What the candidates are identifiers in.
    private let key: String
    /// Beside customers, the rows that alone are wanted of them; nil for all of theirs.
    private let wanted: Set<Int64>?
    /// Rows that are made while the export runs are left out.
    private let last: Int64

    /// How many of the candidates one statement names.
    private static let chunk = 500

    /// - Parameters:
    ///   - paths: The columns in their order; all of them must be in the catalogue.
    ///   - conditions: On the table's rows; see `ExportSource.orders(matching:_:_:)` and its like.
    ///   - candidates: The rows that are wanted; nil for all.
    ///   - customers: Those whose rows are wanted, who are gone through in the order of their identifiers; nil for all.
    package init(
        _ object: ExportObject, paths: [String], _ book: FieldBook, conditions: SQL, candidates: Set<Int64>?,
        customers: [Customer.ID]? = nil, _ tx: Connection
    ) throws {
        let entries = ExportCatalogue.entries(of: object, book)
        let chosen = paths.compactMap { path in entries.first { $0.column.path == path } }
        columns = chosen.map(\.column)
        table = Self.table(of: object)
        let used = Set(chosen.map { String($0.sql.prefix(2)) })
        let byCustomer = customers != nil
        let joins = table.joins.filter { used.contains($0.prefix) || (byCustomer && $0.prefix == "c.") }.map(\.text)
        select = """
            SELECT \(table.id), \(table.position)\(chosen.map { ", " + $0.sql }.joined())
            FROM \(table.from) \(joins.joined(separator: " ")) WHERE
            """
        self.conditions = conditions
        (self.candidates, key, wanted) =
            customers.map { ($0.map(\.rawValue), "c.id", candidates) } ?? (candidates?.sorted(), table.id, nil)
        last =
            try tx.first("SELECT coalesce(max(id), 0) FROM \(SQL(stringLiteral: Self.name(of: object)))") {
                $0.integer(0)
            } ?? 0
    }

    private static func name(of object: ExportObject) -> String {
        switch object {
        case .orders, .orderLines: "orders"
        case .customers: "customer"
        case .receipts, .receiptLines: "receipt"
        case .products: "product"
        }
    }

    private static func table(of object: ExportObject) -> Table {
        let customer = ("c.", "JOIN customer AS c ON c.bucket = o.bucket AND c.id = o.customer_id")
        let buyer = ("c.", "JOIN customer AS c ON c.bucket = r.bucket AND c.id = r.customer_id")
        let product = ("p.", "LEFT JOIN product AS p ON p.external_id = l.product_external_id")
        return switch object {
        case .receipts:
            Table(
                from: "receipt AS r", id: "r.id",
                joins: [buyer, ("o.", "LEFT JOIN orders AS o ON o.bucket = r.bucket AND o.id = r.order_id")]
            )
        case .receiptLines:
            Table(
                from: "receipt AS r JOIN receipt_line AS l ON l.bucket = r.bucket AND l.receipt_id = r.id",
                id: "r.id", position: "l.position", joins: [buyer, product]
            )
        case .orders: Table(from: "orders AS o", id: "o.id", joins: [customer])
        case .orderLines:
            Table(
                from: "orders AS o JOIN order_line AS l ON l.bucket = o.bucket AND l.order_id = o.id", id: "o.id",
                position: "l.position",
                joins: [customer, product]
            )
        case .customers:
            Table(
                from: "customer AS c", id: "c.id",
                joins: [("f.", "JOIN customer_figures AS f ON f.bucket = c.bucket AND f.customer_id = c.id")]
            )
        case .products: Table(from: "product AS p", id: "p.id")
        }
    }

    /// How many rows there are to be.
    package func count(_ tx: Connection) throws -> Int64 {
        let joins = key == "c.id" ? table.joins.first { $0.prefix == "c." }?.text ?? "" : ""
        let rows: SQL = """
            FROM \(SQL(stringLiteral: table.from)) \(SQL(stringLiteral: joins))
            WHERE \(SQL(stringLiteral: table.id)) <= \(last) AND \(conditions)
            """
        guard let candidates else {
            return try tx.first("SELECT count(*) \(rows)") { $0.integer(0) } ?? 0
        }
        let (key, id) = (SQL(stringLiteral: key), SQL(stringLiteral: table.id))
        var total: Int64 = 0
        for start in stride(from: 0, to: candidates.count, by: Self.chunk) {
            let some = candidates[start..<min(start + Self.chunk, candidates.count)]
            if let wanted {
                try tx.each("SELECT \(id) \(rows) AND \(key) IN (\(list: some))") { row in
                    if wanted.contains(row.integer(0)) { total += 1 }
                }
            } else {
                total += try tx.first("SELECT count(*) \(rows) AND \(key) IN (\(list: some))") { $0.integer(0) } ?? 0
            }
        }
        return total
    }

    /// Reads the next rows, and returns where those after them begin; nil when there are no more.
    ///
    /// - Parameter read: Gets each row; the export's columns begin at column 2.
    package func page(
        from place: Place, limit: Int, _ tx: Connection, read: (Row) throws -> Void
    ) throws -> Place? {
        var place = place
        var count = 0
        let (select, id) = (SQL(stringLiteral: select), SQL(stringLiteral: table.id))
        let position = SQL(stringLiteral: table.position)
        let order: SQL = table.position == "0" ? "ORDER BY \(id)" : "ORDER BY \(id), \(position)"
        if let candidates {
            let some = candidates.dropFirst(place.candidate).prefix(Self.chunk)
            guard !some.isEmpty else { return nil }
            let key = SQL(stringLiteral: key)
            try tx.each("\(select) \(id) <= \(last) AND \(key) IN (\(list: some)) AND \(conditions) \(order)") { row in
                if wanted?.contains(row.integer(0)) ?? true { try read(row) }
            }
            place.candidate += some.count
            return place
        }
        let after: SQL =
            table.position == "0"
            ? "\(id) > \(place.id)"
            // The first part is what the index of the identifiers serves.
            : "\(id) >= \(place.id) AND (\(id), \(position)) > (\(place.id), \(place.position))"
        try tx.each("\(select) \(after) AND \(id) <= \(last) AND \(conditions) \(order) LIMIT \(limit)") { row in
            (place.id, place.position) = (row.integer(0), row.integer(1))
            count += 1
            try read(row)
        }
        return count < limit ? nil : place
    }

    // MARK: Conditions

    /// The orders that a list's query asks for, as conditions on `o`.
    package static func orders(matching query: OrderQuery, _ book: StatusBook, customer: Customer.ID?) -> SQL {
        var parts: SQL = "o.deleted_ms IS NULL"
        func add(_ part: SQL) { parts = "\(parts) AND \(part)" }
        if let from = query.dateFrom { add("o.date_ms >= \(from.milliseconds)") }
        if let to = query.dateTo { add("o.date_ms <= \(to.milliseconds)") }
        if let from = query.updatedFrom { add("o.updated_ms >= \(from.milliseconds)") }
        if let from = query.totalFrom { add("o.value_e4 >= \(from.tenThousandths)") }
        if let to = query.totalTo { add("o.value_e4 <= \(to.tenThousandths)") }
        if let number = query.number { add("o.number = \(number)") }
        if let unit = query.unit { add("o.unit = \(unit)") }
        if query.customerExternalID != nil {
            if let customer { add("o.customer_id = \(customer.rawValue)") } else { add("FALSE") }
        }
        for (type, codes) in query.statusCodes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let known = codes.compactMap { book.status(type, code: $0)?.id.rawValue }.sorted()
            let column = SQL(stringLiteral: "o.\(type.rawValue)_status_id")
            add("\(column) IN (\(list: known))")
        }
        return parts
    }

    /// The receipts that a list's query asks for, as conditions on `r`.
    package static func receipts(
        matching query: ReceiptQuery, customer: Customer.ID?, order: Order.ID?
    ) -> SQL {
        var parts: SQL = "r.deleted_ms IS NULL"
        func add(_ part: SQL) { parts = "\(parts) AND \(part)" }
        if let from = query.dateFrom { add("r.date_ms >= \(from.milliseconds)") }
        if let to = query.dateTo { add("r.date_ms <= \(to.milliseconds)") }
        if let from = query.updatedFrom { add("r.updated_ms >= \(from.milliseconds)") }
        if let from = query.totalFrom { add("r.value_e4 >= \(from.tenThousandths)") }
        if let to = query.totalTo { add("r.value_e4 <= \(to.tenThousandths)") }
        if let number = query.number { add("r.number = \(number)") }
        if let unit = query.unit { add("r.unit = \(unit)") }
        if let isLinked = query.isLinked { add(isLinked ? "r.order_id IS NOT NULL" : "r.order_id IS NULL") }
        if query.customerExternalID != nil {
            if let customer { add("r.customer_id = \(customer.rawValue)") } else { add("FALSE") }
        }
        if query.orderExternalID != nil {
            if let order { add("r.order_id = \(order.rawValue)") } else { add("FALSE") }
        }
        return parts
    }

    /// The identifiers of the receipts that are pointed to, those of customers included.
    package static func receipts(of pointer: ReceiptPointer, _ tx: Connection) throws -> [Int64] {
        let ofCustomers = try pointer.customers.flatMap { try ReceiptStore().identifiers(of: $0, tx) }
        return (Array(pointer.receipts) + ofCustomers).map(\.rawValue)
    }

    /// The identifiers of the orders that are pointed to, those of customers included.
    package static func orders(of pointer: OrderPointer, _ tx: Connection) throws -> [Int64] {
        let ofCustomers = try pointer.customers.flatMap { try OrderStore().identifiers(of: $0, tx) }
        return (Array(pointer.orders) + ofCustomers).map(\.rawValue)
    }

    /// The customers that a list's query asks for, as conditions on `c`; the erased are left out.
    package static func customers(matching query: CustomerQuery, _ tx: Connection) throws -> SQL {
        var parts: SQL = "c.erased_ms IS NULL"
        func add(_ part: SQL) { parts = "\(parts) AND \(part)" }
        if let from = query.createdFrom { add("c.created_ms >= \(from.milliseconds)") }
        if let to = query.createdTo { add("c.created_ms <= \(to.milliseconds)") }
        if let from = query.updatedFrom { add("c.updated_ms >= \(from.milliseconds)") }
        if let city = query.city { add("c.city IN (\(list: try spellings("city", of: city, tx)))") }
        if let country = query.country { add("c.country IN (\(list: try spellings("country", of: country, tx)))") }
        for (channel, answers) in query.consents.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let column = SQL(stringLiteral: "c.\(channel.field.column)")
            add("coalesce(\(column), 'unknown') IN (\(list: answers.map(\.rawValue).sorted()))")
        }
        if let hasOrders = query.hasOrders {
            let figures: SQL = """
                SELECT 1 FROM customer_figures AS n
                WHERE n.bucket = c.bucket AND n.customer_id = c.id AND n.order_count > 0
                """
            add(hasOrders ? "EXISTS (\(figures))" : "NOT EXISTS (\(figures))")
        }
        return parts
    }

    /// The ways in which a name that is compared without case and accents is written.
    private static func spellings(_ column: String, of text: String, _ tx: Connection) throws -> [String] {
        let column = SQL(stringLiteral: column)
        let all = try tx.rows("SELECT DISTINCT \(column) FROM customer WHERE \(column) IS NOT NULL") { $0.text(0) }
        let folded = SearchTerms.fold(text)
        return all.filter { SearchTerms.fold($0) == folded }
    }
}
