import Domain
import Foundation
import Platform
import Testing

/// Reads all of Olist once, and holds it to what data/README.md says of it.
@Suite(.enabled(if: OlistData.folder != nil, "Olist's data is not at ../shared/data/olist: nothing to read."))
struct OlistImportTests {
    private let zone = TimeZone(identifier: "America/Sao_Paulo") ?? .gmt

    private func reader(_ mapping: String) throws -> ImportReader {
        try ImportReader(
            paths: [try #require(OlistData.folder)], mapping: ImportMapping(path: OlistData.fixture(mapping)),
            context: ReadingContext(zone: zone)
        )
    }

    @Test func `every order comes out whole`() throws {
        var reader = try reader("mapping.yaml")
        var (orders, lines, withoutLines, past) = (0, 0, 0, 0)
        var statuses: [OrderStatusType: [String: Int]] = [:]
        var sums: [OrderField: Int64] = [:]
        var people: Set<String> = []
        var unpaid: [String] = []
        while let item = try reader.next() {
            let order = try #require(item.order, "\(item.file), line \(item.line): \(item.summary)")
            orders += 1
            lines += order.lines?.count ?? 0
            if order.lines == [] { withoutLines += 1 }
            past += order.past.count { $0.type == .general }
            for (type, patch) in order.statuses {
                statuses[type, default: [:]][patch.applied(to: nil) ?? "none", default: 0] += 1
            }
            for entry in order.fields.entries {
                if case .money(let money) = entry.value { sums[entry.field, default: 0] += money.tenThousandths }
            }
            if !order.fields.entries.contains(where: { $0.field == .paymentTotal && $0.value != nil }) {
                unpaid.append(order.externalID)
            }
            people.insert(try #require(item.customer).externalID)
        }
        #expect((orders, lines, withoutLines, people.count) == (99_441, 112_650, 775, 96_096))
        #expect(past == 392_856)
        #expect(
            statuses[.general] == [
                "created": 5, "approved": 2, "invoiced": 314, "processing": 301, "shipped": 1107, "delivered": 96_478,
                "canceled": 625, "unavailable": 609,
            ]
        )
        #expect(statuses[.delivery]?["delivered"] == 99_441 - 2965)
        #expect(sums[.paymentTotal] == 160_088_721_200)
        #expect(sums[.paymentTotal] == (sums[.paymentCash] ?? 0) + (sums[.paymentBonuses] ?? 0))
        #expect(unpaid == ["bfbd0f9bdef84302105ad712db648a6c"])
        let progress = reader.progress
        #expect(progress.bytesRead == progress.bytesTotal)
    }

    @Test func `every product comes out, in English where there is a word`() throws {
        var reader = try reader("products.yaml")
        var (products, withoutCategory) = (0, 0)
        var categories: Set<String> = []
        while let item = try reader.next() {
            guard case .product(let product) = item.content else {
                Issue.record("\(item.file), line \(item.line): \(item.summary)")
                continue  // the others may be whole
            }
            products += 1
            if case .text(let category) = product.fields.entries.first?.value {
                categories.insert(category)
            } else {
                withoutCategory += 1
            }
        }
        #expect((products, withoutCategory, categories.count) == (32_951, 610, 73))
        // One that is translated, and the two that are not.
        let examples = ["health_beauty", "pc_gamer", "portateis_cozinha_e_preparadores_de_alimentos"]
        #expect(categories.isSuperset(of: examples))
    }
}
