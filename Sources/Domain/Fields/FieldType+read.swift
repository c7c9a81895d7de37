import Foundation

/// What decoding needs to know of the project.
package struct ReadingContext: Sendable {
    /// The zone that times without an offset are in.
    package var zone: TimeZone
    /// The fields that the shop made for itself.
    package var fields: FieldBook

    package init(zone: TimeZone, fields: FieldBook = .empty) { (self.zone, self.fields) = (zone, fields) }
}

/// Why a value was not taken; the pointer is added by whoever knows the place.
package struct Refusal: Error, Hashable, Sendable {
    package var code: String
    package var detail: String

    package init(_ code: String, _ detail: String) { (self.code, self.detail) = (code, detail) }
}

extension FieldType {
    /// Reads a value from text, as CSV and forms carry it; empty text is no value.
    package func read(text: String, _ context: ReadingContext) throws(Refusal) -> FieldValue? {
        guard !text.isEmpty else { return nil }
        switch self {
        case .money, .quantity: return try number(Array(text.utf8))
        default: return try value(ofText: text, context)
        }
    }

    /// Reads the JSON value that comes next.
    func read(_ reader: inout JSONReader, _ context: ReadingContext) throws -> Result<FieldValue?, Refusal> {
        switch (try reader.peek(), self) {
        case (.null, _):
            try reader.null()
            return .success(nil)
        case (.number, .money), (.number, .quantity):
            let text = try reader.number()
            return Result { () throws(Refusal) in try number(text) }
        case (.string, .money), (.string, .quantity):
            // Only the empty string clears; a number in quotes is not a number.
            guard try reader.string().isEmpty else { return .failure(Self.notANumber) }
            return .success(nil)
        case (_, .money), (_, .quantity):
            try reader.skip()
            return .failure(Self.notANumber)
        case (.string, _):
            let text = try reader.string()
            return Result { () throws(Refusal) in text.isEmpty ? nil : try value(ofText: text, context) }
        case (.array, .list(let limit)):
            return try list(&reader, limit)
        default:
            try reader.skip()
            return .failure(Refusal("not_a_string", "This must be a text in quotes."))
        }
    }

    private static let notANumber = Refusal("not_a_number", "This must be a number, without quotes.")

    private func number(_ text: some Collection<UInt8>) throws(Refusal) -> FieldValue {
        do {
            switch self {
            case .quantity:
                let quantity = try Quantity(parsing: text)
                guard quantity >= .zero else { throw Refusal("negative", "This must be 0 or more.") }
                return .quantity(quantity)
            case .money(let atLeastZero):
                let money = try Money(parsing: text)
                guard !atLeastZero || money >= .zero else { throw Refusal("negative", "This must be 0 or more.") }
                return .money(money)
            default:
                throw Self.notANumber
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            switch error as? FixedPoint.Refusal {
            case .tooPrecise:
                let places = self == .quantity ? FixedPoint.quantityPlaces : FixedPoint.moneyPlaces
                throw Refusal("too_precise", "This has more than \(places) decimals: round it before sending.")
            case .outOfRange:
                throw Refusal("out_of_range", "This number is too large to keep exactly.")
            case .notANumber, nil:
                throw Self.notANumber
            }
        }
    }

    private func value(ofText text: String, _ context: ReadingContext) throws(Refusal) -> FieldValue {
        switch self {
        case .text(let limit): return .text(try Self.checked(text, limit: limit))
        case .list(let limit): return .text(try Self.checked(text, limit: limit))
        case .note(let limit): return .text(try Self.checked(text, limit: limit, multiline: true))
        case .url: return .text(try Self.checkedURL(text))
        case .email: return .text(try Self.checkedEmail(text))
        case .phone: return .text(try Self.checkedPhone(text))
        case .day:
            guard text.utf8.count == 10, Instant(parsing: text + "T00:00:00Z", zone: context.zone) != nil else {
                throw Refusal("not_a_date", "This must be a date of the calendar, YYYY-MM-DD.")
            }
            return .text(text)
        case .instant:
            return .instant(try Self.checkedInstant(text, context))
        case .choice(let words):
            guard words.contains(text) else {
                throw Refusal("not_a_choice", "This must be one of: \(words.joined(separator: ", ")).")
            }
            return .text(text)
        case .timeZone:
            guard TimeZone(identifier: text) != nil else {
                throw Refusal("not_a_time_zone", "This must be a time zone's name, such as Europe/Lisbon.")
            }
            return .text(text)
        case .money, .quantity: throw Self.notANumber
        }
    }

    private func list(_ reader: inout JSONReader, _ limit: Int) throws -> Result<FieldValue?, Refusal> {
        var parts: [String] = []
        var refusal: Refusal?
        try reader.array { reader, _ in
            guard try reader.peek() == .string else {
                refusal = Refusal("not_a_string", "This must be a list of texts in quotes.")
                return try reader.skip()
            }
            let part = try reader.string()
            if part.contains(",") { refusal = Refusal("comma_in_list", "A part of this list must not hold a comma.") }
            if !part.isEmpty { parts.append(part) }
        }
        if let refusal { return .failure(refusal) }
        let joined = parts.joined(separator: ",")
        return Result { () throws(Refusal) in parts.isEmpty ? nil : .text(try Self.checked(joined, limit: limit)) }
    }
}

extension FieldType {
    /// The longest identifier from outside, in characters (spec orders.md).
    package static let identifierLimit = 255

    /// Returns `text` if it is short enough and holds no control characters.
    package static func checked(_ text: String, limit: Int, multiline: Bool = false) throws(Refusal) -> String {
        // A text that is short in bytes is short in characters, and counting characters is slow.
        guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
            throw Refusal("too_long", "This is longer than \(limit) characters.")
        }
        for byte in text.utf8 where byte < 0x20 || byte == 0x7f {
            guard multiline, byte == 0x0a || byte == 0x0d || byte == 0x09 else {
                throw Refusal("control_character", "This holds a control character, which cannot be kept.")
            }
        }
        return text
    }

    /// Returns the moment that `text` names.
    package static func checkedInstant(_ text: String, _ context: ReadingContext) throws(Refusal) -> Instant {
        guard let instant = Instant(parsing: text, zone: context.zone) else {
            throw Refusal(
                "not_a_date_time",
                "This must be a moment of the calendar: 2020-07-03T17:30:22Z, or 2020-07-03 17:30:22 in the project's zone."
            )
        }
        return instant
    }

    private static func checkedEmail(_ text: String) throws(Refusal) -> String {
        let parts = try checked(text, limit: 254).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !text.contains(" "),
            parts[1].first != ".", parts[1].last != "."
        else { throw Refusal("not_an_email", "This must be an e-mail address, such as ana@example.com.") }
        return text
    }

    private static func checkedPhone(_ text: String) throws(Refusal) -> String {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "+"), (7...15).contains(digits.count),
            digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), digits.first != UInt8(ascii: "0")
        else { throw Refusal("not_a_phone", "This must be a number in E.164 form, such as +351912345678.") }
        return text
    }

    private static func checkedURL(_ text: String) throws(Refusal) -> String {
        let text = try checked(text, limit: 2048)
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(" ") else {
            throw Refusal("not_a_url", "This must be an address that begins with https:// or http://.")
        }
        return text
    }
}
