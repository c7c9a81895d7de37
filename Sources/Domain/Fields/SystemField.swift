/// A field that every object of one kind has: its name on the wire, its type, its column.
///
/// One table per object feeds the decoder, the merge, history, SQL and JSON, so a field is added in one place.
package protocol SystemField: RawRepresentable<Int>, CaseIterable, Hashable, Sendable where AllCases == [Self] {
    var definition: FieldDefinition { get }
    /// What the values of each field are kept as, in the order of the fields; kept ready, since each value that is read asks.
    static var forms: [FieldForm] { get }
}

/// What a value of a system field is kept as.
package enum FieldForm: Sendable {
    case text, money, quantity, instant
}

/// What a system field is called and what it takes.
package struct FieldDefinition: Sendable {
    /// The name on the wire; `delivery.city` stands in the object `delivery` (spec orders.md).
    package var path: String
    /// What values it takes.
    package var type: FieldType
    /// The column that keeps it, which says its unit.
    package var column: String

    package init(_ path: String, _ type: FieldType, _ column: String) {
        (self.path, self.type, self.column) = (path, type, column)
    }
}

extension SystemField {
    package var path: String { definition.path }
    package var type: FieldType { definition.type }
    package var column: String { definition.column }
}

/// The types of system fields, with their bounds.
package enum FieldType: Hashable, Sendable {
    /// One line of up to so many characters.
    case text(Int)
    /// Several lines of up to so many characters.
    case note(Int)
    /// A text of comma-separated parts; an array of strings is taken too.
    case list(Int)
    /// A date without a time, `YYYY-MM-DD`.
    case day
    /// An amount of money; `true` when it may not be negative.
    case money(atLeastZero: Bool = false)
    /// A count or weight of at least zero.
    case quantity
    /// A moment.
    case instant
    case email
    /// A telephone number in E.164, `+351912345678`.
    case phone
    case url
    /// One of a few words.
    case choice([String])
    /// A time zone's name, `Europe/Lisbon`.
    case timeZone
}

extension FieldType {
    /// What a value of the type is kept as.
    package var form: FieldForm {
        switch self {
        case .money: .money
        case .quantity: .quantity
        case .instant: .instant
        case .text, .note, .list, .day, .email, .phone, .url, .choice, .timeZone: .text
        }
    }
}

/// A value of a system field; no value is nil.
package enum FieldValue: Hashable, Sendable {
    case text(String)
    case money(Money)
    case quantity(Quantity)
    case instant(Instant)
}

/// The values of all system fields of one object.
package struct FieldValues<Field: SystemField>: Hashable, Sendable {
    private var values: [FieldValue?]

    package init() { values = Array(repeating: nil, count: Field.allCases.count) }

    package subscript(field: Field) -> FieldValue? {
        get { values[field.rawValue] }
        set { values[field.rawValue] = newValue }
    }

    package func text(_ field: Field) -> String? {
        if case .text(let text) = self[field] { text } else { nil }
    }

    package func money(_ field: Field) -> Money? {
        if case .money(let money) = self[field] { money } else { nil }
    }

    package func quantity(_ field: Field) -> Quantity? {
        if case .quantity(let quantity) = self[field] { quantity } else { nil }
    }

    package func instant(_ field: Field) -> Instant? {
        if case .instant(let instant) = self[field] { instant } else { nil }
    }
}

extension FieldValue {
    /// The value as history and CSV show it.
    package var plain: String {
        switch self {
        case .text(let text): text
        case .money(let money): money.description
        case .quantity(let quantity): quantity.description
        case .instant(let instant): instant.rfc3339
        }
    }
}

/// What a partial description says of one value (spec README: absent leaves, `null` and `""` clear).
package enum Patch<Value: Hashable & Sendable>: Hashable, Sendable {
    case keep
    case clear
    case set(Value)

    /// The value after the patch.
    package func applied(to value: Value?) -> Value? {
        switch self {
        case .keep: value
        case .clear: nil
        case .set(let new): new
        }
    }

    package init(_ value: Value?) {
        self = value.map(Patch.set) ?? .clear
    }
}

/// What a partial description says of an object's system fields, in the order it was said.
package struct FieldPatch<Field: SystemField>: Hashable, Sendable {
    package private(set) var entries: [Entry] = []

    package struct Entry: Hashable, Sendable {
        package var field: Field
        package var value: FieldValue?
    }

    package init() {}

    package mutating func set(_ field: Field, _ value: FieldValue?) {
        entries.append(Entry(field: field, value: value))
    }

    /// Writes what is said into `values` and calls `changed` for each that was something else.
    package func apply(
        to values: inout FieldValues<Field>, changed: (Field, FieldValue?, FieldValue?) -> Void = { _, _, _ in }
    ) {
        for entry in entries where values[entry.field] != entry.value {
            changed(entry.field, values[entry.field], entry.value)
            values[entry.field] = entry.value
        }
    }
}
