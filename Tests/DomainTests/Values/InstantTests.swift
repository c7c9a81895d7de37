import Domain
import Foundation
import TestSupport
import Testing

struct InstantTests {
    private static func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    @Test(arguments: [
        ("2020-07-03T17:30:22Z", "2020-07-03T17:30:22.000Z"), ("2020-07-03t17:30:22z", "2020-07-03T17:30:22.000Z"),
        ("2020-07-03 17:30:22Z", "2020-07-03T17:30:22.000Z"), ("2020-07-03T17:30:22.5Z", "2020-07-03T17:30:22.500Z"),
        ("2020-07-03T17:30:22.123999Z", "2020-07-03T17:30:22.123Z"),
        ("2020-07-03T17:30:22+02:00", "2020-07-03T15:30:22.000Z"),
        ("2020-07-03T17:30:22-03:30", "2020-07-03T21:00:22.000Z"), ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"), ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"), ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("2020-12-31T23:00:00-05:00", "2021-01-01T04:00:00.000Z"), ("1900-03-01T00:00:00Z", "1900-03-01T00:00:00.000Z"),
    ])
    func `a time with an offset is read and written in UTC`(text: String, written: String) throws {
        let instant = try #require(Instant(parsing: text, zone: .gmt))
        #expect(instant.rfc3339 == written)
    }

    @Test(arguments: [
        "", "2023-02-30 00:00:00", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2023-04-31T00:00:00Z",
        "2023-13-01T00:00:00Z",
        "2023-00-01T00:00:00Z", "2023-01-00T00:00:00Z", "0000-01-01T00:00:00Z", "2023-01-01T24:00:00Z",
        "2023-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z", "2023-01-01", "2023-01-01T00:00Z", "2023-1-1T00:00:00Z", "2023-01-01T00:00:00.Z",
        "2023-01-01T00:00:00+24:00", "2023-01-01T00:00:00+01:60", "2023-01-01T00:00:00+0100", "2023-01-01T00:00:00Z ",
        " 2023-01-01T00:00:00Z", "2023-01-01T00:00:00ZZ", "20230101T000000Z", "٢٠٢٣-01-01T00:00:00Z",
        "-2023-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z", "yesterday", "1688400000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00",
    ])
    func `what is not a moment of the calendar is refused`(text: String) {
        #expect(Instant(parsing: text, zone: .gmt) == nil)
    }

    @Test(arguments: [
        // Summer, winter.
        ("Europe/Lisbon", "2020-07-03 17:30:22", "2020-07-03T16:30:22.000Z"),
        ("Europe/Lisbon", "2020-01-03 17:30:22", "2020-01-03T17:30:22.000Z"),
        // Clocks go forward: 01:30 is skipped, and read as if they had not.
        ("Europe/Lisbon", "2020-03-29 00:59:59", "2020-03-29T00:59:59.000Z"),
        ("Europe/Lisbon", "2020-03-29 01:30:00", "2020-03-29T01:30:00.000Z"),
        ("Europe/Lisbon", "2020-03-29 02:00:00", "2020-03-29T01:00:00.000Z"),
        // Clocks go back: 01:30 occurs twice, and is the first.
        ("Europe/Lisbon", "2020-10-25 00:59:59", "2020-10-24T23:59:59.000Z"),
        ("Europe/Lisbon", "2020-10-25 01:30:00", "2020-10-25T00:30:00.000Z"),
        ("Europe/Lisbon", "2020-10-25 02:00:00", "2020-10-25T02:00:00.000Z"),
        // The day begins at one o'clock.
        ("America/Sao_Paulo", "2018-11-04 00:00:00", "2018-11-04T03:00:00.000Z"),
        ("America/Sao_Paulo", "2018-11-04 01:00:00", "2018-11-04T03:00:00.000Z"),
        // The day ends twice.
        ("America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18T01:30:00.000Z"),
        ("America/Sao_Paulo", "2018-02-18 00:00:00", "2018-02-18T03:00:00.000Z"),
        ("Asia/Kolkata", "2020-01-01 00:00:00", "2019-12-31T18:30:00.000Z"),
        ("Pacific/Auckland", "2024-09-29 02:30:00", "2024-09-28T14:30:00.000Z"),
        ("Pacific/Auckland", "2024-09-29 03:30:00", "2024-09-28T14:30:00.000Z"),
        ("Pacific/Auckland", "2024-04-07 02:30:00", "2024-04-06T13:30:00.000Z"),
    ])
    func `a time without an offset is read as a clock of the zone shows it`(zone: String, text: String, utc: String)
        throws
    {
        let instant = try #require(Instant(parsing: text, zone: try Self.zone(zone)))
        #expect(instant.rfc3339 == utc)
    }

    @Test(arguments: [
        "Europe/Lisbon", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    ])
    func `any moment reads back from what a clock of the zone shows, or is its twin an hour later`(name: String) throws
    {
        let zone = try Self.zone(name)
        var chance = Chance(seed: 7)
        for _ in 0..<3_000 {
            let instant = Instant(milliseconds: Int64(chance.int(900_000_000...1_800_000_000)) * 1000)
            let civil = instant.civil(in: zone)
            let local = try #require(civil.utcMilliseconds)
            let read = Instant(local: local, zone: zone)
            #expect(read.civil(in: zone) == civil)
            #expect(read <= instant && instant.milliseconds - read.milliseconds <= 3_600_000)
        }
    }

    @Test(arguments: [
        ("Europe/Lisbon", "2020-10-25", "2020-10-24T23:00:00.000Z", "2020-10-25T23:59:59.999Z"),
        ("Europe/Lisbon", "2020-03-29", "2020-03-29T00:00:00.000Z", "2020-03-29T22:59:59.999Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"),
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00.000Z", "2018-02-18T02:59:59.999Z"),
        ("UTC", "2024-02-29", "2024-02-29T00:00:00.000Z", "2024-02-29T23:59:59.999Z"),
    ])
    func `a day has its first and last moment`(zone: String, day: String, first: String, last: String) throws {
        let zone = try Self.zone(zone)
        #expect(Instant(day: day, zone: zone)?.rfc3339 == first)
        #expect(Instant(day: day, endOfDay: true, zone: zone)?.rfc3339 == last)
    }

    @Test(arguments: ["2023-02-30", "2023-2-03", "20230203--", "2023-02-03T"])
    func `what is not a day has no first moment`(text: String) {
        #expect(Instant(day: text, zone: .gmt) == nil)
    }

    @Test func `the calendar agrees with Foundation's over four centuries`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        var chance = Chance(seed: 3)
        for _ in 0..<2_000 {
            let seconds = chance.int(-6_000_000_000...6_000_000_000)
            let instant = Instant(milliseconds: Int64(seconds) * 1000)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: instant.date)
            let civil = CivilTime(utcMilliseconds: instant.milliseconds)
            #expect([civil.year, civil.month, civil.day].map(Int.init) == [parts.year, parts.month, parts.day])
            #expect(
                [civil.hour, civil.minute, civil.second].map(Int.init) == [parts.hour, parts.minute, parts.second])
            #expect(civil.utcMilliseconds == instant.milliseconds)
        }
    }
}
