/// What is asked of a moment, as ranges of moments that depend on now (spec segments.md, operators of date-times).
///
/// Engine, SQL and oracle all take the ranges from here, so that each operator has one meaning:
/// - Days are those of the project's zone. `in_last 7 day` is today and the six days before, up to now; a month back from
///   31 March ends with the last day of February, and the window begins on the day after.
/// - Minutes and hours before or after now are lengths of time; days, weeks of seven days, months and years are days of
///   the calendar. `this` and `previous` are whole units as clocks and calendars have them, weeks from Monday.
/// - What is now is past: `in_last` has it and `in_next` has not.
/// - `more_than_ago` is what lies before `in_last`, and `exactly_ago` the one day (minute, hour) so long ago.
/// - An anniversary is the same day of a later year, of 29 February the 28th in years without; `anniversary_in 7 day` asks
///   whether one is among today and the next six days.
/// - A date without a time counts as its first moment.
package struct DateTest: Hashable, Sendable {
    /// What of time the answer depends on.
    package enum Shape: Hashable, Sendable {
        /// Between two moments, whatever time it is.
        case fixed(ConditionMoment?, ConditionMoment?)
        case inLast(ConditionSpan)
        case inNext(ConditionSpan)
        case moreThanAgo(ConditionSpan)
        case exactlyAgo(ConditionSpan)
        /// So many whole units before the current one; none is the current one.
        case previous(ConditionSpan)
        case anniversaryIn(ConditionSpan)
        /// So many midnights ago, from and to.
        case age(Int64, Int64)
        /// Now or before.
        case past
    }

    package var shape: Shape

    package init(_ shape: Shape) { self.shape = shape }

    /// - Parameter op: An operator that is no denial.
    package init?(_ op: ConditionOperator, _ operand: ConditionOperand) {
        switch (op, operand) {
        case (.isSet, _): self.init(.fixed(nil, nil))
        case (.on, .moment(let moment)): self.init(.fixed(moment, moment))
        case (.between, .moments(let from, let to)): self.init(.fixed(from, to))
        case (.inLast, .span(let span)): self.init(.inLast(span))
        case (.inNext, .span(let span)): self.init(.inNext(span))
        case (.moreThanAgo, .span(let span)): self.init(.moreThanAgo(span))
        case (.exactlyAgo, .span(let span)): self.init(.exactlyAgo(span))
        case (.this, .span(let span)): self.init(.previous(ConditionSpan(0, span.unit)))
        case (.previous, .span(let span)): self.init(.previous(span))
        case (.anniversaryIn, .span(let span)): self.init(.anniversaryIn(span))
        case (.before, .moment(.day(let day))): self.init(.fixed(nil, .day(CalendarDay(number: day.number - 1))))
        case (.before, .moment(.instant(let instant))):
            self.init(.fixed(nil, .instant(Instant(milliseconds: instant.milliseconds - 1))))
        case (.after, .moment(.day(let day))): self.init(.fixed(.day(CalendarDay(number: day.number + 1)), nil))
        case (.after, .moment(.instant(let instant))):
            self.init(.fixed(.instant(Instant(milliseconds: instant.milliseconds + 1)), nil))
        default: return nil
        }
    }

    /// The earliest and the latest moment, which stand for no bound.
    package static let ever: Range<Int64> = (Int64.min + 1)..<Int64.max

    /// Whether an answer can change at the beginning of a day.
    package var movesAtMidnight: Bool {
        switch shape {
        case .fixed: false
        case .inLast(let span), .inNext(let span), .moreThanAgo(let span), .exactlyAgo(let span), .previous(let span):
            !span.unit.isClock
        case .anniversaryIn, .age: true
        case .past: false
        }
    }

    /// Whether an answer can change at other moments, which depend on the value: when a length of time is over.
    package var movesWithin: Bool {
        switch shape {
        case .inLast(let span), .inNext(let span), .moreThanAgo(let span), .exactlyAgo(let span), .previous(let span):
            span.unit.isClock
        case .fixed, .anniversaryIn, .age, .past: false
        }
    }

    /// Whether an answer can change as well when a value that is to come becomes past.
    package var movesAtValue: Bool {
        switch shape {
        case .inLast, .inNext, .past: true
        default: false
        }
    }

    // MARK: Ranges

    /// The moments for which it holds at `now`, ascending.
    package func ranges(at now: Instant, _ calendar: ShopCalendar) -> [Range<Int64>] {
        let (past, future) = (now.milliseconds, now.milliseconds + 1)
        switch shape {
        case .fixed(let from, let to):
            let low = from.map { calendar.begin(of: $0) } ?? Self.ever.lowerBound
            let high = to.map { calendar.end(of: $0) } ?? Self.ever.upperBound
            return low < high ? [low..<high] : []
        case .inLast(let span):
            let begin = span.length.map { past - $0 } ?? calendar.begin(of: windowStart(calendar.day(of: now), span))
            return [min(begin, future)..<future]
        case .moreThanAgo(let span):
            let end = span.length.map { past - $0 } ?? calendar.begin(of: windowStart(calendar.day(of: now), span))
            return [Self.ever.lowerBound..<end]
        case .inNext(let span):
            let end =
                span.length.map { future + $0 }
                ?? calendar.begin(of: calendar.day(of: now).adding(span.count, span.unit))
            return [future..<max(end, future)]
        case .exactlyAgo(let span):
            if let length = span.length, let unit = span.unit.length {
                let begin = calendar.floor(past, unit) - length
                return [begin..<begin + unit]
            }
            let day = calendar.day(of: now).adding(-span.count, span.unit)
            return [calendar.moments(from: day, through: day)]
        case .previous(let span):
            if let length = span.length, let unit = span.unit.length {
                let begin = calendar.floor(past, unit)
                return [span.count == 0 ? begin..<begin + unit : begin - length..<begin]
            }
            let start = calendar.day(of: now).start(of: span.unit)
            let days =
                span.count == 0 ? start..<start.adding(1, span.unit) : start.adding(-span.count, span.unit)..<start
            return [calendar.begin(of: days.lowerBound)..<calendar.begin(of: days.upperBound)]
        case .age(let low, let high):
            let today = calendar.day(of: now)
            guard low <= high else { return [] }
            let begin = Self.isBound(high) ? calendar.begin(of: today.adding(days: -high)) : Self.ever.lowerBound
            let end = Self.isBound(low) ? calendar.begin(of: today.adding(days: 1 - low)) : Self.ever.upperBound
            return begin < end ? [begin..<end] : []
        case .anniversaryIn(let span): return anniversaries(span, calendar.day(of: now), calendar)
        case .past: return [Self.ever.lowerBound..<future]
        }
    }

    /// Whether an age is a bound, and not so large that it stands for none.
    static func isBound(_ age: Int64) -> Bool { age.magnitude < 10_000_000 }

    /// The first day of what `in_last` looks back on.
    func windowStart(_ today: CalendarDay, _ span: ConditionSpan) -> CalendarDay {
        CalendarDay(number: today.adding(-span.count, span.unit).number + 1)
    }
}

extension ConditionSpan.Unit {
    /// Whether it is a length of time, and not days of the calendar.
    package var isClock: Bool { length != nil }

    /// Milliseconds; nil for what depends on the calendar.
    var length: Int64? {
        switch self {
        case .minute: 60_000
        case .hour: 3_600_000
        case .day, .week, .month, .year: nil
        }
    }
}

extension ConditionSpan {
    /// Milliseconds; nil for what depends on the calendar.
    var length: Int64? { unit.length.map { $0 * count } }
}

extension ShopCalendar {
    func begin(of day: CalendarDay) -> Int64 { start(of: day).milliseconds }

    func begin(of moment: ConditionMoment) -> Int64 {
        switch moment {
        case .day(let day): begin(of: day)
        case .instant(let instant): instant.milliseconds
        }
    }

    /// The moment after the last one that is meant.
    func end(of moment: ConditionMoment) -> Int64 {
        switch moment {
        case .day(let day): begin(of: CalendarDay(number: day.number + 1))
        case .instant(let instant): instant.milliseconds + 1
        }
    }

    /// The beginning of the minute or hour that clocks show.
    func floor(_ milliseconds: Int64, _ unit: Int64) -> Int64 {
        let local = localMilliseconds(of: Instant(milliseconds: milliseconds))
        return milliseconds - (local - CalendarDay.floor(local, unit) * unit)
    }
}
