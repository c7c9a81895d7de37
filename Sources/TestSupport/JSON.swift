import Foundation

/// A JSON value as Foundation reads it: a second opinion on what the product writes.
package indirect enum JSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    package init(parsing text: String) throws {
        self = JSON(try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    }

    private init(_ value: Any) {
        switch value {
        case let object as [String: Any]: self = .object(object.mapValues(JSON.init))
        case let list as [Any]: self = .list(list.map(JSON.init))
        case let text as String: self = .text(text)
        case let number as NSNumber:
            self = CFBoolean.isBoolean(number) ? .boolean(number.boolValue) : .number(number.doubleValue)
        default: self = .null
        }
    }

    /// A value of an object; nil where there is none.
    package subscript(key: String) -> JSON? { if case .object(let object) = self { object[key] } else { nil } }

    package subscript(index: Int) -> JSON? {
        if case .list(let list) = self, list.indices.contains(index) { list[index] } else { nil }
    }

    package var members: [String: JSON] { if case .object(let object) = self { object } else { [:] } }
    package var list: [JSON] { if case .list(let list) = self { list } else { [] } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Double? { if case .number(let number) = self { number } else { nil } }
    package var keys: [String] { if case .object(let object) = self { object.keys.sorted() } else { [] } }
}

private enum CFBoolean {
    /// Foundation keeps `true` and `1` in one class; their Objective-C types differ.
    static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }
    package init(integerLiteral number: Int) { self = .number(Double(number)) }
    package init(floatLiteral number: Double) { self = .number(number) }
    package init(booleanLiteral flag: Bool) { self = .boolean(flag) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSON...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { first, _ in first }))
    }
}
