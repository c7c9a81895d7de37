import Domain

/// Schemas of the fields that a shop made for itself: its document names them.
extension CustomField {
    var input: Schema {
        switch type {
        case .string: .text(0...type.lengthLimit, pattern: Schema.oneLine).orNull
        case .text: .text(0...type.lengthLimit, pattern: Schema.severalLines).orNull
        case .integer: Schema.integer(-Schema.largestInteger...Schema.largestInteger).orCleared
        case .decimal: Schema.number(-FixedPoint.quantityLimit...FixedPoint.quantityLimit).orCleared
        case .boolean: Schema.boolean.orCleared
        case .date: Schema.day.orCleared
        case .datetime: Schema.moment.orCleared
        case .time: Schema.text(pattern: "^([0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$").orNull
        case .choice: Schema.choice(choices + [""]).orNull
        case .choices: Schema.array(.choice(choices), atMost: choices.count).orCleared
        case .url: FieldType.url.input
        }
    }

    var output: Schema {
        switch type {
        case .integer: Schema.integer().orNull
        case .decimal: Schema.number().orNull
        case .boolean: Schema.boolean.orNull
        case .date: Schema.day.orNull
        case .datetime: Schema.instant.orNull
        case .choices: Schema.array(.text).orNull
        case .string, .text, .time, .choice, .url: Schema.text.orNull
        }
    }

    fileprivate func property(_ side: SchemaSide) -> Schema.Property? {
        switch side {
        case .input: metadataPath == nil ? .optional(code, input.described(name)) : nil
        case .output: .init(code, output.described(name))
        }
    }
}

extension Schema {
    /// The same schema with the custom fields that objects have now.
    func resolved(_ fields: FieldBook) -> Schema {
        switch self {
        case .object(let properties, let others):
            var all = properties.map { Property($0.name, $0.schema.resolved(fields), required: $0.isRequired) }
            guard case .custom(let object, let side) = others else { return .object(all, others: others) }
            all += fields.custom(object).compactMap { $0.property(side) }
            return .object(all)
        case .array(let items, let limit): return .array(items.resolved(fields), atMost: limit)
        case .either(let schemas): return .either(schemas.map { $0.resolved(fields) })
        case .named(let name, let schema): return .named(name, schema.resolved(fields))
        case .described(let schema, let sentence): return .described(schema.resolved(fields), sentence)
        case .any, .null, .boolean, .integer, .number, .string, .choice: return self
        }
    }
}

extension CustomFilter {
    /// The filters that an object's custom fields give its collection.
    static func parameters(_ object: FieldObject, _ fields: FieldBook) -> [Operation.Parameter] {
        fields.custom(object).flatMap { field in
            let exact = Operation.Parameter(field.code, .text, "\(field.name): exactly this value.")
            guard field.type.isOrdered else { return [exact] }
            return [
                exact, Operation.Parameter("\(field.code)_from", .text, "\(field.name): this value or more."),
                Operation.Parameter("\(field.code)_to", .text, "\(field.name): this value or less."),
            ]
        }
    }
}
