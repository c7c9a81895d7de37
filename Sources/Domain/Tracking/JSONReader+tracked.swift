import Foundation

// What bodies of strangers hold is read as far as it can be: a member of another kind is as if it were not there.
extension JSONReader {
    /// A text, or a number as it is written; nil for any other kind, and for an empty text.
    mutating func plainText() throws -> String? {
        switch try peek() {
        case .string: return try string().nonEmpty
        case .number: return String(decoding: try number(), as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// The identifier of somebody or something; nil for words that programs write where they have none.
    ///
    /// - Throws: `Refusal` for one that is too long or holds control characters.
    mutating func name(limit: Int = TrackedMessage.keyLimit) throws -> String? {
        guard let text = try plainText(), text.utf8.count > 9 || !Self.nobody.contains(text) else { return nil }
        return try FieldType.checked(text, limit: limit)
    }

    private static let nobody: Set<String> = ["null", "undefined", "NaN", "None", "nil"]

    /// A text that is shown only: what is too long is cut, control characters become spaces.
    mutating func shown(limit: Int = TrackedPage.limit) throws -> String? {
        guard let text = try plainText() else { return nil }
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) { return text }
        let scalars = text.unicodeScalars.prefix(limit).map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    /// A moment in milliseconds since 1970, or as RFC 3339; nil for any other kind.
    mutating func moment() throws -> Instant? {
        switch try peek() {
        case .number:
            let digits = String(decoding: try number(), as: UTF8.self)
            guard let count = Int64(digits.prefix { $0 != "." }), SenderClock.years.contains(count) else { return nil }
            return Instant(milliseconds: count)
        case .string:
            let moment = Instant(parsing: try string(), zone: .gmt)
            return moment.flatMap { SenderClock.years.contains($0.milliseconds) ? $0 : nil }
        default:
            try skip()
            return nil
        }
    }

    /// The text of a value as it stands; nil for `null`.
    mutating func rawValue() throws -> String? {
        guard try peek() != .null else {
            try null()
            return nil
        }
        return try raw()
    }

    /// The texts of an array's elements as they stand; none for any other kind.
    mutating func rawList() throws -> [String] {
        var list: [String] = []
        guard try peek() == .array else {
            try skip()
            return list
        }
        try array { reader, _ in list.append(try reader.raw()) }
        return list
    }
}

/// The clock of a browser or an app, which may be wrong.
enum SenderClock {
    /// The years 1970 to 2100: what a sender's clock says beyond them, it does not know.
    static let years: ClosedRange<Int64> = 0...4_102_444_800_000

    /// When something happened by our clock: both of the sender's times are wrong by the same.
    ///
    /// Nothing happened after it came.
    static func corrected(_ time: Instant?, sentAt: Instant?, receivedAt: Instant) -> Instant {
        guard let time else { return receivedAt }
        let error = sentAt.map { receivedAt.milliseconds - $0.milliseconds } ?? 0
        return Instant(milliseconds: max(0, min(receivedAt.milliseconds, time.milliseconds + error)))
    }
}
