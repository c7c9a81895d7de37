import Database
import Domain

// What each store derives from its rows, held against them and made anew.

extension OrderStore {
    private static let valued = Statement(
        """
        SELECT o.id, o.external_id, o.customer_id, o.date_ms, o.value_e4, o.item_count_e6, o.items_sum_e4, o.items_cnt_e6,
            o.payment_total_e4, l.sum_e4, l.cnt_e6
        FROM orders AS o LEFT JOIN order_line AS l ON l.bucket = o.bucket AND l.order_id = o.id ORDER BY o.id
        """
    )

    /// Orders whose stored value or count is not what their fields and lines say, also deleted ones; no more of them is
    /// read than that.
    func misvalued(limit: Int, _ tx: Connection) throws -> [Order] {
        var orders: [Order] = []
        var current: (order: Order, value: Int64, count: Int64)?
        func end() {
            guard let (order, value, count) = current, orders.count < limit else { return }
            if order.value.tenThousandths != value || order.itemCount.millionths != count { orders.append(order) }
        }
        try tx.scan(Self.valued) { row in
            if current?.order.id != row.id(0) {
                end()
                var order = Order(
                    id: row.id(0), externalID: row.text(1), customer: row.id(2), date: row.instant(3),
                    createdAt: row.instant(3)
                )
                order.fields[.itemsSum] = row.money(6)
                order.fields[.itemsCount] = row.quantity(7)
                order.fields[.paymentTotal] = row.money(8)
                current = (order, row.integer(4), row.integer(5))
            }
            var line = OrderLine(externalID: "")
            line.fields[.sum] = row.money(9)
            line.fields[.count] = row.quantity(10)
            current?.order.lines.append(line)
        }
        end()
        return orders
    }

    func storeValue(of order: Order, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE orders SET value_e4 = \(order.value.tenThousandths), item_count_e6 = \(order.itemCount.millionths)
            WHERE bucket = \(order.id.bucket.rawValue) AND id = \(order.id.rawValue)
            """
        )
    }
}

extension CustomerStore {
    private static let termed = Statement(
        """
        SELECT c.id, c.external_id, c.created_ms, t.term, \(Columns.names(of: CustomerField.self, prefix: "c."))
        FROM customer AS c LEFT JOIN customer_term AS t ON t.bucket = c.bucket AND t.customer_id = c.id
        WHERE c.erased_ms IS NULL ORDER BY c.id
        """
    )

    private static let merged = Statement(
        """
        SELECT m.merged_external_id, m.customer_id, c.external_id FROM customer_merge AS m
        JOIN customer AS c ON c.bucket = m.bucket AND c.id = m.customer_id
        """
    )

    /// Names of merged customers that lead nowhere, or to another than they became part of.
    func unledNames(
        limit: Int, _ tx: Connection
    ) throws -> [(externalID: String, customer: Int64, alias: String)] {
        var names: [(String, Int64, String)] = []
        try tx.scan(Self.merged) { row in
            guard names.count < limit, try find(row.text(0), tx)?.rawValue != row.integer(1) else { return }
            names.append((row.text(0), row.integer(1), row.text(2)))
        }
        return names
    }

    /// Customers whose stored search terms are not those that follow from their fields; no more of them is read than that.
    func mistermed(limit: Int, _ tx: Connection) throws -> [Customer] {
        var aliases: [Int64: Set<String>] = [:]
        try tx.each("SELECT customer_id, merged_external_id FROM customer_merge") { row in
            aliases[row.integer(0), default: []].insert(SearchTerms.fold(row.text(1)))
        }
        var customers: [Customer] = []
        var current: (customer: Customer, terms: Set<String>)?
        func end() {
            guard let (customer, terms) = current, customers.count < limit else { return }
            let expected = customer.searchTerms.union(aliases[customer.id.rawValue] ?? [])
            if terms != expected { customers.append(customer) }
        }
        try tx.scan(Self.termed) { row in
            if current?.customer.id != row.id(0) {
                end()
                var customer = Customer(id: row.id(0), externalID: row.text(1), createdAt: row.instant(2))
                customer.fields = row.fields(from: 4)
                current = (customer, [])
            }
            if let term = row.optionalText(3) { current?.terms.insert(term) }
        }
        end()
        return customers
    }
}

extension Row {
    /// A field's amount, where there is one.
    func money(_ column: Int) -> FieldValue? {
        optionalInteger(column).map { .money(Money(tenThousandths: $0)) }
    }

    /// A field's quantity, where there is one.
    func quantity(_ column: Int) -> FieldValue? {
        optionalInteger(column).map { .quantity(Quantity(millionths: $0)) }
    }
}

extension ProductStore {
    private static let named = Statement("SELECT id, external_id, name, name_folded FROM product ORDER BY id")

    /// Products whose folded name is not that of their name, with what it should be.
    func misfolded(limit: Int, _ tx: Connection) throws -> [(id: Product.ID, externalID: String, folded: String?)] {
        var products: [(Product.ID, String, String?)] = []
        try tx.scan(Self.named) { row in
            let folded = row.optionalText(2).map(SearchTerms.fold)
            guard products.count < limit, folded != row.optionalText(3) else { return }
            products.append((row.id(0), row.text(1), folded))
        }
        return products
    }
}
