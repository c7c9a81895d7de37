extension CustomerQuery {
    /// The names of the list's filters.
    package static let filterNames: Set<String> = Set(
        ["q", "created_from", "created_to", "updated_from", "city", "country", "has_orders"]
            + ConsentChannel.allCases.map(\.field.path)
    )

    /// Reads filters by their names on the wire, those on custom fields by the field's code.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ context: ReadingContext) throws(Refusal) {
        self.init()
        if let unknown = Refusal.unknownFilter(in: filters, known: Self.filterNames, .customer, context.fields) {
            throw unknown
        }
        func said(_ name: String) -> String? { filters[name].flatMap { $0.isEmpty ? nil : $0 } }
        (text, city, country) = (said("q"), said("city"), said("country"))
        createdFrom = try Self.instant("created_from", said("created_from"), context)
        createdTo = try Self.instant("created_to", said("created_to"), context, endOfDay: true)
        updatedFrom = try Self.instant("updated_from", said("updated_from"), context)
        for channel in ConsentChannel.allCases {
            guard let text = said(channel.field.path) else { continue }
            let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let answers = words.compactMap(Consent.init)
            guard answers.count == words.count else {
                let known = Consent.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refusal("bad_filter", "filter[\(channel.field.path)] must be one or more of: \(known).")
            }
            consents[channel] = Set(answers)
        }
        if let flag = said("has_orders") {
            guard let flag = Bool(flag) else {
                throw Refusal("bad_filter", "filter[has_orders] must be true or false.")
            }
            hasOrders = flag
        }
        custom = try CustomFilter.read(filters, of: .customer, context)
    }

    /// The filters by their names on the wire.
    package var filters: [String: String] {
        var filters = custom.texts
        (filters["q"], filters["city"], filters["country"]) = (text, city, country)
        filters["created_from"] = createdFrom?.rfc3339
        filters["created_to"] = createdTo?.rfc3339
        filters["updated_from"] = updatedFrom?.rfc3339
        for (channel, answers) in consents {
            filters[channel.field.path] = answers.map(\.rawValue).sorted().joined(separator: ",")
        }
        filters["has_orders"] = hasOrders.map { $0 ? "true" : "false" }
        return filters
    }

    private static func instant(
        _ name: String, _ text: String?, _ context: ReadingContext, endOfDay: Bool = false
    ) throws(Refusal) -> Instant? {
        guard let text else { return nil }
        if let instant = Instant(day: text, endOfDay: endOfDay, zone: context.zone) { return instant }
        do throws(Refusal) {
            return try FieldType.checkedInstant(text, context)
        } catch {
            throw Refusal("bad_filter", "filter[\(name)]: \(error.detail)")
        }
    }
}
