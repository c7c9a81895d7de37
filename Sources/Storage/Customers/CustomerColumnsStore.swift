import Database
import Domain

/// Reads every customer's list facts, once, at start.
package struct CustomerColumnsStore: Sendable {
    package init() {}

    private static let all = Statement(
        """
        SELECT c.id, c.created_ms, c.updated_ms, c.country, c.city, c.email_consent, c.sms_consent, c.push_consent,
            c.first_name, c.middle_name, c.last_name, c.external_id, f.order_count, f.total_e4, f.last_ms
        FROM customer AS c
        LEFT JOIN customer_figures AS f ON f.bucket = c.bucket AND f.customer_id = c.id
        WHERE c.erased_ms IS NULL ORDER BY c.id
        """
    )

    package func load(_ tx: Connection) throws -> CustomerColumns {
        var columns = CustomerColumns()
        try tx.scan(Self.all) { row in
            let names = (8...10).compactMap { row.optionalText($0) }
            let name = names.isEmpty ? row.text(11) : names.joined(separator: " ")
            let id: Customer.ID = row.id(0)
            columns.put(
                CustomerColumns.Entry(
                    id: id, createdAt: row.instant(1), updatedAt: row.instant(2), country: row.optionalText(3),
                    city: row.optionalText(4),
                    consents: CustomerColumns.Entry.packed { channel in
                        row.optionalText(5 + channel.rawValue).flatMap(Consent.init) ?? .unknown
                    },
                    name: SearchTerms.fold(name)
                )
            )
            guard row.integer(12) > 0 else { return }
            var figures = CustomerFigures()
            figures.orderCount = row.integer(12)
            figures.total = Money(tenThousandths: row.integer(13))
            figures.lastDate = row.optionalInstant(14)
            columns.apply(.set(id, figures))
        }
        return columns
    }
}
