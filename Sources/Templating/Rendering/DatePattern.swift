/// A pattern of a date (`d.m.Y`), read once: letters stand for parts, all else for itself.
struct DatePattern: Sendable {
    /// Each letter with what it gives; the documentation has the same table.
    static let letters: [Character: String] = [
        "d": "day, 01", "j": "day, 1", "m": "month, 01", "n": "month, 1", "Y": "year, 2026", "y": "year, 26",
        "F": "month, January", "M": "month, Jan", "l": "weekday, Monday", "D": "weekday, Mon",
        "H": "hour, 00 to 23", "G": "hour, 0 to 23", "h": "hour, 01 to 12", "g": "hour, 1 to 12",
        "i": "minute, 05", "s": "second, 09", "A": "AM or PM", "a": "am or pm", "N": "weekday, 1 to 7",
    ]

    private enum Part { case letter(UInt8), text([UInt8]) }
    private var parts: [Part] = []

    /// The letter of the pattern that means nothing, or nil.
    private(set) var unknown: Character?

    init(_ pattern: String) {
        var isEscaped = false
        for character in pattern {
            if isEscaped || !(character.isASCII && character.isLetter) {
                if character == "\\", !isEscaped {
                    isEscaped = true
                    continue
                }
                parts.append(.text(Array(character.utf8)))
                isEscaped = false
            } else if Self.letters[character] != nil, let byte = character.asciiValue {
                parts.append(.letter(byte))
            } else {
                unknown = unknown ?? character
            }
        }
    }

    static let day = DatePattern("Y-m-d")
    static let moment = DatePattern("Y-m-d H:i")

    /// Appends a moment of a local clock, in milliseconds since 1970 read as if UTC.
    func append(local milliseconds: Int64, _ names: TemplateDateNames, to bytes: inout [UInt8]) {
        let date = CivilDate(milliseconds)
        for part in parts {
            switch part {
            case .text(let text): bytes.append(contentsOf: text)
            case .letter(let letter): Self.append(letter, date, names, &bytes)
            }
        }
    }

    private static func append(_ letter: UInt8, _ date: CivilDate, _ names: TemplateDateNames, _ bytes: inout [UInt8]) {
        func number(_ value: Int64, _ width: Int) {
            if width == 2, value < 10 { bytes.append(UInt8(ascii: "0")) }
            TemplateNumber(count: value, places: 0).append(to: &bytes)
        }
        let (month, weekday) = (Int(date.month) - 1, Int(date.weekday) - 1)
        let half = date.hour % 12 == 0 ? 12 : date.hour % 12
        switch Character(UnicodeScalar(letter)) {
        case "d": number(date.day, 2)
        case "j": number(date.day, 1)
        case "m": number(date.month, 2)
        case "n": number(date.month, 1)
        case "Y": number(date.year, 1)
        case "y": number(((date.year % 100) + 100) % 100, 2)
        case "F": bytes.append(contentsOf: names.months[month].utf8)
        case "M": bytes.append(contentsOf: names.months[month].prefix(3).utf8)
        case "l": bytes.append(contentsOf: names.weekdays[weekday].utf8)
        case "D": bytes.append(contentsOf: names.weekdays[weekday].prefix(3).utf8)
        case "N": number(date.weekday, 1)
        case "H": number(date.hour, 2)
        case "G": number(date.hour, 1)
        case "h": number(half, 2)
        case "g": number(half, 1)
        case "i": number(date.minute, 2)
        case "s": number(date.second, 2)
        case "A": bytes.append(contentsOf: (date.hour < 12 ? "AM" : "PM").utf8)
        case "a": bytes.append(contentsOf: (date.hour < 12 ? "am" : "pm").utf8)
        default: break
        }
    }
}
