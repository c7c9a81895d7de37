import Database

/// Something that must hold of what is stored, with the mend where it follows from other rows.
package struct StoredCheck: Sendable {
    package let name: String
    /// Sentences of what is wrong, up to so many.
    package let find: @Sendable (_ limit: Int, Connection) throws -> [String]
    /// Makes it anew from the facts, which are never altered; nil where the facts themselves are at odds.
    package let mend: (@Sendable (Connection) throws -> Void)?

    init(
        _ name: String, find: @escaping @Sendable (_ limit: Int, Connection) throws -> [String],
        mend: (@Sendable (Connection) throws -> Void)? = nil
    ) {
        (self.name, self.find, self.mend) = (name, find, mend)
    }

    /// A check whose statement answers a sentence for each row that is wrong.
    init(_ name: String, rows sql: String) {
        self.init(name) { limit, tx in
            try tx.rows(SQL(stringLiteral: "\(sql) LIMIT \(limit)")) { $0.text(0) }
        }
    }

    /// Every check, each after those whose rows it adds up.
    package static let all: [StoredCheck] = [
        orderKeys, [orderValues, figures], customerKeys, [mergedNames, customerTerms, productNames], receipts, events,
        facts, fieldValues, containers, webhooks, [visitors, eventBuckets, sourceKeys],
    ].flatMap { $0 }
}
