import Database
import Domain

/// Customers, the keys that find them, and the terms they are searched by.
package struct CustomerStore: Sendable {
    let values = CustomValueStore(.customer)

    package init() {}

    private static let find = Statement(
        "SELECT customer_id, alias_of, has_containers FROM customer_key WHERE bucket = $1 AND external_id = $2"
    )

    /// A customer as a key leads to them.
    package struct Found: Sendable {
        package var id: Customer.ID
        /// What the customer is called now.
        package var externalID: String
        /// Whether there may be something in a container of theirs.
        package var mayHaveContainers: Bool

        package init(id: Customer.ID, externalID: String, mayHaveContainers: Bool) {
            (self.id, self.externalID, self.mayHaveContainers) = (id, externalID, mayHaveContainers)
        }
    }

    /// The customer that a shop knows by `externalID`, or knew before a merge.
    package func find(_ externalID: String, _ tx: Connection) throws -> Customer.ID? {
        try resolve(externalID, tx)?.id
    }

    /// The same, with what the customer is called now.
    package func resolve(_ externalID: String, _ tx: Connection) throws -> Found? {
        try tx.first(Self.find) { binder in
            binder.bind(Bucket(hashOf: externalID))
            binder.bind(externalID)
        } read: { row in
            let alias = row.optionalText(1)
            // It is not kept of names of before a merge.
            return Found(
                id: row.id(0), externalID: alias ?? externalID, mayHaveContainers: alias != nil || row.boolean(2)
            )
        }
    }

    private static let noteContainers = Statement(
        "UPDATE customer_key SET has_containers = $3 WHERE bucket = $1 AND external_id = $2"
    )

    /// Notes whether a customer may have something in a container.
    package func noteContainers(of id: Customer.ID, _ areThere: Bool, _ tx: Connection) throws {
        let name = try tx.first(
            "SELECT external_id FROM customer WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)"
        ) { $0.text(0) }
        guard let name else { return }
        try tx.run(Self.noteContainers) { binder in
            binder.bind(Bucket(hashOf: name))
            binder.bind(name)
            binder.bind(areThere)
        }
    }

    private static let get = Statement(
        """
        SELECT id, external_id, metadata, version, created_ms, updated_ms, \(Columns.names(of: CustomerField.self))
        FROM customer WHERE bucket = $1 AND id = $2
        """
    )

    /// - Parameter fields: The custom fields whose values come along.
    package func get(_ id: Customer.ID, _ fields: FieldBook, _ tx: Connection) throws -> Customer? {
        var customer = try tx.first(Self.get) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
        } read: { row in
            var customer = Customer(id: row.id(0), externalID: row.text(1), createdAt: row.instant(4))
            customer.metadata = row.optionalText(2)
            customer.version = row.integer(3)
            customer.updatedAt = row.instant(5)
            customer.fields = row.fields(from: 6)
            return customer
        }
        if fields.has(.customer), customer != nil {
            customer?.custom = try values.load(CustomValueStore.Owner(id), fields, tx)
        }
        return customer
    }

    private static let insertKey = Statement(
        "INSERT INTO customer_key (bucket, external_id, customer_id) VALUES ($1, $2, $3)", gathering: .adds
    )

    private static let insertCustomer = Statement(
        """
        INSERT INTO customer (bucket, id, external_id, metadata, version, created_ms, updated_ms,
            \(Columns.names(of: CustomerField.self)))
        VALUES (\(Columns.placeholders(from: 1, count: 7 + CustomerField.allCases.count)))
        """, gathering: .adds
    )

    private static let insertFigures = Statement(
        """
        INSERT INTO customer_figures (bucket, customer_id, order_count, total_e4, items_e6) VALUES ($1, $2, $3, $4, $5)
        """, gathering: .adds
    )

    /// Stores a customer that is not there yet, with key, terms and empty figures.
    package func insert(_ customer: Customer, _ tx: Connection) throws {
        tx.takeBack(Self.find) { binder in
            binder.bind(Bucket(hashOf: customer.externalID))
            binder.bind(customer.externalID)
        }
        try tx.run(Self.insertKey) { binder in
            binder.bind(Bucket(hashOf: customer.externalID))
            binder.bind(customer.externalID)
            binder.bind(customer.id)
        }
        try tx.run(Self.insertCustomer) { binder in
            binder.bind(customer.id.bucket)
            binder.bind(customer.id)
            binder.bind(customer.externalID)
            Self.bindState(of: customer, &binder)
        }
        try tx.run(Self.insertFigures) { binder in
            binder.bind(customer.id.bucket)
            binder.bind(customer.id)
            for _ in 0..<3 { binder.bind(Int64(0)) }
        }
        for term in customer.searchTerms { try insert(term, of: customer.id, tx) }
        if !customer.custom.isEmpty {
            try values.save(to: customer.custom, of: CustomValueStore.Owner(customer.id), tx)
        }
    }

    private static func bindState(of customer: Customer, _ binder: inout Binder) {
        binder.bind(customer.metadata)
        binder.bind(customer.version)
        binder.bind(customer.createdAt)
        binder.bind(customer.updatedAt)
        binder.bind(customer.fields)
    }

    private static let updateCustomer = Statement(
        """
        UPDATE customer SET metadata = $3, version = $4, created_ms = $5, updated_ms = $6,
            \(Columns.assignments(of: CustomerField.self, from: 7))
        WHERE bucket = $1 AND id = $2
        """
    )

    package func update(from before: Customer, to after: Customer, _ tx: Connection) throws {
        try tx.run(Self.updateCustomer) { binder in
            binder.bind(after.id.bucket)
            binder.bind(after.id)
            Self.bindState(of: after, &binder)
        }
        if before.custom != after.custom {
            try values.save(from: before.custom, to: after.custom, of: CustomValueStore.Owner(after.id), tx)
        }
        let (old, new) = (before.searchTerms, after.searchTerms)
        let gone = old.subtracting(new)
        for term in gone {
            try tx.run(
                """
                DELETE FROM customer_term WHERE bucket = \(after.id.bucket.rawValue)
                    AND customer_id = \(after.id.rawValue) AND term = \(term)
                """
            )
        }
        for term in new.subtracting(old) { try insert(term, of: after.id, tx) }
        // A name from before a merge may be one of the words that went.
        if !gone.isEmpty { try insertAliasTerms(of: after.id, tx) }
    }

    private static let insertTerm = Statement(
        "INSERT INTO customer_term (bucket, customer_id, term) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        gathering: .puts(key: 3)
    )

    /// Makes a customer's terms anew.
    func storeTerms(of customer: Customer, _ tx: Connection) throws {
        try deleteTerms(of: customer.id, tx)
        for term in customer.searchTerms { try insert(term, of: customer.id, tx) }
        try insertAliasTerms(of: customer.id, tx)
    }

    func insert(_ term: String, of id: Customer.ID, _ tx: Connection) throws {
        try tx.run(Self.insertTerm) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
            binder.bind(term)
        }
    }
}
