import Database
import Domain

extension OrderStore {
    /// Whether nobody but sites and apps told of an order so far, so that it is unverified.
    package func isUnverified(_ id: Order.ID, _ tx: Connection) throws -> Bool {
        let told = try tx.first(
            """
            SELECT 1 FROM order_change WHERE bucket = \(id.bucket.rawValue) AND order_id = \(id.rawValue)
                AND channel NOT IN ('tracker', 'sdk') LIMIT 1
            """
        ) { _ in true }
        return told == nil
    }
}
