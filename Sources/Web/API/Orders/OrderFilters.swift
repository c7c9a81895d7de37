import Domain

/// The filters of `GET /api/orders`, one line each (spec orders.md, "list").
enum OrderFilters {
    static let all: [Operation.Parameter] = [
        .init("date_from", moment, "Orders of this moment or day, and later.", example: "2026-03-01"),
        .init("date_to", moment, "Orders of this moment or day, and earlier."),
        .init("updated_from", moment, "Changed at this moment or day, or later."),
        .init("status_code", .text, "General status: one of these codes, commas between."),
        .init("delivery.status_code", .text, "Delivery status: one of these codes."),
        .init("payment.status_code", .text, "Payment status: one of these codes.", example: "paid"),
        .init("client_external_id", .text, "The customer's external_id."),
        .init("number", .text, "The order's number."),
        .init("unit", .text, "The point of sale."),
        .init("total_from", .number(), "Order value at least."),
        .init("total_to", .number(), "Order value at most."),
        .init("q", .text, "Number, identifiers, the customer's name, email or phone."),
    ]

    private static let moment = Schema.either([.moment, .day])

    /// Reads the query from an address.
    ///
    /// - Throws: 400 that names the filter or sort key that will not do.
    static func query(_ page: PageQuery, _ context: ReadingContext) throws -> OrderQuery {
        var query = try page.query { filters throws(Refusal) in try OrderQuery(filters: filters, context) }
        query.sort = try page.sorts() ?? query.sort
        return query
    }
}
