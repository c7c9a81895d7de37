extension DateTest {
    /// When the answer for a value changes next by itself; nil for never.
    package func nextFlip(of value: Instant, after now: Instant, _ calendar: ShopCalendar) -> Instant? {
        guard case .anniversaryIn(let span) = shape else {
            let times = times(of: value, calendar)
            guard !times.isEmpty else { return nil }
            return [times.lowerBound, times.upperBound].first {
                $0 > now.milliseconds && $0 > Self.ever.lowerBound && $0 < Self.ever.upperBound
            }.map(Instant.init(milliseconds:))
        }
        let (day, today) = (calendar.day(of: value), calendar.day(of: now))
        let holds = hasAnniversary(day, within: span, of: today)
        // An anniversary of any day comes within eight years.
        for number in today.number + 1...today.number + 8 * 366 {
            let later = CalendarDay(number: number)
            if hasAnniversary(day, within: span, of: later) != holds { return calendar.start(of: later) }
        }
        return nil
    }

    /// Whether a day has an anniversary on `today` or after, within a span.
    private func hasAnniversary(_ day: CalendarDay, within span: ConditionSpan, of today: CalendarDay) -> Bool {
        let (born, end) = (day.civil, today.adding(span.count, span.unit))
        return (today.civil.year...max(today.civil.year, end.civil.year)).prefix(3).contains { year in
            guard year > born.year else { return false }
            let anniversary =
                CalendarDay(year: year, month: born.month, day: born.day)
                ?? CalendarDay(year: year, month: 2, day: 28)
            return anniversary.map { today <= $0 && $0 < end } ?? false
        }
    }

    /// Whether it holds for a value at `now`.
    package func holds(for value: Instant, at now: Instant, _ calendar: ShopCalendar) -> Bool {
        ranges(at: now, calendar).contains { $0.contains(value.milliseconds) }
    }

    /// The time during which it holds for a value; empty for never.
    ///
    /// Not for anniversaries, which come again.
    func times(of value: Instant, _ calendar: ShopCalendar) -> Range<Int64> {
        let (moment, ever) = (value.milliseconds, Self.ever)
        switch shape {
        case .fixed: return holds(for: value, at: value, calendar) ? ever : 0..<0
        case .inLast(let span): return moment..<leaves(moment, span, calendar)
        case .moreThanAgo(let span): return leaves(moment, span, calendar)..<ever.upperBound
        case .inNext(let span):
            if let length = span.length { return moment - length..<moment }
            let day = calendar.day(of: value)
            let enters = firstDay(near: day.adding(-span.count, span.unit)) { today in
                today.adding(span.count, span.unit) > day
            }
            return min(calendar.begin(of: enters), moment)..<moment
        case .exactlyAgo(let span):
            if let length = span.length, let unit = span.unit.length {
                let begin = calendar.floor(moment + length, unit)
                return begin..<begin + unit
            }
            let day = calendar.day(of: value)
            let guess = day.adding(span.count, span.unit)
            let first = firstDay(near: guess) { $0.adding(-span.count, span.unit) >= day }
            let end = firstDay(near: guess) { $0.adding(-span.count, span.unit) > day }
            return calendar.begin(of: first)..<calendar.begin(of: end)
        case .previous(let span):
            let whole = max(span.count, 1)
            if let unit = span.unit.length {
                let begin = calendar.floor(moment, unit) + (span.count == 0 ? 0 : unit)
                return begin..<begin + unit * whole
            }
            let start = calendar.day(of: value).start(of: span.unit).adding(span.count == 0 ? 0 : 1, span.unit)
            return calendar.begin(of: start)..<calendar.begin(of: start.adding(whole, span.unit))
        case .age(let low, let high):
            guard low <= high else { return 0..<0 }
            let day = calendar.day(of: value)
            let begin = Self.isBound(low) ? calendar.begin(of: day.adding(days: low)) : ever.lowerBound
            let end = Self.isBound(high) ? calendar.begin(of: day.adding(days: high + 1)) : ever.upperBound
            return begin..<max(begin, end)
        case .anniversaryIn: return 0..<0
        case .past: return moment..<ever.upperBound
        }
    }

    /// When a value leaves what `in_last` looks back on.
    private func leaves(_ moment: Int64, _ span: ConditionSpan, _ calendar: ShopCalendar) -> Int64 {
        if let length = span.length { return moment + length + 1 }
        let day = calendar.day(of: Instant(milliseconds: moment))
        return calendar.begin(of: firstDay(near: day.adding(span.count, span.unit)) { windowStart($0, span) > day })
    }

    /// The first day from which on a condition holds, which is a few days from a guess.
    private func firstDay(near guess: CalendarDay, _ holds: (CalendarDay) -> Bool) -> CalendarDay {
        var day = guess
        while day > .first, holds(day) { day.number -= 1 }
        while day < .last, !holds(day) { day.number += 1 }
        return day
    }
}
