/// What a template is given under a name: a plain value, a list, or a record with names of its own.
package enum TemplateValue: Sendable {
    /// Nobody knows it: prints nothing, and is warned about.
    case missing
    case text(String)
    case number(TemplateNumber)
    /// An amount in the project's currency, counted in ten-thousandths.
    case money(tenThousandths: Int64)
    case flag(Bool)
    /// A moment, in milliseconds since 1970 UTC.
    case instant(milliseconds: Int64)
    /// A day of the calendar, counted from 1970-01-01.
    case day(Int64)
    case list([TemplateValue])
    case record(any TemplateRecord)

    /// Whether `{% if value %}` holds: neither missing nor false, nor zero, nor empty.
    package var isTrue: Bool {
        switch self {
        case .missing: false
        case .text(let text): !text.isEmpty
        case .number(let number): number.count != 0
        case .money(let amount): amount != 0
        case .flag(let flag): flag
        case .list(let list): !list.isEmpty
        case .instant, .day, .record: true
        }
    }

    /// Whether it prints nothing: `default` takes its place.
    var isEmpty: Bool {
        switch self {
        case .missing: true
        case .text(let text): text.isEmpty
        case .list(let list): list.isEmpty
        default: false
        }
    }

    /// The value as a number, as far as it is one: texts of digits are.
    var asNumber: TemplateNumber? {
        switch self {
        case .number(let number): number
        case .money(let amount): TemplateNumber(count: amount, places: 4)
        case .text(let text): TemplateNumber(parsing: text.utf8)
        default: nil
        }
    }
}

/// Something with named values, each asked for only where a template comes to it.
///
/// The whole of what a template may see is a record too. Names are those of the language: `first_name`, `lines`.
/// Records are classes so that values, which are handed on a lot, stay small.
package protocol TemplateRecord: AnyObject, Sendable {
    /// The value of a name, or `.missing` where there is none.
    func value(_ name: String) -> TemplateValue

    /// What a macro with an argument gives (`voucher:"spring"`); asked of the outermost record only.
    ///
    /// Asked each time the text comes by it: who gives away something that counts remembers what it gave.
    func call(_ macro: String, _ argument: String) -> TemplateValue
}

extension TemplateRecord {
    package func call(_ macro: String, _ argument: String) -> TemplateValue { .missing }
}

/// A record of values that are at hand.
package final class TemplateFields: TemplateRecord, ExpressibleByDictionaryLiteral {
    package let values: [String: TemplateValue]

    package init(_ values: [String: TemplateValue] = [:]) { self.values = values }

    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        values = Dictionary(elements) { _, last in last }
    }

    package func value(_ name: String) -> TemplateValue { values[name] ?? .missing }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral text: String) { self = .text(text) }

    package init(integerLiteral number: Int64) { self = .number(TemplateNumber(count: number, places: 0)) }

    package init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

extension TemplateValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }

    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .record(TemplateFields(Dictionary(elements) { _, last in last }))
    }
}
