import Domain

/// The filters of `GET /api/orders`, one line each (spec orders.md, "list").
enum OrderFilters {
    static let names: Set<String> = [
        "date_from", "date_to", "updated_from", "status_code", "delivery.status_code", "payment.status_code",
        "client_external_id", "number", "unit", "total_from", "total_to", "q",
    ]

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
