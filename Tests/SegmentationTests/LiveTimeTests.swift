import Domain
import Foundation
import Testing

@testable import Segmentation

struct LiveTimeTests {
    @Test(arguments: 1...15)
    func `what a date asks for is so from the very millisecond on, and no longer`(seed: Int) throws {
        var shop = Shop(seed: UInt64(seed + 3000), customers: 12, near: true)
        var live = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        var (replay, trees) = (Replay(), [String: Condition]())
        for number in 0..<15 {
            let (name, tree) = ("s\(number)", shop.world.datedTree())
            trees[name] = tree
            replay.take(live.add(name, tree))
        }
        for step in 0..<80 {
            let reach: Int64 = shop.world.chance.one(of: [60_000, 3_600_000, 86_400_000, 86_400_000 * 3])
            let jump = Int64(shop.world.chance.next() % UInt64(reach))
            let moves = live.advance(to: Instant(milliseconds: live.now.milliseconds + 1 + jump))
            // Each move is told of the first moment at which it is so.
            for move in moves {
                let tree = try #require(trees[move.segment])
                shop.reference.now = move.at
                let isIn = shop.reference.customers(fulfilling: tree).contains(move.customer)
                #expect(isIn == move.hasEntered, "\(seed).\(step) \(tree.text) at \(move.at.rfc3339)")
                shop.reference.now = Instant(milliseconds: move.at.milliseconds - 1)
                let wasIn = shop.reference.customers(fulfilling: tree).contains(move.customer)
                #expect(wasIn != move.hasEntered, "\(seed).\(step) \(tree.text) before \(move.at.rfc3339)")
            }
            replay.take(moves)
            shop.reference.now = live.now
            for (name, tree) in trees {
                let wanted = shop.reference.customers(fulfilling: tree)
                #expect(
                    replay.members[name, default: []] == wanted, "\(seed).\(step) \(tree.text) at \(live.now.rfc3339)")
            }
        }
    }

    @Test(arguments: 1...4)
    func `ten years pass in jumps, and membership is right wherever they end`(seed: Int) throws {
        var shop = Shop(seed: UInt64(seed + 4000), customers: 8)
        var live = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        var (replay, trees) = (Replay(), [String: Condition]())
        for number in 0..<5 {
            let (name, tree) = ("s\(number)", number < 3 ? shop.world.datedTree() : shop.world.tree())
            trees[name] = tree
            let question = shop.question
            let contents = ["tree", "list"].reduce(into: [:]) { $0[$1] = question.segments($1) }
            replay.take(live.add(name, tree, contents: contents))
        }
        let end = live.now.adding(seconds: 3653 * 86_400)
        while live.now < end {
            let jump = Int64(shop.world.chance.next() % UInt64(86_400_000 * 150))
            replay.take(live.advance(to: Instant(milliseconds: live.now.milliseconds + jump)))
            shop.reference.now = live.now
            shop.world.now = live.now
            for (name, tree) in trees {
                let wanted = shop.reference.customers(fulfilling: tree)
                #expect(replay.members[name, default: []] == wanted, "\(seed) \(tree.text) at \(live.now.rfc3339)")
            }
            // Now and then somebody orders.
            replay.take(shop.changeBoth(&live))
        }
    }

    @Test func `no order for 30 days is so when the 30th day ends`() throws {
        let world = World(seed: 1)
        let context = ConditionContext(
            registry: world.registry, statuses: world.statuses,
            calendar: ShopCalendar(zone: try #require(TimeZone(identifier: "Europe/Lisbon"))))
        let tree = try Condition.parse(
            #"{"not":{"orders":{"where":{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}}}}}"#, context)
        func moment(_ text: String) throws -> Instant {
            try #require(Instant(parsing: text, zone: context.calendar.zone))
        }
        let ordered = try moment("2026-10-01 18:00:00")
        var live = LiveSegments(SegmentIndex(world.registry, world.statuses), context.calendar, at: ordered)
        let customer = Customer(id: .init(rawValue: 1), externalID: "1", createdAt: ordered)
        #expect(live.add("asleep", tree).isEmpty)
        #expect(live.put(customer, at: ordered).map(\.hasEntered) == [true])
        let order = Order(
            id: .init(rawValue: 2), externalID: "1", customer: customer.id, date: ordered, createdAt: ordered)
        #expect(live.put(order, stays: [], replacing: nil, at: ordered).map(\.hasEntered) == [false])
        // The clocks go back on 25 October; the 30th day is 30 October.
        let moves = live.advance(to: try moment("2036-10-01 00:00:00"))
        #expect(
            moves == [
                .init(segment: "asleep", customer: customer.id, hasEntered: true, at: try moment("2026-10-31 00:00:00"))
            ])
    }

    @Test func `three hours after an order are over to the millisecond`() throws {
        let world = World(seed: 1)
        let field = try #require(world.registry.field(.order, code: "date"))
        let tree = Condition.records(
            ConditionBlock(.orders, .test(ConditionTest(field, .inLast, .span(ConditionSpan(3, .hour))))))
        let start = Instant(milliseconds: 1_790_000_000_000)
        var live = LiveSegments(SegmentIndex(world.registry, world.statuses), world.calendar, at: start)
        #expect(live.add("fresh", tree).isEmpty)
        let customer = Customer.ID(rawValue: 1)
        #expect(live.put(Customer(id: customer, externalID: "1", createdAt: start), at: start).isEmpty)
        let order = Order(id: .init(rawValue: 2), externalID: "1", customer: customer, date: start, createdAt: start)
        #expect(live.put(order, stays: [], replacing: nil, at: start).count == 1)
        #expect(live.advance(to: start.adding(seconds: 3 * 3600)).isEmpty)
        let moves = live.advance(to: start.adding(seconds: 100 * 3600))
        #expect(moves.map(\.at.milliseconds) == [start.milliseconds + 3 * 3_600_000 + 1])
    }
}
