import Domain
import Foundation
import Testing

@testable import Web

@Suite struct PageFormatTests {
    private static func format(_ currency: String = "EUR") -> PageFormat {
        // 21 November 2026, 18:00:09 in Lisbon.
        PageFormat(
            Project(name: "Larkspur", currency: currency, timeZoneName: "Europe/Lisbon"),
            now: Instant(milliseconds: 1_795_284_009_000)
        )
    }

    @Test(arguments: [
        ("EUR", 12_345_000, "€1,234.50"), ("EUR", -50_000, "−€5.00"), ("EUR", 0, "€0.00"), ("EUR", 12_345, "€1.2345"),
        ("JPY", 12_340_000, "¥1,234"), ("KWD", 10_000, "KWD\u{a0}1.000"), ("USD", 1, "$0.0001"),
    ])
    func `money has its currency's decimals, and more only where they count`(
        currency: String, tenThousandths: Int64, text: String
    ) {
        #expect(Self.format(currency).money(Money(tenThousandths: tenThousandths)) == text)
    }

    @Test(arguments: [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567.25", "−1,234,567.25")])
    func `thousands are set apart`(plain: String, text: String) {
        #expect(PageFormat.grouped(plain) == text)
    }

    @Test func `moments are in the project's zone`() {
        let format = Self.format()
        #expect(format.exact(format.now) == "Saturday, 21 November 2026 at 18:00:09 (Europe/Lisbon)")
        #expect(format.short(format.now) == "21 Nov, 18:00")
        #expect(format.short(Instant(milliseconds: 0)) == "1 Jan 1970, 01:00")
        #expect(format.relative(format.now.adding(seconds: -300)) == "5 min ago")
        #expect(format.dayText(adding: -21) == "2026-10-31")
    }

    @Test func `a share is never rounded to nothing or all`() {
        #expect(PageFormat.share(1, of: 1000) == "< 1 %")
        #expect(PageFormat.share(999, of: 1000) == "> 99 %")
        #expect(PageFormat.share(4, of: 5) == "80 %")
    }

    @Test func `JSON is laid out with its numbers as they were written`() {
        let json = #"{"b":1.10,"a":[],"t":"x, {\"y\"}","n":{"k":[1,2]}}"#
        #expect(
            JSONLayout.pretty(json) == """
                {
                  "b": 1.10,
                  "a": [],
                  "t": "x, {\\"y\\"}",
                  "n": {
                    "k": [
                      1,
                      2
                    ]
                  }
                }
                """
        )
    }

    @Test func `a pager names the first, the last and the pages about`() {
        let pager = PagerModel(page: 5, size: 50, total: 2001) { "?page=\($0)" }
        #expect(pager.summary == "201–250 of 2,001")
        #expect(pager.pages.map(\.label) == ["1", "…", "4", "5", "6", "…", "41"])
    }

    @Test(arguments: ["//evil.example", "/\\evil", "https://evil.example", "orders", "/a\nb", nil])
    func `signing in leads nowhere else`(target: String?) {
        #expect(AccountPages.local(target) == Links.home)
    }

    @Test func `filters that cannot be read are named and left out`() {
        let sent = QueryItems("total_from=much&date_to=2026-13-01&status_code=paid&status_code=new&page=-3&sort=x")
        let asked = OrderListQuery(sent, ReadingContext(zone: .gmt), PersonalMask(isOn: false))
        #expect(asked.query.statusCodes == [.general: ["paid", "new"]])
        #expect(asked.query.totalFrom == nil)
        #expect(Set(asked.refused.keys) == [.totalFrom, .dateTo])
        #expect(asked.page == 1)
        #expect(asked.link(without: [.status], value: "paid").contains("status_code=new"))
    }
}
