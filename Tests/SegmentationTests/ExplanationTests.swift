import Domain
import Foundation
import Testing

@testable import Segmentation

struct ExplanationTests {
    @Test func `each condition is told with what is so, the first that fails, and when that changes`() throws {
        var world = World(seed: 3)
        world.now = try #require(Instant(parsing: "2026-11-21T12:00:00Z", zone: .gmt))
        let calendar = ShopCalendar(zone: try #require(TimeZone(identifier: "Europe/Lisbon")))
        let context = ConditionContext(registry: world.registry, statuses: world.statuses, calendar: calendar)
        var index = SegmentIndex(world.registry, StatusBook(statuses: world.statuses.statuses))
        var customer = Customer(id: .init(rawValue: 1), externalID: "c", createdAt: world.now)
        customer.fields[.city] = .text("Porto")
        index.put(customer)
        let ordered = try #require(Instant(parsing: "2026-11-11T12:00:00Z", zone: .gmt))
        var order = Order(
            id: .init(rawValue: 2), externalID: "o", customer: customer.id, date: ordered, createdAt: ordered)
        order.statuses[.general] = world.statuses.status(.general, code: "done")?.id
        order.fields[.itemsSum] = .money(Money(tenThousandths: 125_000))
        index.put(order, stays: [], replacing: nil)
        let tree = try Condition.parse(
            #"{"all":[{"field":"customer.city","op":"eq","value":"PORTO"},{"field":"orders.days_since_last","op":"gte","value":30},{"orders":{"have":{"field":"value","measure":"sum","op":"gt","value":10}}}]}"#,
            context)
        let question = SegmentQuestion(now: world.now, calendar: calendar)
        let explained = try #require(index.explain(tree, of: customer.id, question))
        #expect(!explained.explanation.holds)
        #expect(explained.explanation.parts.map(\.actual) == ["Porto", "10", "12.5"])
        #expect(explained.explanation.parts.map(\.holds) == [true, false, true])
        #expect(explained.explanation.firstFailure == [1])
        #expect(explained.explanation.parts[2].words == "the sum of value of orders more than 10")
        #expect(explained.changesAt == Instant(parsing: "2026-12-11T00:00:00Z", zone: .gmt))
        #expect(index.explain(tree, of: .init(rawValue: 9), question) == nil)
    }

    @Test(arguments: 1...8)
    func `the verdict changes when it is said to, and not before`(seed: Int) throws {
        var shop = Shop(seed: UInt64(seed + 2000), customers: 10)
        for _ in 0..<6 {
            let tree = shop.world.tree()
            for (id, person) in shop.reference.people {
                let question = shop.question
                let explained = try #require(shop.index.explain(tree, of: id, question))
                func holds(at now: Instant) -> Bool {
                    var reference = shop.reference
                    reference.now = now
                    let scores = RFMScore.allCases.reduce(into: [:]) { $0[$1] = reference.scores($1) }
                    return reference.holds(tree, person, scores)
                }
                #expect(holds(at: question.now) == explained.explanation.holds)
                guard let change = explained.changesAt else { continue }
                #expect(holds(at: change) != explained.explanation.holds, "\(tree.text)")
                #expect(
                    holds(at: Instant(milliseconds: change.milliseconds - 1)) == explained.explanation.holds,
                    "\(tree.text)"
                )
            }
        }
    }
}
