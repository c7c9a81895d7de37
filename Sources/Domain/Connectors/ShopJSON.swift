import Foundation

/// A JSON value of a shop's message, as a tree: such messages are few, and are read in no particular order.
package indirect enum ShopJSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([ShopJSON])
    case object([String: ShopJSON])

    /// - Throws: `JSONError`.
    package init(parsing bytes: some Collection<UInt8>) throws {
        self = try JSONReader.read(bytes) { reader in try ShopJSON(&reader) }
    }

    /// Reads the value that comes next.
    init(_ reader: inout JSONReader) throws {
        switch try reader.peek() {
        case .null:
            try reader.null()
            self = .null
        case .boolean: self = .boolean(try reader.boolean())
        case .number: self = .number(String(decoding: try reader.number(), as: UTF8.self))
        case .string: self = .text(try reader.string())
        case .array:
            var list: [ShopJSON] = []
            try reader.array { reader, _ in list.append(try ShopJSON(&reader)) }
            self = .list(list)
        case .object:
            var object: [String: ShopJSON] = [:]
            try reader.object { reader, key in object[key.text] = try ShopJSON(&reader) }
            self = .object(object)
        }
    }

    /// A value of an object; null where there is none.
    package subscript(key: String) -> ShopJSON {
        if case .object(let object) = self { object[key] ?? .null } else { .null }
    }

    package var list: [ShopJSON] { if case .list(let list) = self { list } else { [] } }
    package var isObject: Bool { if case .object = self { true } else { false } }
    package var isTrue: Bool { self == .boolean(true) }

    /// A text without spaces round it; nil for an empty one.
    package var text: String? {
        guard case .text(let text) = self else { return nil }
        let trimmed = text.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }

    /// A number or a text, since shops write identifiers both ways; nil for 0, which stands for nothing.
    package var identifier: String? {
        switch self {
        case .number(let digits): digits == "0" ? nil : digits
        default: text == "0" ? nil : text
        }
    }

    /// An amount, rounded to what is kept: shops divide, and send as many digits as that gives.
    package var money: Money? { decimal(places: FixedPoint.moneyPlaces).map(Money.init) }

    package var quantity: Quantity? {
        decimal(places: FixedPoint.quantityPlaces).flatMap { $0 < 0 ? nil : Quantity(millionths: $0) }
    }

    /// A moment; one without an offset is UTC.
    package var instant: Instant? {
        guard let text else { return nil }
        return Instant(parsing: text, zone: .gmt)
            ?? Instant(parsing: text.replacing("T", with: " "), zone: .gmt)
    }

    private func decimal(places: Int) -> Int64? {
        let digits: String
        switch self {
        case .number(let number): digits = number
        case .text(let text): digits = text.trimmed
        default: return nil
        }
        do {
            return try FixedPoint.parse(digits.utf8, places: places)
        } catch .tooPrecise {
            return Self.rounded(digits, places: places)
        } catch {
            // An amount that is none, or beyond what is kept, is not told.
            return nil
        }
    }

    /// The nearest count to a decimal of too many digits; a half is rounded away from zero.
    private static func rounded(_ text: String, places: Int) -> Int64? {
        guard let point = text.firstIndex(of: "."), !text.contains("e"), !text.contains("E") else { return nil }
        let fraction = text[text.index(after: point)...]
        guard fraction.count > places else { return nil }
        let isUp = fraction.dropFirst(places).first.map { $0 >= "5" } ?? false
        let kept = text[..<point] + "." + fraction.prefix(places)
        do {
            let count = try FixedPoint.parse(kept.utf8, places: places)
            return isUp ? count + (text.hasPrefix("-") ? -1 : 1) : count
        } catch {
            return nil
        }
    }
}

extension ShopJSON {
    /// Writes the value; keys stand sorted.
    package func write(_ writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .boolean(let flag): writer.value(flag)
        case .number(let digits): writer.raw(digits)
        case .text(let text): writer.value(text)
        case .list(let list): writer.array { writer in for element in list { element.write(&writer) } }
        case .object(let object):
            writer.object { writer in
                for (key, value) in object.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    value.write(&writer)
                }
            }
        }
    }
}

extension String {
    /// The text without spaces round it.
    var trimmed: String {
        // Nearly all have none, which their ends tell.
        let visible: ClosedRange<UInt8> = 0x21...0x7e
        if let first = utf8.first, let last = utf8.last, visible.contains(first), visible.contains(last) { return self }
        return String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
