import Database
import Domain

/// Reads customers' list facts: all of them at start, and those that another process changed.
package struct CustomerColumnsStore: Sendable {
    package init() {}

    private static let columns = """
        SELECT c.id, c.created_ms, c.updated_ms, c.country, c.city, c.email_consent, c.sms_consent, c.push_consent,
            c.first_name, c.middle_name, c.last_name, c.external_id, f.order_count, f.total_e4, f.last_ms
        FROM customer AS c
        LEFT JOIN customer_figures AS f ON f.bucket = c.bucket AND f.customer_id = c.id
        WHERE c.erased_ms IS NULL
        """
    private static let all = Statement("\(columns) ORDER BY c.id")

    package func load(_ tx: Connection) throws -> CustomerColumns {
        var columns = CustomerColumns()
        try tx.scan(Self.all) { row in
            let (entry, figures) = Self.facts(row)
            columns.put(entry)
            if figures.orderCount > 0 { columns.apply(.set(entry.id, figures)) }
        }
        return columns
    }

    /// What brings the facts of some customers up to date.
    package func moves(of ids: [Int64], _ tx: Connection) throws -> [CustomerColumns.Move] {
        try ids.chunked(500).flatMap { ids in
            var gone = Set(ids)
            let known: [[CustomerColumns.Move]] = try tx.rows(
                "\(SQL(stringLiteral: Self.columns)) AND c.id IN (\(list: ids))"
            ) { row in
                let (entry, figures) = Self.facts(row)
                gone.remove(entry.id.rawValue)
                return [.put(entry), .set(entry.id, figures)]
            }
            return known.flatMap { $0 } + gone.map { .remove(Customer.ID(rawValue: $0)) }
        }
    }

    private static func facts(_ row: Row) -> (entry: CustomerColumns.Entry, figures: CustomerFigures) {
        let names = (8...10).compactMap { row.optionalText($0) }
        let name = names.isEmpty ? row.text(11) : names.joined(separator: " ")
        let entry = CustomerColumns.Entry(
            id: row.id(0), createdAt: row.instant(1), updatedAt: row.instant(2), country: row.optionalText(3),
            city: row.optionalText(4),
            consents: CustomerColumns.Entry.packed { channel in
                row.optionalText(5 + channel.rawValue).flatMap(Consent.init) ?? .unknown
            },
            name: SearchTerms.fold(name)
        )
        var figures = CustomerFigures()
        figures.orderCount = row.integer(12)
        figures.total = Money(tenThousandths: row.integer(13))
        figures.lastDate = row.optionalInstant(14)
        return (entry, figures)
    }
}
