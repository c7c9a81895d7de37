import Foundation

/// The days of a time zone as moments: where each begins, and which a moment is in.
package struct ShopCalendar: Sendable {
    package let zone: TimeZone

    package init(zone: TimeZone) { self.zone = zone }

    /// The first moment of a day.
    ///
    /// Where a change of clocks skips midnight it is the moment of the change; where midnight comes twice, the first.
    package func start(of day: CalendarDay) -> Instant {
        Instant(local: day.number * CalendarDay.length, zone: zone)
    }

    /// The day that a moment is in: the last one that has begun.
    package func day(of instant: Instant) -> CalendarDay {
        let local = localMilliseconds(of: instant)
        let day = CalendarDay(number: CalendarDay.floor(local, CalendarDay.length))
        // Clocks that are set back over midnight show the day before once more.
        let next = CalendarDay(number: day.number + 1)
        return start(of: next) <= instant ? next : day
    }

    /// What a clock shows, as milliseconds since 1970 read as if UTC.
    package func localMilliseconds(of instant: Instant) -> Int64 {
        instant.milliseconds + Int64(zone.secondsFromGMT(for: instant.date)) * 1000
    }

    /// The moments of the days from one to another, the last included.
    package func moments(from first: CalendarDay, through last: CalendarDay) -> Range<Int64> {
        let begin = start(of: first).milliseconds
        return begin..<max(begin, start(of: CalendarDay(number: last.number + 1)).milliseconds)
    }

    /// The days that begin within a range of moments.
    package func days(beginningIn moments: Range<Int64>) -> Range<Int64> {
        let begin = firstDay(atOrAfter: moments.lowerBound)
        return begin..<max(begin, firstDay(atOrAfter: moments.upperBound))
    }

    private func firstDay(atOrAfter milliseconds: Int64) -> Int64 {
        // What stands for "ever" is as far away in days.
        guard milliseconds > Self.writable.lowerBound else { return CalendarDay.first.number - 1 }
        guard milliseconds < Self.writable.upperBound else { return CalendarDay.last.number + 2 }
        let instant = Instant(milliseconds: milliseconds)
        let day = day(of: instant)
        return start(of: day) == instant ? day.number : day.number + 1
    }

    /// The moments that days of the calendar can begin in, wherever the zone is.
    private static let writable: Range<Int64> = {
        let (first, last) = (CalendarDay.first.number - 1, CalendarDay.last.number + 2)
        return first * CalendarDay.length..<last * CalendarDay.length
    }()
}
