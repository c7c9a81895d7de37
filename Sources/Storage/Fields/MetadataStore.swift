import Database
import Domain

/// Metadata that is stored, for fields that take their values from it.
package struct MetadataStore: Sendable {
    private let object: FieldObject
    private let values: CustomValueStore

    package init(_ object: FieldObject) { (self.object, values) = (object, CustomValueStore(object)) }

    /// Nil for what has no metadata.
    private var table: SQL? {
        switch object {
        case .customer: "customer"
        case .order: "orders"
        case .receipt: "receipt"
        case .orderLine, .receiptLine, .product: nil
        }
    }

    /// Up to `limit` objects with metadata, in the order of their identifiers, from the one after `owner` on.
    package func next(after owner: Int64, limit: Int, _ tx: Connection) throws -> [Int64] {
        guard let table else { return [] }
        return try tx.rows(
            "SELECT id FROM \(table) WHERE id > \(owner) AND metadata IS NOT NULL ORDER BY id LIMIT \(limit)"
        ) { $0.integer(0) }
    }

    /// Takes a field's value from the metadata that an object has now.
    package func fill(
        _ field: CustomField, of owner: Int64, _ context: ReadingContext, _ tx: Connection
    ) throws {
        guard let table, let path = field.metadataPath else { return }
        let bucket = owner & Bucket.mask
        let metadata = try tx.first("SELECT metadata FROM \(table) WHERE bucket = \(bucket) AND id = \(owner)") {
            $0.optionalText(0)
        }
        let place = CustomValueStore.Owner(rawValue: owner)
        let before = try values.load(place, FieldBook(custom: [field]), tx)
        var after = before
        after[field] = metadata.flatMap { $0 }.flatMap { MetadataPath(path).value(of: field, in: $0, context) }
        try values.save(from: before, to: after, of: place, tx)
    }
}
