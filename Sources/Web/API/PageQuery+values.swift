import Domain

extension PageQuery {
    /// The moment that a filter names; a day stands for its beginning, or for its end where it is the last one wanted.
    ///
    /// - Throws: 400 that names the filter.
    func instant(_ name: String, _ context: ReadingContext, endOfDay: Bool = false) throws -> Instant? {
        guard let text = filters[name] else { return nil }
        if let instant = Instant(day: text, endOfDay: endOfDay, zone: context.zone) { return instant }
        do throws(Refusal) {
            return try FieldType.checkedInstant(text, context)
        } catch {
            throw Problem.badRequest("bad_filter", "filter[\(name)]: \(error.detail)")
        }
    }

    /// The amount that a filter names.
    ///
    /// - Throws: 400 that names the filter.
    func money(_ name: String) throws -> Money? {
        guard let text = filters[name] else { return nil }
        do throws(FixedPoint.Refusal) {
            return try Money(parsing: text.utf8)
        } catch {
            throw Problem.badRequest("bad_filter", "filter[\(name)] must be a number with at most 4 decimals.")
        }
    }

    /// The sort keys of a list of orders or receipts; nil where none are named.
    ///
    /// - Throws: 400 that names what is unknown.
    func orderSorts() throws -> [OrderSort]? {
        guard let sort else { return nil }
        guard let sorts = OrderSort.parse(sort) else {
            let keys = OrderSort.Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("unknown_sort", "Cannot sort by “\(sort)”. Known keys are: \(keys).")
        }
        return sorts
    }
}
