extension DateTest {
    /// The moments of earlier years whose anniversary is within the window that begins today.
    func anniversaries(_ span: ConditionSpan, _ today: CalendarDay, _ calendar: ShopCalendar) -> [Range<Int64>] {
        Self.anniversaryDays(span, today).map {
            let first = calendar.begin(of: CalendarDay(number: $0.lowerBound))
            return first..<calendar.begin(of: CalendarDay(number: $0.upperBound))
        }
    }

    /// The days for which it holds at `now`, by their numbers, ascending.
    package func dayRanges(at now: Instant, _ calendar: ShopCalendar) -> [Range<Int64>] {
        if case .anniversaryIn(let span) = shape { return Self.anniversaryDays(span, calendar.day(of: now)) }
        return ranges(at: now, calendar).map { calendar.days(beginningIn: $0) }
    }

    private static func anniversaryDays(_ span: ConditionSpan, _ today: CalendarDay) -> [Range<Int64>] {
        let last = CalendarDay(number: today.adding(span.count, span.unit).number - 1)
        guard last >= today else { return [] }
        // From the second year on every day has its anniversary: more adds only later years of birth.
        let years = Int(last.civil.year - today.civil.year)
        var days: [Range<Int64>] = []
        for year in (0...years).suffix(3).reversed() {
            let year = today.civil.year + Int64(year)
            guard let newYear = CalendarDay(year: year, month: 1, day: 1),
                let endOfYear = CalendarDay(year: year, month: 12, day: 31)
            else { continue }
            let (from, to) = (max(today, newYear), min(last, endOfYear))
            for earlier in 1..<max(year, 1) {
                guard let begin = begin(from.civil, in: earlier), let end = end(to.civil, in: earlier),
                    begin < end
                else { continue }
                days.append(begin.number..<end.number)
            }
        }
        return merged(days)
    }

    /// The first day of an earlier year whose anniversary is on the date or later.
    private static func begin(_ date: CivilTime, in year: Int64) -> CalendarDay? {
        // On 28 February of a year without a 29th, both have their anniversary; on the 29th only that one has.
        CalendarDay(year: year, month: date.month, day: date.day) ?? CalendarDay(year: year, month: 3, day: 1)
    }

    /// The day after the last one of an earlier year whose anniversary is on the date or before.
    private static func end(_ date: CivilTime, in year: Int64) -> CalendarDay? {
        let isLeap = CalendarDay(year: date.year, month: 2, day: 29) != nil
        if date.month == 2, date.day == 29 || date.day == 28 && !isLeap {
            return CalendarDay(year: year, month: 3, day: 1)
        }
        return CalendarDay(year: year, month: date.month, day: date.day).map { CalendarDay(number: $0.number + 1) }
    }

    /// The ranges ascending, with those that touch made one.
    static func merged(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}
