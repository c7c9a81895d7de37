/// A condition on the values of one custom field.
package struct CustomFilter: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        /// The value is this one; of several choices, one of them is.
        case equals(CustomValue)
        /// A number, date, moment or time from one to another, both included, in the units of `CustomValue.number`.
        case range(from: Int64?, to: Int64?)
    }

    package var field: CustomField
    package var condition: Condition

    package init(_ field: CustomField, _ condition: Condition) { (self.field, self.condition) = (field, condition) }

    /// A name of filters taken apart: the field, and which end of a range.
    package enum Part: Hashable, Sendable { case exact, from, to }

    /// Finds the field that a filter's name means, `CODE`, `CODE_from` or `CODE_to`; nil for what is none.
    package static func find(
        _ name: String, _ object: FieldObject, _ fields: FieldBook
    ) -> (field: CustomField, part: Part)? {
        if let field = fields.custom(object, code: name) { return (field, .exact) }
        for (suffix, part) in [("_from", Part.from), ("_to", Part.to)] where name.hasSuffix(suffix) {
            let code = String(name.dropLast(suffix.count))
            if let field = fields.custom(object, code: code), field.type.isOrdered { return (field, part) }
        }
        return nil
    }

    /// Reads the filters on custom fields among those of an address.
    ///
    /// A date stands for its beginning or, at the end of a range of moments, for its end.
    ///
    /// - Throws: `Refusal` that names the filter and what is wrong with it.
    package static func read(
        _ filters: [String: String], of object: FieldObject, _ context: ReadingContext
    ) throws(Refusal) -> [CustomFilter] {
        guard context.fields.has(object) else { return [] }
        var exact: [CustomFilter] = []
        var ranges: [CustomField.ID: (field: CustomField, from: Int64?, to: Int64?)] = [:]
        for (name, text) in filters.sorted(by: { $0.key < $1.key }) {
            guard !text.isEmpty, let (field, part) = find(name, object, context.fields) else { continue }
            do throws(Refusal) {
                let value = try field.readFilter(text, endOfDay: part == .to, context)
                switch part {
                case .exact: exact.append(CustomFilter(field, .equals(value)))
                case .from: ranges[field.id, default: (field, nil, nil)].from = value.number
                case .to: ranges[field.id, default: (field, nil, nil)].to = value.number
                }
            } catch {
                throw Refusal("bad_filter", "filter[\(name)]: \(error.detail)")
            }
        }
        return exact
            + ranges.values.sorted { $0.field.id < $1.field.id }.map {
                CustomFilter($0.field, .range(from: $0.from, to: $0.to))
            }
    }
}

extension [CustomFilter] {
    /// The filters by their names on the wire.
    package var texts: [String: String] {
        var texts: [String: String] = [:]
        for filter in self {
            let field = filter.field
            switch filter.condition {
            case .equals(let value): texts[field.code] = value.plain
            case .range(let from, let to):
                texts[field.code + "_from"] = from.flatMap { CustomValue(number: $0, type: field.type)?.plain }
                texts[field.code + "_to"] = to.flatMap { CustomValue(number: $0, type: field.type)?.plain }
            }
        }
        return texts
    }
}

extension Refusal {
    /// Refuses a filter that an object's list does not have.
    package static func unknownFilter(
        in filters: [String: String], known: Set<String>, _ object: FieldObject, _ fields: FieldBook
    ) -> Refusal? {
        let unknown = filters.keys.sorted().first { name in
            !known.contains(name) && CustomFilter.find(name, object, fields) == nil
        }
        return unknown.map { name in
            let names = known.sorted() + fields.custom(object).map(\.code)
            return Refusal(
                "unknown_filter", "There is no filter “\(name)”. Known are: \(names.joined(separator: ", ")).")
        }
    }
}

extension CustomField {
    /// Reads a value to compare with: of the field's type, but not held to its bounds.
    fileprivate func readFilter(
        _ text: String, endOfDay: Bool, _ context: ReadingContext
    ) throws(Refusal) -> CustomValue {
        if type == .datetime, let instant = Instant(day: text, endOfDay: endOfDay, zone: context.zone) {
            return .instant(instant)
        }
        if type == .choices || type == .choice { return .text(text) }
        var unbounded = self
        (unbounded.minimum, unbounded.maximum) = (nil, nil)
        guard let value = try unbounded.read(text: text, context) else {
            throw Refusal("required", "Name a value to look for.")
        }
        return value
    }
}
