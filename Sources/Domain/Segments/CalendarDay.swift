import Foundation

/// A date of the calendar, counted in days since 1970-01-01.
package struct CalendarDay: Hashable, Comparable, Sendable {
    package var number: Int64

    package init(number: Int64) { self.number = number }

    /// Nil where there is no such date.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard let midnight = CivilTime(year: year, month: month, day: day).utcMilliseconds else { return nil }
        number = midnight / CalendarDay.length - (midnight % CalendarDay.length < 0 ? 1 : 0)
    }

    /// Reads `YYYY-MM-DD`.
    package init?(text: String) {
        guard text.utf8.count == 10, let midnight = Instant(parsing: text + "T00:00:00Z", zone: .gmt) else {
            return nil
        }
        number = CalendarDay.floor(midnight.milliseconds, CalendarDay.length)
    }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// Milliseconds of a day in UTC.
    package static let length: Int64 = 86_400_000

    static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        number / unit - (number % unit < 0 ? 1 : 0)
    }

    /// The days that the wire can say: the years 1 to 9999.
    package static let first = CalendarDay(number: -719_162)
    package static let last = CalendarDay(number: 2_932_896)

    package var civil: CivilTime { CivilTime(utcMilliseconds: number * Self.length) }

    package var text: String { civil.dayText }

    package func adding(days: Int64) -> CalendarDay {
        CalendarDay(number: min(max(number + days, Self.first.number), Self.last.number))
    }

    /// The same day of another month; where that month is shorter, its last day.
    ///
    /// Days before the first year and after the last become the first and the last.
    package func adding(months: Int64) -> CalendarDay {
        let civil = civil
        let month = civil.year * 12 + civil.month - 1 + months
        let (year, index) = (Self.floor(month, 12), month - Self.floor(month, 12) * 12)
        for day in stride(from: civil.day, to: 0, by: -1) {
            if let found = CalendarDay(year: year, month: index + 1, day: day) { return found }
            if day < 28 { break }
        }
        return months < 0 ? .first : .last
    }

    /// The day so many units later; a week has seven days.
    package func adding(_ count: Int64, _ unit: ConditionSpan.Unit) -> CalendarDay {
        switch unit {
        case .minute, .hour, .day: adding(days: count)
        case .week: adding(days: count * 7)
        case .month: adding(months: count)
        case .year: adding(months: count * 12)
        }
    }

    /// The first day of the week, from Monday, of the month or of the year that the day is in.
    package func start(of unit: ConditionSpan.Unit) -> CalendarDay {
        switch unit {
        case .minute, .hour, .day: return self
        case .week:
            // Day 0 was a Thursday.
            return CalendarDay(number: number - (number + 3 - Self.floor(number + 3, 7) * 7))
        case .month: return CalendarDay(number: number - civil.day + 1)
        case .year:
            let civil = civil
            return CalendarDay(year: civil.year, month: 1, day: 1) ?? self
        }
    }
}
