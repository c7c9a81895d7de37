import Foundation
import Templating
import Testing

/// What filters make of values, by tables.
struct FilterTests {
    @Test(arguments: [
        (#"order.date | date:"d.m.Y""#, "21.11.2026"), (#"order.day | date:"j F Y""#, "21 November 2026"),
        (#"order.date | date:"D, j M y, H:i:s""#, "Sat, 21 Nov 26, 12:00:00"),
        (#"order.date | date:"l N g:i a""#, "Saturday 6 12:00 pm"),
        (#"order.date | date:"n/G/h/A""#, "11/12/12/PM"), (#"order.date | date:"\\d\\e d""#, "de 21"),
        (#"event.context.at | date:"H:i""#, "12:00"), (#""2026-02-03" | date:"d.m.""#, "03.02."),
        (#""2026-02-03 23:30" | date:"H:i""#, "23:30"),
        (#""2026-02-03T23:30:00.250+02:00" | date:"d H:i""#, "03 21:30"),
        ("order.day | date", "2026-11-21"), (#"order.day | add_days:14 | date:"d.m.""#, "05.12."),
        (#""2026-12-30" | add_days:3 | date"#, "2027-01-02"),
        (#"order.date | add_days:-21 | date:"d.m. H:i""#, "31.10. 12:00"),
        ("order.total | money", "€42.99"), ("customer.orders.total | money", "€123,456.79"), ("12.5 | money", "€12.50"),
        ("-1234.5 | money", "-€1,234.50"), ("order.weight | number", "2.5"), ("order.weight | number:2", "2.50"),
        ("1234567.891 | number:1", "1,234,567.9"), ("0.5 | number:0", "1"), ("-0.5 | number:0", "-1"),
        ("999.995 | number:2", "1,000.00"),
        ("12.345 | round:2", "12.35"), ("12.345 | round", "12"), ("2 | round:3", "2"),
        (#""1234.5" | number:2"#, "1,234.50"),
        (#"customer.empty | default:"friend""#, "friend"), (#"customer.first_name | default:"friend""#, "Ana"),
        ("customer.nick | default:customer.first_name", "Ana"), ("0 | default:5", "0"),
        ("customer.nick | upper | default:\"-\"", "-"),
        ("\"straße Évora\" | upper", "STRASSE ÉVORA"), ("\"ÀB\" | lower", "àb"),
        ("\"évora city\" | capitalize", "Évora city"),
        ("\"  a b \" | trim", "a b"), ("\"Hello world\" | truncate:6", "Hello…"), ("\"Hello\" | truncate:5", "Hello"),
        ("\"👩‍👩‍👧 family\" | truncate:2", "👩‍👩‍👧…"), (#"order.tags | join:", ""#, "red, blue, green"),
        ("order.tags | join", "red, blue, green"),
        ("order.tags | first", "red"), ("order.tags | last", "green"),
        (#"order.tags | last:2 | join:"+""#, "blue+green"),
        ("customer.first_name | first", "A"), ("customer.first_name | last:2", "na"), ("order.tags | length", "3"),
        ("customer.first_name | length", "3"), ("customer.nothing | length", "0"),
        (#""a b&ç/?" | url"#, "a%20b%26%C3%A7%2F%3F"),
        (#"1 | plural:"item,items""#, "item"), (#"2 | plural:"item, items""#, "items"),
        (#"customer.orders.count | plural:"a,b""#, "b"),
        (#"0 | plural:"item,items""#, "items"), (#"1.5 | plural:"item,items""#, "items"), (#"5 | plural:"one""#, "one"),
        (#""a-b-c" | replace:"-"," ""#, "a b c"), (#""aaa" | replace:"aa","b""#, "ba"), (#""x" | replace:"x","""#, ""),
    ]) func `filters change values`(expression: String, expected: String) throws {
        #expect(try rendering("{{ \(expression) }}").text == expected)
    }

    @Test(arguments: [
        ("en", 1, 0), ("en", 0, 1), ("en", 21, 1), ("fr", 0, 0), ("fr", 1, 0), ("fr", 2, 1), ("pt-BR", 0, 0),
        ("ja", 5, 0),
        ("ru", 1, 0), ("ru", 2, 1), ("ru", 5, 2), ("ru", 11, 2), ("ru", 21, 0), ("ru", 22, 1), ("ru", 112, 2),
        ("pl", 1, 0), ("pl", 2, 1), ("pl", 5, 2), ("pl", 21, 2), ("pl", 22, 1), ("pl", 12, 2),
        ("cs", 1, 0), ("cs", 3, 1), ("cs", 5, 2), ("lt", 1, 0), ("lt", 11, 2), ("lt", 21, 0), ("lt", 22, 1),
        ("ro", 1, 0), ("ro", 2, 1), ("ro", 20, 2), ("sl", 101, 0), ("sl", 2, 1), ("sl", 4, 2), ("sl", 5, 3),
        ("xx", 1, 0),
    ]) func `words have the form that the language asks for`(language: String, number: Int, form: Int) throws {
        var settings = noon
        settings.format.language = language
        let text = "{{ \(number) | plural:\"0,1,2,3\" }}"
        #expect(try rendering(text, settings).text == String(form))
    }

    @Test func `amounts, numbers and dates are written as the project says`() throws {
        var settings = noon
        settings.format.language = "de-AT"
        settings.format.currency = TemplateCurrency(sign: "kr", digits: 0, isSignFirst: false)
        (settings.format.decimalPoint, settings.format.groupSeparator) = (",", ".")
        settings.format.zone = TemplateZone(try #require(TimeZone(identifier: "Asia/Kathmandu")))
        let text =
            #"{{ customer.orders.total | money }} {{ 1234.5 | number:2 }} {{ order.date | date:"l, j. F Y H:i" }} {{ order.day }}"#
        #expect(
            try rendering(text, settings).text == "123.457\u{a0}kr 1.234,50 Samstag, 21. November 2026 17:45 2026-11-21"
        )
    }

    @Test(arguments: [
        "Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC",
    ])
    func `local time is that of the zone at any moment`(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let table = TemplateZone(zone)
        var moment: Int64 = -600_000_000
        while moment < 3_000_000_000 {
            let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))) * 1000
            #expect(table.offset(at: moment * 1000) == offset, "\(name) \(moment)")
            moment += 7_777_777
        }
    }
}

private func rendering(_ text: String, _ settings: TemplateSettings) throws -> Rendering {
    try Template(text, as: .text).render(shop, settings)
}
