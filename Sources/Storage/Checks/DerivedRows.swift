import Database
import Domain

// What each store derives from its rows, held against them and made anew.

extension OrderStore {
    private static let valued = Statement("SELECT id, value_e4, item_count_e6 FROM orders ORDER BY id")

    /// Orders whose stored value or count is not what their fields and lines say, also deleted ones.
    func misvalued(limit: Int, _ tx: Connection) throws -> [Order] {
        var orders: [Order] = []
        try tx.scan(Self.valued) { row in
            guard orders.count < limit, let order = try get(row.id(0), .empty, tx)?.order else { return }
            if order.value.tenThousandths != row.integer(1) || order.itemCount.millionths != row.integer(2) {
                orders.append(order)
            }
        }
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
    private static let all = Statement("SELECT id FROM customer WHERE erased_ms IS NULL ORDER BY id")
    private static let terms = Statement("SELECT term FROM customer_term WHERE bucket = $1 AND customer_id = $2")

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

    /// Customers whose stored search terms are not those that follow from their fields.
    func mistermed(limit: Int, _ tx: Connection) throws -> [Customer] {
        var customers: [Customer] = []
        try tx.scan(Self.all) { row in
            guard customers.count < limit, let customer = try get(row.id(0), .empty, tx) else { return }
            var terms: Set<String> = []
            try tx.each(Self.terms) { binder in
                binder.bind(customer.id.bucket)
                binder.bind(customer.id)
            } read: {
                terms.insert($0.text(0))
            }
            let aliases = try merges(into: customer.id, tx).map { SearchTerms.fold($0.mergedExternalID) }
            if terms != customer.searchTerms.union(aliases) { customers.append(customer) }
        }
        return customers
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
