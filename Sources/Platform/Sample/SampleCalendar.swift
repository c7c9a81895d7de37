import Domain
import Foundation

/// When the orders of the made-up shop come: few at night, more before Christmas, most on Black Friday.
///
/// The moment of any order is found without those before it, and moments rise with the order's place.
struct SampleCalendar: Sendable {
    /// When an order came, and what the shop's calendar says of that day.
    struct Moment {
        let instant: Instant
        /// The same, milliseconds since 1970 as a clock in the shop shows it.
        let local: Int64
        let isSale: Bool
    }

    private struct Day {
        let midnight: Instant
        let local: Int64
        /// The orders of all days before this one.
        let ordersBefore: Int
        let isSale: Bool
    }

    private static let pastDays = 730
    private static let dayLength: Int64 = 86_400_000
    /// How many orders come in each hour of the day, against the others.
    private static let hours = [
        6, 3, 2, 1, 1, 3, 10, 25, 45, 60, 68, 70, 72, 66, 60, 58, 60, 66, 74, 85, 92, 80, 50, 22,
    ]
    /// Orders before each hour, and at the end those of the whole day.
    private static let rhythm = hours.reduce(into: [0]) { sums, hour in sums.append((sums.last ?? 0) + hour) }
    /// From Monday to Sunday, in per cent.
    private static let weekdays = [106, 101, 98, 100, 108, 88, 97]
    /// From January to December, in per cent: tea and gifts sell in winter.
    private static let months = [96, 90, 92, 88, 86, 82, 76, 74, 92, 102, 122, 144]

    private let days: [Day]
    private let orders: Int
    private let now: Instant
    private let seed: UInt64
    /// How much of today's orders have come, in millionths of a whole day's.
    private let todayShare: Int

    init(seed: UInt64, orders: Int, now: Instant, zone: TimeZone) {
        (self.seed, self.orders, self.now) = (seed, orders, now)
        let today = now.civil(in: zone)
        let todayLocal =
            CivilTime(year: today.year, month: today.month, day: today.day).utcMilliseconds ?? now.milliseconds
        let locals = (0...Self.pastDays).map { todayLocal - Int64(Self.pastDays - $0) * Self.dayLength }
        let elapsed = now.milliseconds - Instant(local: todayLocal, zone: zone).milliseconds
        todayShare = Self.share(of: min(max(elapsed, 0), Self.dayLength - 1))

        var generator = SplitMix64(seed: seed, .calendar, 0)
        var weights = locals.enumerated().map { day, local in
            Self.weight(day: day, local: local) * generator.number(88...112) / 100
        }
        weights[Self.pastDays] = weights[Self.pastDays] * todayShare / 1_000_000
        let total = max(weights.reduce(0, +), 1)
        var sum = 0
        days = zip(locals, weights).map { local, weight in
            defer { sum += weight }
            return Day(
                midnight: Instant(local: local, zone: zone),
                local: local,
                ordersBefore: sum * orders / total,
                isSale: Self.peak(local: local) > 200
            )
        }
    }

    /// Returns the moment of the order at `index`, in whole seconds and never after now.
    func moment(of index: Int) -> Moment {
        var (low, high) = (0, days.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if days[middle].ordersBefore > index { high = middle - 1 } else { low = middle }
        }
        let day = days[low]
        let isToday = low == days.count - 1
        let count = (isToday ? orders : days[low + 1].ordersBefore) - day.ordersBefore
        var generator = SplitMix64(seed: seed, .calendar, index + 1)
        // The day is cut into as many parts as it has orders, and each order falls into its own: so moments rise.
        let place = (index - day.ordersBefore) * 1000 + generator.below(1000)
        let part = place * (isToday ? todayShare : 1_000_000) / (max(count, 1) * 1000)
        // A day on which clocks change is shorter or longer, and its hours with it.
        let length = isToday ? Self.dayLength : days[low + 1].midnight.milliseconds - day.midnight.milliseconds
        let since = Self.time(of: part) * length / Self.dayLength / 1000 * 1000
        let instant = min(day.midnight.adding(seconds: since / 1000), now)
        return Moment(instant: instant, local: day.local + since, isSale: day.isSale)
    }

    /// How many orders a day has against other days.
    private static func weight(day: Int, local: Int64) -> Int {
        let civil = CivilTime(utcMilliseconds: local)
        let growth = 400 + 600 * day / pastDays
        return growth * weekdays[weekday(local)] * months[Int(civil.month) - 1] * peak(local: local) / 10_000
    }

    /// What sales and holidays do to a day, in per cent.
    private static func peak(local: Int64) -> Int {
        let civil = CivilTime(utcMilliseconds: local)
        switch (civil.month, civil.day) {
        case (12, 24), (12, 25), (1, 1): return 35
        case (12, 8...19): return 130
        default: break
        }
        let friday = CivilTime(year: civil.year, month: 11, day: 23).utcMilliseconds ?? 0
        let blackFriday = friday + Int64((11 - weekday(friday)) % 7) * dayLength
        switch (local - blackFriday) / dayLength {
        case 0: return 480
        case 1, 2: return 230
        case 3: return 330
        default: return 100
        }
    }

    /// Days since Monday; the first day of 1970 was a Thursday.
    private static func weekday(_ local: Int64) -> Int { Int((local / dayLength + 3) % 7) }

    /// The millionths of a day's orders that come before a time of day.
    private static func share(of time: Int64) -> Int {
        let hour = Int(time / 3_600_000)
        let before = rhythm[hour] * 3_600_000 + hours[hour] * Int(time % 3_600_000)
        return before * 10 / (rhythm[24] * 36)
    }

    /// The time of day before which so many millionths of a day's orders come.
    private static func time(of share: Int) -> Int64 {
        let target = share * rhythm[24]
        var hour = 0
        while hour < 23, rhythm[hour + 1] * 1_000_000 <= target { hour += 1 }
        return Int64(hour * 3_600_000 + (target - rhythm[hour] * 1_000_000) * 18 / (hours[hour] * 5))
    }
}
