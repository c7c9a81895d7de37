import Database
import Domain

/// Identifiers, instants and system fields on their way to and from columns.
extension Binder {
    mutating func bind<Entity>(_ id: Identifier<Entity>) { bind(id.rawValue) }
    mutating func bind<Entity>(_ id: Identifier<Entity>?) { bind(id?.rawValue) }
    mutating func bind(_ bucket: Bucket) { bind(bucket.rawValue) }
    mutating func bind(_ instant: Instant) { bind(instant.milliseconds) }
    mutating func bind(_ instant: Instant?) { bind(instant?.milliseconds) }

    /// Binds all system fields in the order of `Columns.names(of:)`.
    mutating func bind<Field: SystemField>(_ values: FieldValues<Field>) {
        for field in Field.allCases {
            switch values[field] {
            case nil: bindNull()
            case .text(let text): bind(text)
            case .money(let money): bind(money.tenThousandths)
            case .quantity(let quantity): bind(quantity.millionths)
            case .instant(let instant): bind(instant.milliseconds)
            }
        }
    }
}

extension Row {
    func id<Entity>(_ column: Int) -> Identifier<Entity> { Identifier(rawValue: integer(column)) }
    func optionalID<Entity>(_ column: Int) -> Identifier<Entity>? { optionalInteger(column).map(Identifier.init) }
    func instant(_ column: Int) -> Instant { Instant(milliseconds: integer(column)) }
    func optionalInstant(_ column: Int) -> Instant? { optionalInteger(column).map(Instant.init(milliseconds:)) }

    /// Reads all system fields, which stand from `column` on.
    func fields<Field: SystemField>(from column: Int) -> FieldValues<Field> {
        var values = FieldValues<Field>()
        for (field, form) in zip(Field.allCases, Field.forms) {
            let place = column + field.rawValue
            guard !isNull(place) else { continue }
            switch form {
            case .money: values[field] = .money(Money(tenThousandths: integer(place)))
            case .quantity: values[field] = .quantity(Quantity(millionths: integer(place)))
            case .instant: values[field] = .instant(instant(place))
            case .text: values[field] = .text(text(place))
            }
        }
        return values
    }
}

/// Text of statements that name every system field of an object.
enum Columns {
    static func names<Field: SystemField>(of type: Field.Type, prefix: String = "") -> String {
        Field.allCases.map { prefix + $0.column }.joined(separator: ", ")
    }

    /// Placeholders in a row: `$3, $4, … $n`.
    static func placeholders(from first: Int, count: Int) -> String {
        (first..<first + count).map { "$\($0)" }.joined(separator: ", ")
    }

    /// Assignments in a row: `a = $3, b = $4 …`.
    static func assignments<Field: SystemField>(of type: Field.Type, from first: Int) -> String {
        Field.allCases.map { "\($0.column) = $\(first + $0.rawValue)" }.joined(separator: ", ")
    }
}
