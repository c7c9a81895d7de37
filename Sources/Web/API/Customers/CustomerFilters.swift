import Domain

/// The filters of `GET /api/customers`, one line each.
enum CustomerFilters {
    static let all: [Operation.Parameter] = [
        .init(
            "q", .text,
            """
            Beginnings of words of the name, of the email or an identifier, all of which must match; or a phone, however \
            it is spaced, with or without the country.
            """, example: "ana mou"
        ),
        .init("created_from", moment, "Known since this moment or day, or later.", example: "2026-03-01"),
        .init("created_to", moment, "Known since this moment or day, or earlier."),
        .init("updated_from", moment, "Changed at this moment or day, or later."),
        .init("city", .text, "The city, whatever its case and accents."),
        .init("country", .text, "The country, whatever its case and accents.", example: "PT"),
        .init("consents.email", consent, "Consent to emails: one of these, commas between."),
        .init("consents.sms", consent, "Consent to text messages."),
        .init("consents.push", consent, "Consent to push messages."),
        .init("has_orders", .choice(["true", "false"]), "Whether an order of theirs counts in analytics."),
    ]

    private static let moment = Schema.either([.moment, .day])
    private static let consent = Schema.text(
        pattern: "^(subscribed|unsubscribed|unknown)(,(subscribed|unsubscribed|unknown))*$"
    )

    /// Reads the query from an address.
    ///
    /// - Throws: 400 that names the filter or sort key that will not do.
    static func query(_ page: PageQuery, _ context: ReadingContext) throws -> CustomerQuery {
        var query = try page.query { filters throws(Refusal) in try CustomerQuery(filters: filters, context) }
        if let sort = page.sort {
            guard let sorts = CustomerSort.parse(sort) else {
                let keys = CustomerSort.Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.badRequest("unknown_sort", "Cannot sort by “\(sort)”. Known keys are: \(keys).")
            }
            query.sort = sorts
        }
        return query
    }
}

extension CustomerCursor {
    /// The cursor as the opaque text of `page[after]`: the identifier, then a value a line.
    var text: String {
        let parts = values.map { value in
            switch value {
            case .number(let number): "n\(number)"
            case .text(let text): "t\(text)"
            }
        }
        return Cursor.encode(([String(id.rawValue)] + parts).joined(separator: "\n"))
    }

    /// - Throws: 400 when the text is not one of ours, or of a list that is sorted otherwise.
    init(text: String, sorts: [CustomerSort]) throws {
        let parts = try Cursor.decode(text).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = Int64(first), parts.count == sorts.count + 1 else {
            throw Cursor.invalid
        }
        let values = try zip(parts.dropFirst(), sorts).map { part, sort in
            guard part.first == (sort.key == .name ? "t" : "n") else { throw Cursor.invalid }
            if sort.key == .name { return OrderSortValue.text(String(part.dropFirst())) }
            guard let number = Int64(part.dropFirst()) else { throw Cursor.invalid }
            return OrderSortValue.number(number)
        }
        self.init(values: values, id: Customer.ID(rawValue: id))
    }
}
