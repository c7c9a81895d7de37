/// A moment taken apart by the Gregorian calendar.
struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64
    /// 1 is Monday.
    var weekday: Int64
    var hour: Int64
    var minute: Int64
    var second: Int64

    static let dayLength: Int64 = 86_400_000

    /// - Parameter milliseconds: Since 1970, of whatever clock; those beyond a few hundred thousand years count as the last.
    init(_ milliseconds: Int64) {
        let bounded = min(max(milliseconds, -1 << 53), 1 << 53)
        let days = (bounded - ((bounded % Self.dayLength) + Self.dayLength) % Self.dayLength) / Self.dayLength
        let seconds = (bounded - days * Self.dayLength) / 1000
        (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        weekday = ((days + 3) % 7 + 7) % 7 + 1
        // Eras of 400 years that begin in March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; nil where the calendar has no such day.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension TemplateValue {
    /// A date or moment, as far as it is one: texts as events have them (`2026-11-21`, `2026-11-21T12:00:00Z`) are.
    ///
    /// - Returns: Milliseconds of a clock in the zone, and whether it is a day without a time.
    func local(in zone: TemplateZone) -> (milliseconds: Int64, isDay: Bool)? {
        switch self {
        case .instant(let milliseconds): (zone.local(milliseconds), false)
        case .day(let day): (min(max(day, -1 << 26), 1 << 26) * CivilDate.dayLength, true)
        case .text(let text): Self.local(Array(text.utf8.prefix(40)), zone)
        default: nil
        }
    }

    private static func local(_ text: [UInt8], _ zone: TemplateZone) -> (Int64, Bool)? {
        func digits(_ start: Int, _ count: Int) -> Int64? {
            guard text.count >= start + count else { return nil }
            var value: Int64 = 0
            for byte in text[start..<start + count] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func sign(_ index: Int, _ one: Unicode.Scalar) -> Bool {
            index < text.count && text[index] == UInt8(ascii: one)
        }
        guard sign(4, "-"), sign(7, "-"), let year = digits(0, 4), let month = digits(5, 2), let day = digits(8, 2),
            let days = CivilDate.days(year: year, month: month, day: day)
        else { return nil }
        let start = days * CivilDate.dayLength
        guard text.count > 10 else { return (start, true) }
        guard sign(10, "T") || sign(10, " "), let hour = digits(11, 2), sign(13, ":"), let minute = digits(14, 2),
            hour < 24, minute < 60
        else { return nil }
        var (index, second, fraction) = (16, Int64(0), Int64(0))
        if sign(16, ":") {
            guard let seconds = digits(17, 2), seconds < 61 else { return nil }
            (index, second) = (19, seconds)
            if sign(19, ".") {
                index = 20
                var unit: Int64 = 100
                while let digit = digits(index, 1) {
                    fraction += digit * unit
                    (unit, index) = (unit / 10, index + 1)
                }
            }
        }
        let clock = start + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
        if index == text.count { return (clock, false) }
        if sign(index, "Z"), index + 1 == text.count { return (zone.local(clock), false) }
        guard sign(index, "+") || sign(index, "-"), let hours = digits(index + 1, 2) else { return nil }
        let colon = sign(index + 3, ":") ? 1 : 0
        let minutes = index + 3 == text.count ? 0 : digits(index + 3 + colon, 2)
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        let offset = (hours * 60 + minutes) * 60_000
        return (zone.local(sign(index, "-") ? clock + offset : clock - offset), false)
    }
}
