/// A value of a custom field; no value is nil.
package enum CustomValue: Hashable, Sendable {
    /// A string, a text, an address or a choice.
    case text(String)
    case integer(Int64)
    /// Counted in millionths, of either sign.
    case decimal(Quantity)
    case boolean(Bool)
    /// A date of the calendar, as the milliseconds of its midnight in UTC.
    case day(Int64)
    case instant(Instant)
    /// A time of day, in seconds.
    case time(Int64)
    /// What is chosen of several, in the order of the choices.
    case choices([String])

    /// The value as history, CSV and forms write it.
    package var plain: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let decimal): decimal.description
        case .boolean(let flag): flag ? "true" : "false"
        case .day(let midnight): CivilTime(utcMilliseconds: midnight).dayText
        case .instant(let instant): instant.rfc3339
        case .time(let seconds): Self.clock(seconds)
        case .choices(let choices): choices.joined(separator: ",")
        }
    }

    private static func clock(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
        let minutes = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 ? minutes : "\(minutes):\(two(seconds % 60))"
    }

    // MARK: As it is kept

    /// What the column `number` keeps of it; nil for texts.
    package var number: Int64? {
        switch self {
        case .text, .choices: nil
        case .integer(let number), .day(let number), .time(let number): number
        case .decimal(let decimal): decimal.millionths
        case .boolean(let flag): flag ? 1 : 0
        case .instant(let instant): instant.milliseconds
        }
    }

    /// What the column `text` keeps of it, a row each; none for numbers.
    package var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .choices(let choices): choices
        default: []
        }
    }

    /// The value that a field of `type` keeps as `number`; nil for a type of texts.
    package init?(number: Int64, type: CustomFieldType) {
        switch type {
        case .integer: self = .integer(number)
        case .decimal: self = .decimal(Quantity(millionths: number))
        case .boolean: self = .boolean(number != 0)
        case .date: self = .day(number)
        case .datetime: self = .instant(Instant(milliseconds: number))
        case .time: self = .time(number)
        case .string, .text, .choice, .choices, .url: return nil
        }
    }
}

extension JSONWriter {
    /// Writes a key for each custom field, those without a value included.
    package mutating func fields(_ values: CustomValues, _ fields: [CustomField]) {
        for field in fields {
            key(field.code)
            value(values[field])
        }
    }

    package mutating func value(_ value: CustomValue?) {
        switch value {
        case nil: null()
        case .integer(let number): self.value(number)
        case .decimal(let decimal): self.value(decimal)
        case .boolean(let flag): self.value(flag)
        case .text(let text): self.value(text)
        case .choices(let choices):
            array { writer in
                for choice in choices { writer.value(choice) }
            }
        case .day, .instant, .time: self.value(value?.plain)
        }
    }
}
