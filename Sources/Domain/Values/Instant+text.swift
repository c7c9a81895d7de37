import Foundation

extension Instant {
    /// Reads RFC 3339 with an offset, or `YYYY-MM-DD HH:MM:SS` as a clock in `zone` shows it (spec README).
    ///
    /// A local time that a change of clocks skips is read as if the clocks had not changed yet; one that occurs twice is
    /// the first. Fractions finer than a millisecond are cut. Nil when the text is not such a time or names a date
    /// that does not exist.
    package init?(parsing text: String, zone: TimeZone) {
        var scanner = TimeScanner(text)
        guard let civil = scanner.dateAndTime() else { return nil }
        let offset = scanner.offset()
        guard scanner.isAtEnd, let shown = civil.utcMilliseconds else { return nil }
        if let offset {
            self.init(milliseconds: shown - offset * 60_000)
        } else {
            self.init(local: shown, zone: zone)
        }
        // An offset can lead out of the years that can be written again.
        guard Self.writable.contains(milliseconds) else { return nil }
    }

    /// The years 1 to 9999.
    private static let writable: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// The moment at which a clock in `zone` shows `local`, milliseconds since 1970 read as if UTC.
    package init(local: Int64, zone: TimeZone) {
        let before = zone.offsetMilliseconds(at: Instant(milliseconds: local - 86_400_000))
        let guess = Instant(milliseconds: local - before)
        let offset = zone.offsetMilliseconds(at: guess)
        // Where the offset before a change leads to the right wall time, it is the earlier of two, or the skipped one.
        let other = Instant(milliseconds: local - offset)
        self = zone.offsetMilliseconds(at: other) == offset && offset != before ? other : guess
    }

    /// RFC 3339 in UTC with milliseconds: `2020-07-03T17:30:22.000Z`.
    package var rfc3339: String {
        let civil = CivilTime(utcMilliseconds: milliseconds)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            func put(_ value: Int64, _ width: Int, at start: Int) {
                var rest = value
                for place in stride(from: start + width - 1, through: start, by: -1) {
                    buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            put(civil.year, 4, at: 0)
            put(civil.month, 2, at: 5)
            put(civil.day, 2, at: 8)
            put(civil.hour, 2, at: 11)
            put(civil.minute, 2, at: 14)
            put(civil.second, 2, at: 17)
            put(civil.millisecond, 3, at: 20)
            (buffer[4], buffer[7], buffer[10]) = (UInt8(ascii: "-"), UInt8(ascii: "-"), UInt8(ascii: "T"))
            (buffer[13], buffer[16], buffer[19]) = (UInt8(ascii: ":"), UInt8(ascii: ":"), UInt8(ascii: "."))
            buffer[23] = UInt8(ascii: "Z")
            return 24
        }
    }

    /// What a clock in `zone` shows at this moment.
    package func civil(in zone: TimeZone) -> CivilTime {
        CivilTime(utcMilliseconds: milliseconds + zone.offsetMilliseconds(at: self))
    }
}

extension TimeZone {
    fileprivate func offsetMilliseconds(at instant: Instant) -> Int64 {
        Int64(secondsFromGMT(for: instant.date)) * 1000
    }
}

private struct TimeScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func dateAndTime() -> CivilTime? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
            take("T") || take("t") || take(" "),
            let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2)
        else { return nil }
        guard let millisecond = fraction() else { return nil }
        return CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond
        )
    }

    /// Minutes east of UTC, or nil where no offset stands.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let start = position
        let sign: Int64 = take("-") ? -1 : 1
        guard sign < 0 || take("+"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
        else {
            position = start
            return nil
        }
        return sign * (hours * 60 + minutes)
    }

    private mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while position < bytes.count, let digit = digit(bytes[position]) {
            if count < 3 { value = value * 10 + digit }
            count += 1
            position += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 3 - count) { value *= 10 }
        return value
    }

    private mutating func number(_ width: Int) -> Int64? {
        guard position + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for offset in 0..<width {
            guard let digit = digit(bytes[position + offset]) else { return nil }
            value = value * 10 + digit
        }
        position += width
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}

extension Instant {
    /// The first or the last moment of a day, `YYYY-MM-DD`, in `zone`; nil for what is not a day.
    package init?(day text: String, endOfDay: Bool = false, zone: TimeZone) {
        guard text.utf8.count == 10 else { return nil }
        guard let begin = Instant(parsing: text + " 00:00:00", zone: zone) else { return nil }
        guard endOfDay else {
            self = begin
            return
        }
        let local = begin.civil(in: zone)
        guard let midnight = CivilTime(year: local.year, month: local.month, day: local.day).utcMilliseconds else {
            return nil
        }
        self.init(milliseconds: Instant(local: midnight + 86_400_000, zone: zone).milliseconds - 1)
    }
}
