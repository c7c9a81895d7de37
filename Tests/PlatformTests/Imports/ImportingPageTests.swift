import Domain
import Foundation
import Platform
import Testing

/// Holds Docs/importing.md to its word.
@Suite struct ImportingPageTests {
    @Test func `the example of the page imports as it is printed`() throws {
        let page = try String(contentsOfFile: RepositoryFiles.path("Docs/importing.md"), encoding: .utf8)
        let parts = page.components(separatedBy: "```")
        let folder = try ImportFolder()
        var mapping = ""
        for index in stride(from: 1, to: parts.count, by: 2) {
            if parts[index].hasPrefix("yaml") { mapping = String(parts[index].dropFirst(4)) }
            // A file's name is the last that stands in backquotes before it.
            let name = parts[index - 1].split(separator: "`").last { $0.hasSuffix(".csv") }
            if let name, !parts[index].hasPrefix("yaml") {
                try folder.write(String(name), String(parts[index].drop { $0 == "\n" }))
            }
        }
        let items = try folder.items(mapping: mapping)
        #expect(
            items.map(\.summary) == [
                "1001 items_cnt=3 items_sum=25.5 delivery.city=Porto delivery.date=2024-07-04 payment.type=card,voucher "
                    + "payment.total=29.5 payment.bonuses=10 payment.cash=19.5 payment.delivery=4 "
                    + "[1 product_external_id=tea-green cnt=2 price=9; 2 product_external_id=cup-blue cnt=1 price=7.5]",
                "1002 items_cnt=1 items_sum=9.9 delivery.city=Braga payment.total=9.9 payment.delivery=0 "
                    + "[1 product_external_id=tea-black cnt=1 price=9.9]",
            ]
        )
        #expect(
            items.map { $0.customer?.summary } == [
                "77 email=ana@example.com city=Porto", "78 email=rui@example.com city=Braga",
            ])
        #expect(items.map { $0.order?.statuses[.payment] } == [.set("paid"), .set("awaiting_payment")])
        #expect(items.map { $0.order?.past.map(\.code) } == [["accepted", "in_progress"], ["accepted"]])
    }
}
