extension TrackedEventQuery {
    /// Reads filters by their names on the wire.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package init(filters: [String: String], _ book: TrackingBook, _ context: ReadingContext) throws(Refusal) {
        self.init()
        name = filters["name"]
        if let code = filters["source"] {
            guard let source = book.source(code: code) else {
                throw Refusal("bad_filter", "filter[source]: there is no event source “\(code)”.")
            }
            self.source = source.id
        }
        from = try Self.instant("from", filters, context)
        to = try Self.instant("to", filters, context, endOfDay: true)
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
}
