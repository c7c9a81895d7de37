extension ReceiptQuery {
    /// Reads filters by their names on the wire.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ context: ReadingContext) throws(Refusal) {
        self.init()
        let own: Set = ["order_external_id", "linked"]
        let shared = OrderQuery.filterNames.filter { !$0.hasSuffix("status_code") }
        if let name = filters.keys.sorted().first(where: { !own.contains($0) && !shared.contains($0) }) {
            let known = own.union(shared).sorted().joined(separator: ", ")
            throw Refusal("unknown_filter", "There is no filter “\(name)”. Known are: \(known).")
        }
        // What receipts have in common with orders is read alike.
        let query = try OrderQuery(filters: filters.filter { shared.contains($0.key) }, context)
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
    }
}
