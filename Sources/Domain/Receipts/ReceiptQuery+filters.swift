extension ReceiptQuery {
    /// What filters of receipts and of orders have in common, but for their statuses.
    private static let shared = OrderQuery.filterNames.filter { !$0.hasSuffix("status_code") }

    /// Reads filters by their names on the wire, those on custom fields by the field's code.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ context: ReadingContext) throws(Refusal) {
        self.init()
        let known = Self.shared.union(["order_external_id", "linked"])
        if let unknown = Refusal.unknownFilter(in: filters, known: known, .receipt, context.fields) { throw unknown }
        // What receipts have in common with orders is read alike.
        let query = try OrderQuery(filters: filters.filter { Self.shared.contains($0.key) }, context)
        (dateFrom, dateTo, updatedFrom) = (query.dateFrom, query.dateTo, query.updatedFrom)
        (customerExternalID, number, unit) = (query.customerExternalID, query.number, query.unit)
        (totalFrom, totalTo, text) = (query.totalFrom, query.totalTo, query.text)
        orderExternalID = filters["order_external_id"].flatMap { $0.isEmpty ? nil : $0 }
        if let linked = filters["linked"], !linked.isEmpty {
            guard ["yes", "no"].contains(linked) else {
                throw Refusal("bad_filter", "filter[linked] must be yes or no.")
            }
            isLinked = linked == "yes"
        }
        custom = try CustomFilter.read(filters, of: .receipt, context)
    }

    /// The filters by their names on the wire.
    package var filters: [String: String] {
        var query = OrderQuery()
        (query.dateFrom, query.dateTo, query.updatedFrom) = (dateFrom, dateTo, updatedFrom)
        (query.customerExternalID, query.number, query.unit) = (customerExternalID, number, unit)
        (query.totalFrom, query.totalTo, query.text) = (totalFrom, totalTo, text)
        query.custom = custom
        var filters = query.filters
        filters["order_external_id"] = orderExternalID
        filters["linked"] = isLinked.map { $0 ? "yes" : "no" }
        return filters
    }
}
