import Domain

/// The filters of `GET /api/receipts`, one line each.
enum ReceiptFilters {
    static let all: [Operation.Parameter] = [
        .init("date_from", moment, "Receipts of this moment or day, and later.", example: "2026-03-01"),
        .init("date_to", moment, "Receipts of this moment or day, and earlier."),
        .init("updated_from", moment, "Changed at this moment or day, or later."),
        .init("client_external_id", .text, "The customer's external_id."),
        .init("order_external_id", .text, "Linked to the order with this external_id."),
        .init("linked", .choice(["yes", "no"]), "Whether they are linked to an order.", example: "no"),
        .init("number", .text, "The receipt's number."),
        .init("unit", .text, "The point of sale."),
        .init("total_from", .number(), "Value at least."),
        .init("total_to", .number(), "Value at most."),
        .init("q", .text, "Number, identifiers, the customer's name, email or phone."),
    ]

    private static let moment = Schema.either([.moment, .day])

    /// Reads the query from an address.
    ///
    /// - Throws: 400 that names the filter or sort key that will not do.
    static func query(_ page: PageQuery, _ context: ReadingContext) throws -> ReceiptQuery {
        var query = try page.query { filters throws(Refusal) in try ReceiptQuery(filters: filters, context) }
        query.sort = try page.sorts() ?? query.sort
        return query
    }
}
