import Domain
import Foundation
import Testing

struct DateTestTests {
    static func calendar(_ zone: String) -> ShopCalendar { ShopCalendar(zone: TimeZone(identifier: zone) ?? .gmt) }

    static func instant(_ text: String, _ calendar: ShopCalendar) throws -> Instant {
        try #require(Instant(parsing: text, zone: calendar.zone))
    }

    struct Case: Sendable {
        var zone = "Europe/Lisbon"
        var now: String
        var op: ConditionOperator
        var count: Int64
        var unit: ConditionSpan.Unit
        /// From, included, and to, excluded, as clocks of the zone show them; nil for no bound.
        var from: String?
        var to: String?
    }

    static let cases: [Case] = [
        Case(
            now: "2026-11-21 12:00:00", op: .inLast, count: 7, unit: .day, from: "2026-11-15 00:00:00",
            to: "2026-11-21 12:00:00.001"),
        Case(
            now: "2026-11-21 12:00:00", op: .inLast, count: 90, unit: .minute, from: "2026-11-21 10:30:00",
            to: "2026-11-21 12:00:00.001"),
        Case(
            now: "2026-11-21 12:00:00", op: .inLast, count: 2, unit: .week, from: "2026-11-08 00:00:00",
            to: "2026-11-21 12:00:00.001"),
        Case(
            now: "2026-03-31 12:00:00", op: .inLast, count: 1, unit: .month, from: "2026-03-01 00:00:00",
            to: "2026-03-31 12:00:00.001"),
        Case(
            now: "2028-02-29 12:00:00", op: .inLast, count: 1, unit: .year, from: "2027-03-01 00:00:00",
            to: "2028-02-29 12:00:00.001"),
        // Clocks went forward on 29 March: 24 hours before are 25 on the clock.
        Case(
            now: "2026-03-29 12:00:00", op: .inLast, count: 24, unit: .hour, from: "2026-03-28 11:00:00",
            to: "2026-03-29 12:00:00.001"),
        Case(
            now: "2026-03-29 12:00:00", op: .inLast, count: 1, unit: .day, from: "2026-03-29 00:00:00",
            to: "2026-03-29 12:00:00.001"),
        Case(now: "2026-11-21 12:00:00", op: .moreThanAgo, count: 30, unit: .day, from: nil, to: "2026-10-23 00:00:00"),
        Case(now: "2026-11-21 12:00:00", op: .moreThanAgo, count: 2, unit: .hour, from: nil, to: "2026-11-21 10:00:00"),
        Case(
            now: "2026-11-21 12:00:00", op: .inNext, count: 1, unit: .day, from: "2026-11-21 12:00:00.001",
            to: "2026-11-22 00:00:00"),
        Case(
            now: "2026-01-31 12:00:00", op: .inNext, count: 1, unit: .month, from: "2026-01-31 12:00:00.001",
            to: "2026-02-28 00:00:00"),
        Case(
            now: "2026-11-21 12:00:00", op: .inNext, count: 3, unit: .hour, from: "2026-11-21 12:00:00.001",
            to: "2026-11-21 15:00:00.001"),
        Case(
            now: "2026-11-21 12:00:00", op: .exactlyAgo, count: 1, unit: .week, from: "2026-11-14 00:00:00",
            to: "2026-11-15 00:00:00"),
        Case(
            now: "2026-03-31 12:00:00", op: .exactlyAgo, count: 1, unit: .month, from: "2026-02-28 00:00:00",
            to: "2026-03-01 00:00:00"),
        Case(
            now: "2026-11-21 12:34:56", op: .exactlyAgo, count: 2, unit: .hour, from: "2026-11-21 10:00:00",
            to: "2026-11-21 11:00:00"),
        Case(
            zone: "Asia/Kathmandu", now: "2026-11-21 12:34:56", op: .this, count: 0, unit: .hour,
            from: "2026-11-21 12:00:00", to: "2026-11-21 13:00:00"),
        Case(
            now: "2026-11-21 12:00:00", op: .this, count: 0, unit: .week, from: "2026-11-16 00:00:00",
            to: "2026-11-23 00:00:00"),
        Case(
            now: "2026-11-22 23:59:59", op: .this, count: 0, unit: .week, from: "2026-11-16 00:00:00",
            to: "2026-11-23 00:00:00"),
        Case(
            now: "2026-11-23 00:00:00", op: .previous, count: 1, unit: .week, from: "2026-11-16 00:00:00",
            to: "2026-11-23 00:00:00"),
        Case(
            now: "2026-01-15 12:00:00", op: .previous, count: 3, unit: .month, from: "2025-10-01 00:00:00",
            to: "2026-01-01 00:00:00"),
        Case(
            now: "2026-01-15 12:00:00", op: .this, count: 0, unit: .year, from: "2026-01-01 00:00:00",
            to: "2027-01-01 00:00:00"),
        Case(
            now: "2026-01-15 12:34:56", op: .previous, count: 2, unit: .minute, from: "2026-01-15 12:32:00",
            to: "2026-01-15 12:34:00"),
        // São Paulo's clocks went from midnight to one: the day began at one.
        Case(
            zone: "America/Sao_Paulo", now: "2018-11-04 12:00:00", op: .inLast, count: 1, unit: .day,
            from: "2018-11-04 01:00:00", to: "2018-11-04 12:00:00.001"),
    ]

    @Test(arguments: cases)
    func `a span means a range of moments`(item: Case) throws {
        let calendar = Self.calendar(item.zone)
        let span = ConditionSpan(item.count, item.unit)
        let test = try #require(DateTest(item.op, .span(span)))
        let ranges = test.ranges(at: try Self.instant(item.now, calendar), calendar)
        let from = try item.from.map { try Self.instant($0, calendar).milliseconds } ?? DateTest.ever.lowerBound
        let to = try item.to.map { try Self.instant($0, calendar).milliseconds } ?? DateTest.ever.upperBound
        #expect(ranges == [from..<to])
    }

    @Test func `days and moments bound what is before, after and between`() throws {
        let calendar = Self.calendar("Europe/Lisbon")
        let day = ConditionMoment.day(try #require(CalendarDay(text: "2026-07-01")))
        let next = ConditionMoment.day(try #require(CalendarDay(text: "2026-07-02")))
        let (begin, end) = (
            try Self.instant("2026-07-01 00:00:00", calendar).milliseconds,
            try Self.instant("2026-07-02 00:00:00", calendar).milliseconds
        )
        func ranges(_ op: ConditionOperator, _ operand: ConditionOperand) throws -> [Range<Int64>] {
            try #require(DateTest(op, operand)).ranges(at: Instant(milliseconds: 0), calendar)
        }
        #expect(try ranges(.on, .moment(day)) == [begin..<end])
        #expect(try ranges(.before, .moment(day)) == [DateTest.ever.lowerBound..<begin])
        #expect(try ranges(.after, .moment(day)) == [end..<DateTest.ever.upperBound])
        #expect(try ranges(.between, .moments(day, next)) == [begin..<end + CalendarDay.length])
        let moment = ConditionMoment.instant(Instant(milliseconds: begin))
        #expect(try ranges(.before, .moment(moment)) == [DateTest.ever.lowerBound..<begin])
        #expect(try ranges(.after, .moment(moment)) == [begin + 1..<DateTest.ever.upperBound])
    }

    @Test(
        arguments: [
            ("2026-11-21", 1, "1990-11-21", true), ("2026-11-21", 1, "1990-11-22", false),
            ("2026-11-21", 7, "1990-11-27", true), ("2026-11-21", 7, "1990-11-28", false),
            ("2026-12-28", 7, "1990-01-03", true), ("2026-12-28", 7, "1990-01-04", false),
            ("2026-11-21", 1, "2026-11-21", false),
            // 29 February has its anniversary on the 28th, in a year that has no 29th.
            ("2027-02-28", 1, "2024-02-29", true), ("2027-03-01", 1, "2024-02-29", false),
            ("2028-02-28", 1, "2024-02-29", false), ("2028-02-29", 1, "2024-02-29", true),
            ("2028-02-29", 1, "2023-02-28", false), ("2027-02-28", 1, "2023-02-28", true),
            ("2028-02-28", 2, "2024-02-29", true), ("2027-03-01", 1, "2023-03-01", true),
        ])
    func `an anniversary is the same day of a later year`(today: String, days: Int, born: String, holds: Bool) throws {
        let calendar = Self.calendar("Europe/Lisbon")
        let test = try #require(DateTest(.anniversaryIn, .span(ConditionSpan(Int64(days), .day))))
        let value = calendar.start(of: try #require(CalendarDay(text: born)))
        let now = calendar.start(of: try #require(CalendarDay(text: today))).adding(seconds: 3600 * 12)
        #expect(test.holds(for: value, at: now, calendar) == holds)
    }

    /// All shapes, with clocks and calendars of every kind.
    static let shapes: [DateTest.Shape] =
        ConditionSpan.Unit.allCases.flatMap { unit -> [DateTest.Shape] in
            [Int64(1), 2, 31].flatMap { count -> [DateTest.Shape] in
                let span = ConditionSpan(count, unit)
                return [.inLast(span), .inNext(span), .moreThanAgo(span), .exactlyAgo(span), .previous(span)]
                    + (unit.isClock || count > 2 ? [] : [.anniversaryIn(span)])
            } + [.previous(ConditionSpan(0, unit))]
        } + [.age(0, 0), .age(3, 20), .age(Int64.min, 5), .age(5, Int64.max), .fixed(nil, nil)]

    @Test(arguments: ["Europe/Lisbon", "America/Sao_Paulo", "UTC", "Asia/Beirut", "America/St_Johns"])
    func `between flips an answer stays as it is, and at each it is another`(zone: String) throws {
        let calendar = Self.calendar(zone)
        var random = SeededGenerator(seed: 7)
        for shape in Self.shapes {
            let test = DateTest(shape)
            for _ in 0..<12 {
                let now = Instant(
                    milliseconds: 1_540_000_000_000 + Int64.random(in: 0..<70_000_000_000, using: &random))
                let reach: Int64 = Bool.random(using: &random) ? 200_000_000 : 80_000_000_000
                let value = Instant(milliseconds: now.milliseconds + Int64.random(in: -reach..<reach, using: &random))
                let holds = test.holds(for: value, at: now, calendar)
                guard let flip = test.nextFlip(of: value, after: now, calendar) else { continue }
                #expect(flip > now)
                #expect(test.holds(for: value, at: flip, calendar) != holds, "\(shape) \(value.rfc3339) \(now.rfc3339)")
                let between = [flip.milliseconds - 1, (now.milliseconds + flip.milliseconds) / 2]
                for moment in between where moment >= now.milliseconds {
                    let same = test.holds(for: value, at: Instant(milliseconds: moment), calendar) == holds
                    #expect(same, "\(shape) \(value.rfc3339) \(now.rfc3339) \(flip.rfc3339)")
                }
            }
        }
    }

    @Test(arguments: ["America/Sao_Paulo", "America/St_Johns", "Europe/Lisbon"])
    func `days follow each other without a gap`(zone: String) {
        let calendar = Self.calendar(zone)
        for number in 14_000..<18_500 {
            let day = CalendarDay(number: Int64(number))
            let start = calendar.start(of: day)
            #expect(calendar.day(of: start) == day)
            #expect(calendar.day(of: Instant(milliseconds: start.milliseconds - 1)).number == day.number - 1)
        }
    }
}

/// Chance that is the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
