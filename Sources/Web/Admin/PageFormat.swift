import Domain
import Foundation

/// Writes money, counts and moments as pages show them: in English, in the project's currency and zone.
struct PageFormat: Sendable {
    let zone: TimeZone
    let now: Instant
    /// How personal data is shown to who looks.
    var mask = PersonalMask(isOn: false)
    private let currency: CurrencyStyle

    init(_ project: Project?, now: Instant) {
        zone = project?.zone ?? .gmt
        currency = CurrencyStyle(project?.currency ?? "EUR")
        self.now = now
    }

    /// What stands for nothing.
    static let none = "–"

    // MARK: Numbers

    /// `€1,234.50`; with more decimals than the currency has only where they are not zero.
    func money(_ money: Money) -> String { currency.text(money) }

    func money(_ sum: MoneySum) -> String { currency.text(sum) }

    func money(_ money: Money?) -> String { money.map { currency.text($0) } ?? Self.none }

    /// The mean of some amounts, to the currency's smallest coin.
    func average(_ sum: MoneySum, of count: Int) -> String {
        count > 0 ? currency.text(sum.mean(of: count, unit: currency.coin)) : Self.none
    }

    func quantity(_ quantity: Quantity?) -> String {
        guard let quantity else { return Self.none }
        return Self.grouped(quantity.description)
    }

    static func count(_ count: some BinaryInteger) -> String { grouped(String(count)) }

    /// `1 order`, `2,000 orders`.
    static func count(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
        "\(grouped(String(count))) \(count == 1 ? one : many)"
    }

    /// `80 %`; something that is not nothing is never shown as 0, nor what is not all as 100.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return none }
        let percent = Double(part) * 100 / Double(whole)
        if part > 0, percent < 0.5 { return "< 1 %" }
        if part < whole, percent >= 99.5 { return "> 99 %" }
        return "\(Int(percent.rounded())) %"
    }

    /// Puts commas between the thousands of a decimal.
    static func grouped(_ decimal: String) -> String {
        let parts = decimal.split(separator: ".", maxSplits: 1)
        let isNegative = parts[0].hasPrefix("-")
        let digits = parts[0].utf8.drop { $0 == UInt8(ascii: "-") }
        var whole: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { whole.append(UInt8(ascii: ",")) }
            whole.append(digit)
        }
        let text = (isNegative ? "−" : "") + String(decoding: whole, as: UTF8.self)
        return parts.count > 1 ? "\(text).\(parts[1])" : text
    }

    // MARK: Moments

    /// `21 Nov, 18:00`; with the year where it is another than this one.
    func short(_ instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        let day = "\(civil.day) \(Self.months[Int(civil.month) - 1].prefix(3))"
        let isThisYear = civil.year == now.civil(in: zone).year
        return "\(day)\(isThisYear ? "" : " \(civil.year)"), \(Self.clock(civil))"
    }

    /// `18:00` today, else as `short`.
    func brief(_ instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        return civil.dayText == now.civil(in: zone).dayText ? Self.clock(civil) : short(instant)
    }

    /// `Saturday, 21 November 2026`.
    func day(of instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        return "\(Self.weekday(civil)), \(Self.day(civil))"
    }

    /// `18:00`.
    func clock(_ instant: Instant) -> String { Self.clock(instant.civil(in: zone)) }

    /// `21 November 2026, 18:00`.
    func long(_ instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        return "\(Self.day(civil)), \(Self.clock(civil))"
    }

    /// `Saturday, 21 November 2026 at 18:00:09 (Europe/Lisbon)`.
    func exact(_ instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        return "\(Self.weekday(civil)), \(Self.day(civil)) at \(Self.clock(civil)):\(Self.two(civil.second))"
            + " (\(zone.identifier))"
    }

    /// `2 min ago` within a day, else as `short`.
    func relative(_ instant: Instant) -> String {
        let seconds = (now.milliseconds - instant.milliseconds) / 1000
        switch seconds {
        case ..<0: return short(instant)
        case ..<60: return "just now"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        default: return short(instant)
        }
    }

    /// `3 min`, `2 h`, `5 days`.
    static func span(from start: Instant, to end: Instant) -> String {
        let seconds = (end.milliseconds - start.milliseconds) / 1000
        switch seconds {
        case ..<3600: return "\(max(1, seconds / 60)) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(count(seconds / 86_400)) days"
        }
    }

    /// A day of the wire, `2026-11-21`, as `21 November 2026`.
    func day(_ text: String) -> String {
        guard let instant = Instant(day: text, zone: .gmt) else { return text }
        return Self.day(instant.civil(in: .gmt))
    }

    /// Days of the wire from `from` to `to`.
    func days(from: String?, to: String?) -> String {
        switch (from, to) {
        case (let from?, let to?): from == to ? day(from) : "\(day(from)) – \(day(to))"
        case (let from?, nil): "from \(day(from))"
        case (nil, let to?): "until \(day(to))"
        case (nil, nil): Self.none
        }
    }

    /// Today, so many days from now, as the wire has it.
    func dayText(adding days: Int64 = 0) -> String {
        var civil = now.civil(in: zone)
        (civil.hour, civil.minute, civil.second, civil.millisecond) = (12, 0, 0, 0)
        return CivilTime(utcMilliseconds: (civil.utcMilliseconds ?? 0) + days * 86_400_000).dayText
    }

    /// What a field for a local time shows: `2026-11-21T18:20:00`.
    func localText(_ instant: Instant) -> String {
        let civil = instant.civil(in: zone)
        return "\(civil.dayText)T\(Self.clock(civil)):\(Self.two(civil.second))"
    }

    private static func day(_ civil: CivilTime) -> String {
        "\(civil.day) \(months[Int(civil.month) - 1]) \(civil.year)"
    }

    private static func clock(_ civil: CivilTime) -> String { "\(two(civil.hour)):\(two(civil.minute))" }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func weekday(_ civil: CivilTime) -> String {
        let midnight = CivilTime(year: civil.year, month: civil.month, day: civil.day).utcMilliseconds ?? 0
        // The first day of 1970 was a Thursday.
        let number = (midnight / 86_400_000 + 4) % 7
        return weekdays[Int(number < 0 ? number + 7 : number)]
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
