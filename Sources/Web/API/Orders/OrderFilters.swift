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
        var query = OrderQuery()
        query.dateFrom = try instant("date_from", page, context)
        query.dateTo = try instant("date_to", page, context, endOfDay: true)
        query.updatedFrom = try instant("updated_from", page, context)
        for type in OrderStatusType.allCases {
            guard let codes = page.filters[type.path] else { continue }
            query.statusCodes[type] = Set(codes.split(separator: ",").map(String.init))
        }
        query.customerExternalID = page.filters["client_external_id"]
        query.number = page.filters["number"]
        query.unit = page.filters["unit"]
        query.totalFrom = try money("total_from", page)
        query.totalTo = try money("total_to", page)
        query.text = page.filters["q"]
        if let sort = page.sort {
            guard let sorts = OrderSort.parse(sort) else {
                let keys = OrderSort.Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.badRequest("unknown_sort", "Cannot sort by “\(sort)”. Known keys are: \(keys).")
            }
            query.sort = sorts
        }
        return query
    }

    /// A day stands for its beginning, or for its end where it is the last one wanted.
    private static func instant(
        _ name: String, _ page: PageQuery, _ context: ReadingContext, endOfDay: Bool = false
    ) throws -> Instant? {
        guard let text = page.filters[name] else { return nil }
        if let instant = Instant(day: text, endOfDay: endOfDay, zone: context.zone) { return instant }
        do throws(Refusal) {
            return try FieldType.checkedInstant(text, context)
        } catch {
            throw Problem.badRequest("bad_filter", "filter[\(name)]: \(error.detail)")
        }
    }

    private static func money(_ name: String, _ page: PageQuery) throws -> Money? {
        guard let text = page.filters[name] else { return nil }
        do throws(FixedPoint.Refusal) {
            return try Money(parsing: text.utf8)
        } catch {
            throw Problem.badRequest("bad_filter", "filter[\(name)] must be a number with at most 4 decimals.")
        }
    }
}
