import Domain

/// Schemas of system fields, from the same tables that the decoder reads.
extension FieldType {
    /// What a request may say; `null` and `""` clear a value (spec README, "Conventions").
    var input: Schema {
        switch self {
        case .text(let limit): .text(0...limit, pattern: Schema.oneLine).orNull
        case .note(let limit): .text(0...limit, pattern: Schema.severalLines).orNull
        case .list(let limit):
            .either([
                .text(0...limit, pattern: Schema.oneLine), .array(.text(0...limit, pattern: Schema.noComma)), .null,
            ])
        case .day: Schema.day.orCleared
        case .money(let atLeastZero):
            Schema.number((atLeastZero ? 0 : -FixedPoint.moneyLimit)...FixedPoint.moneyLimit).orCleared
        case .quantity: Schema.number(0...FixedPoint.quantityLimit).orCleared
        case .instant: Schema.moment.orCleared
        case .email:
            .text(
                0...254,
                pattern:
                    #"^([^@ \u0000-\u001f\u007f]+@[^@ .\u0000-\u001f\u007f][^@ \u0000-\u001f\u007f]*\.[^@ \u0000-\u001f\u007f]*[^@ .\u0000-\u001f\u007f])?$"#
            ).orNull
        case .phone: .text(pattern: #"^(\+[1-9][0-9]{6,14})?$"#).orNull
        case .url: .text(0...2048, pattern: #"^(https?://[^ \u0000-\u001f\u007f]*)?$"#).orNull
        case .choice(let words): .either([.choice(words + [""]), .null])
        case .timeZone: Schema.text.orNull
        }
    }

    /// What an answer says; no value is null.
    var output: Schema {
        switch self {
        case .money, .quantity: Schema.number().orNull
        case .instant: Schema.instant.orNull
        case .day: Schema.day.orNull
        case .choice(let words): Schema.choice(words).orNull
        case .text, .note, .list, .email, .phone, .url, .timeZone: Schema.text.orNull
        }
    }
}

extension Schema {
    /// No control characters.
    static let oneLine = #"^[^\u0000-\u001f\u007f]*$"#
    /// No control characters but ends of lines and tabs.
    static let severalLines = #"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"#
    fileprivate static let noComma = #"^[^,\u0000-\u001f\u007f]*$"#

    /// An identifier of the partner.
    static let identifier = Schema.text(1...FieldType.identifierLimit, pattern: oneLine)

    /// A moment as requests may write it.
    static let moment = Schema.either([
        .instant, .text(pattern: #"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"#),
    ])

    /// A JSON object of the shop's own.
    static let metadata = Schema.object([], others: .free)

    /// The same, or what clears a value.
    var orCleared: Schema { .either([self, .choice([""]), .null]) }
}

/// Whether a schema is of what is sent or of what is answered.
enum SchemaSide: Sendable { case input, output }

extension SystemField {
    /// The properties of all fields, with those of a block such as `delivery` in an object of their own.
    ///
    /// - Parameter blocks: Properties that stand in a block beside its fields.
    static func properties(
        _ side: SchemaSide, blocks: [String: [Schema.Property]] = [:]
    ) -> [Schema.Property] {
        var plain: [Schema.Property] = []
        var nested = blocks
        for field in allCases {
            let schema = side == .input ? field.type.input : field.type.output
            let parts = field.path.split(separator: ".").map(String.init)
            let property = Schema.Property(parts[parts.count - 1], schema, required: side == .output)
            if parts.count == 1 { plain.append(property) } else { nested[parts[0], default: []].append(property) }
        }
        return plain
            + nested.map { name, properties in
                Schema.Property(name, .object(properties), required: side == .output)
            }
    }
}
