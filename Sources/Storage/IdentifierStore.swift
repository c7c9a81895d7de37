import Database

/// The latest identifier that is stored anywhere.
package struct IdentifierStore: Sendable {
    package init() {}

    /// Every table whose rows have an identifier of ours.
    package static let tables = [
        "orders", "customer", "product", "order_status", "app_user", "api_key", "import_run",
        "field", "erasure", "export_run", "receipt", "category",
        "audit_entry",
        "webhook", "webhook_delivery", "shop_connection", "shop_refusal", "segment", "event_source", "tracked_event",
        "tracked_refusal", "container_type",
    ]

    package func latest(_ tx: Connection) throws -> Int64 {
        let latest = try Self.tables.map { table in
            try tx.first(SQL(stringLiteral: "SELECT coalesce(max(id), 0) FROM \(table)")) { $0.integer(0) } ?? 0
        }
        return latest.max() ?? 0
    }
}
