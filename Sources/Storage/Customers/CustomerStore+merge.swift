import Database
import Domain

extension CustomerStore {
    /// Who became part of a customer, in the order of their identifiers.
    package func merges(into id: Customer.ID, _ tx: Connection) throws -> [CustomerMerge] {
        try tx.rows(
            """
            SELECT merged_id, merged_external_id, orders_moved, happened_ms, actor, channel FROM customer_merge
            WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue) ORDER BY merged_id
            """
        ) { row in
            CustomerMerge(
                mergedID: row.id(0), mergedExternalID: row.text(1), ordersMoved: row.integer(2),
                happenedAt: row.instant(3),
                origin: Origin(actor: row.text(4), channel: Origin.Channel(rawValue: row.text(5)) ?? .api)
            )
        }
    }

    package func insert(_ merge: CustomerMerge, into id: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            """
            INSERT INTO customer_merge (bucket, customer_id, merged_id, merged_external_id, orders_moved, happened_ms,
                actor, channel)
            VALUES (\(id.bucket.rawValue), \(id.rawValue), \(merge.mergedID.rawValue), \(merge.mergedExternalID),
                \(merge.ordersMoved), \(merge.happenedAt.milliseconds), \(merge.origin.actor),
                \(merge.origin.channel.rawValue))
            """
        )
    }

    /// Makes the name of a customer who is merged lead to the one it became part of.
    package func point(_ externalID: String, to customer: Customer, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE customer_key SET customer_id = \(customer.id.rawValue), alias_of = \(customer.externalID)
            WHERE bucket = \(Bucket(hashOf: externalID).rawValue) AND external_id = \(externalID)
            """
        )
        try insert(SearchTerms.fold(externalID), of: customer.id, tx)
    }

    func insertAliasTerms(of id: Customer.ID, _ tx: Connection) throws {
        for merge in try merges(into: id, tx) { try insert(SearchTerms.fold(merge.mergedExternalID), of: id, tx) }
    }

    package func deleteMerges(into id: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            "DELETE FROM customer_merge WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)"
        )
    }

    package func deleteKey(_ externalID: String, _ tx: Connection) throws {
        try tx.run(
            """
            DELETE FROM customer_key
            WHERE bucket = \(Bucket(hashOf: externalID).rawValue) AND external_id = \(externalID)
            """
        )
    }

    package func deleteTerms(of id: Customer.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM customer_term WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)")
    }

    /// Removes a customer whom no order names any more, with the figures.
    package func deleteRow(_ id: Customer.ID, _ tx: Connection) throws {
        try tx.run(
            "DELETE FROM customer_figures WHERE bucket = \(id.bucket.rawValue) AND customer_id = \(id.rawValue)"
        )
        try values.delete(CustomValueStore.Owner(id), tx)
        try tx.run("DELETE FROM customer WHERE bucket = \(id.bucket.rawValue) AND id = \(id.rawValue)")
    }

    private static let blankRow = Statement(
        """
        UPDATE customer SET external_id = '', metadata = NULL, version = version + 1, updated_ms = $3, erased_ms = $3,
            \(CustomerField.allCases.map { "\($0.column) = NULL" }.joined(separator: ", "))
        WHERE bucket = $1 AND id = $2
        """
    )

    /// Takes all that is personal from a customer's row.
    package func blank(_ id: Customer.ID, at now: Instant, _ tx: Connection) throws {
        try tx.run(Self.blankRow) { binder in
            binder.bind(id.bucket)
            binder.bind(id)
            binder.bind(now)
        }
        try values.delete(CustomValueStore.Owner(id), tx)
    }
}
