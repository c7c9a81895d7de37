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
        query.sort = try page.sorts() ?? query.sort
        return query
    }
}
