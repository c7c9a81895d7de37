import Database

/// The newest identifier in the database.
package enum NewestIdentifier {
    private static let newest = Statement(
        """
        SELECT max(id) FROM (
            SELECT max(id) AS id FROM orders UNION ALL SELECT max(id) FROM customer UNION ALL SELECT max(id) FROM product
            UNION ALL SELECT max(id) FROM order_status UNION ALL SELECT max(id) FROM import_run
            UNION ALL SELECT max(id) FROM api_key UNION ALL SELECT max(id) FROM app_user) AS newest
        """
    )

    /// Returns 0 when nothing is stored.
    package static func find(_ tx: Connection) throws -> Int64 {
        try tx.first(newest) { _ in } read: { $0.integer(0) } ?? 0
    }
}
