extension OrderQuery {
    /// The names of the list's filters (spec orders.md, "list").
    package static let filterNames: Set<String> = [
        "date_from", "date_to", "updated_from", "status_code", "delivery.status_code", "payment.status_code",
        "client_external_id", "number", "unit", "total_from", "total_to", "q",
    ]

    /// Reads filters by their names on the wire, those on custom fields by the field's code.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ context: ReadingContext) throws(Refusal) {
        self.init()
        if let unknown = Refusal.unknownFilter(in: filters, known: Self.filterNames, .order, context.fields) {
            throw unknown
        }
        dateFrom = try Self.instant("date_from", filters, context)
        dateTo = try Self.instant("date_to", filters, context, endOfDay: true)
        updatedFrom = try Self.instant("updated_from", filters, context)
        for type in OrderStatusType.allCases {
            guard let codes = filters[type.path], !codes.isEmpty else { continue }
            statusCodes[type] = Set(codes.split(separator: ",").map(String.init))
        }
        func text(_ name: String) -> String? { filters[name].flatMap { $0.isEmpty ? nil : $0 } }
        customerExternalID = text("client_external_id")
        number = text("number")
        unit = text("unit")
        totalFrom = try Self.money("total_from", filters)
        totalTo = try Self.money("total_to", filters)
        self.text = text("q")
        custom = try CustomFilter.read(filters, of: .order, context)
    }

    /// The filters by their names on the wire.
    package var filters: [String: String] {
        var filters = custom.texts
        filters["date_from"] = dateFrom?.rfc3339
        filters["date_to"] = dateTo?.rfc3339
        filters["updated_from"] = updatedFrom?.rfc3339
        for (type, codes) in statusCodes { filters[type.path] = codes.sorted().joined(separator: ",") }
        filters["client_external_id"] = customerExternalID
        filters["number"] = number
        filters["unit"] = unit
        filters["total_from"] = totalFrom?.description
        filters["total_to"] = totalTo?.description
        filters["q"] = text
        return filters
    }

    /// A day stands for its beginning, or for its end where it is the last one wanted.
    private static func instant(
        _ name: String, _ filters: [String: String], _ context: ReadingContext, endOfDay: Bool = false
    ) throws(Refusal) -> Instant? {
        guard let text = filters[name], !text.isEmpty else { return nil }
        if let instant = Instant(day: text, endOfDay: endOfDay, zone: context.zone) { return instant }
        do throws(Refusal) {
            return try FieldType.checkedInstant(text, context)
        } catch {
            throw Refusal("bad_filter", "filter[\(name)]: \(error.detail)")
        }
    }

    private static func money(_ name: String, _ filters: [String: String]) throws(Refusal) -> Money? {
        guard let text = filters[name], !text.isEmpty else { return nil }
        do throws(FixedPoint.Refusal) {
            return try Money(parsing: text.utf8)
        } catch {
            throw Refusal("bad_filter", "filter[\(name)] must be a number with at most 4 decimals.")
        }
    }
}
