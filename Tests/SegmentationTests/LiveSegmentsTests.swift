import Domain
import Foundation
import Testing

@testable import Segmentation

struct LiveSegmentsTests {
    /// Who is in each segment after moves, each of which must be one: nobody enters twice.
    struct Replay {
        var members: [String: Set<Customer.ID>] = [:]

        mutating func take(_ moves: [LiveSegments.Move]) {
            for move in moves {
                if move.hasEntered {
                    let isNew = members[move.segment, default: []].insert(move.customer).inserted
                    #expect(isNew, "entered \(move.segment) twice")
                } else {
                    #expect(
                        members[move.segment, default: []].remove(move.customer) != nil, "left \(move.segment) twice")
                }
            }
        }
    }

    @Test(arguments: 1...12)
    func `membership is right after every change and at every instant`(seed: Int) throws {
        var shop = Shop(seed: UInt64(seed + 1000), customers: 12)
        var live = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        var (replay, trees) = (Replay(), [String: Condition]())
        for number in 0..<12 {
            let (name, tree) = ("s\(number)", shop.world.tree())
            trees[name] = tree
            let question = shop.question
            let contents = ["tree", "list"].reduce(into: [:]) { $0[$1] = question.segments($1) }
            replay.take(live.add(name, tree, contents: contents))
        }
        for step in 0..<60 {
            if shop.world.chance.happens(5) {
                let jump: Int64 = shop.world.chance.one(of: [1, 60_000, 3_600_000, 86_400_000, 86_400_000 * 40])
                let later = Instant(
                    milliseconds: live.now.milliseconds + 1 + Int64(shop.world.chance.next() % UInt64(jump)))
                let before = replay
                let start = live.now
                let moves = live.advance(to: later)
                replay.take(moves)
                // At any instant between, those are in who had entered by then; scores follow at the end.
                let between = Instant(
                    milliseconds: start.milliseconds
                        + Int64(shop.world.chance.next() % UInt64(later.milliseconds - start.milliseconds)))
                var then = before
                then.take(moves.filter { $0.at <= between })
                shop.reference.now = between
                for (name, tree) in trees where !tree.text.contains("rfm") {
                    let wanted = shop.reference.customers(fulfilling: tree)
                    #expect(
                        then.members[name, default: []] == wanted, "\(seed).\(step) \(tree.text) at \(between.rfc3339)")
                }
                shop.reference.now = later
            } else {
                replay.take(shop.changeBoth(&live))
                replay.take(live.advance(to: live.now))
            }
            for (name, tree) in trees {
                let wanted = shop.reference.customers(fulfilling: tree)
                let found = Set(live.members(of: name).map(live.index.ids) ?? [])
                #expect(found == wanted, "\(seed).\(step) \(tree.text) at \(live.now.rfc3339)")
                #expect(replay.members[name, default: []] == found)
            }
        }
    }

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
        let order = Order(id: .init(rawValue: 2), externalID: "1", customer: customer, date: start, createdAt: start)
        #expect(live.put(order, stays: [], replacing: nil, at: start).count == 1)
        #expect(live.advance(to: start.adding(seconds: 3 * 3600)).isEmpty)
        let moves = live.advance(to: start.adding(seconds: 100 * 3600))
        #expect(moves.map(\.at.milliseconds) == [start.milliseconds + 3 * 3_600_000 + 1])
    }

    @Test func `what was known is neither repeated nor missed when it is made live again`() throws {
        var shop = Shop(seed: 77, customers: 20)
        let tree = Condition.test(
            ConditionTest(
                try #require(shop.world.registry.field(.customer, code: "orders.days_since_last")), .lt, .number(30)))
        var live = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        let known = Set(live.add("a", tree).map(\.customer))
        var again = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        #expect(again.add("a", tree, known: known).isEmpty)
        let later = shop.reference.now.adding(seconds: 86_400 * 17)
        shop.reference.now = later
        var late = LiveSegments(shop.index, shop.world.calendar, at: later)
        let moves = late.add("a", tree, known: known)
        let left = moves.reduce(into: known) {
            if $1.hasEntered { $0.insert($1.customer) } else { $0.remove($1.customer) }
        }
        #expect(left == shop.reference.customers(fulfilling: tree))
    }

    @Test func `the earliest is first out of the queue, and only as it was last set`() {
        var (queue, chance, due) = (FlipQueue(), Chance(seed: 5), [Int: Int64]())
        for _ in 0..<20_000 {
            let number = chance.below(200)
            let instant: Int64? = chance.happens(1) ? nil : Int64(chance.below(1000))
            due[number] = instant
            queue.set(number, instant.map(Instant.init(milliseconds:)))
            if chance.happens(1, in: 50), let first = queue.next() {
                let wanted = due.filter { $0.value <= first.milliseconds }.map(\.key).sorted()
                #expect(due.values.min() == first.milliseconds)
                #expect(queue.take(through: first) == wanted)
                for number in wanted { due[number] = nil }
            }
            #expect(queue.count == due.count)
        }
    }
}

extension Shop {
    /// Changes anything, in the live segments and in the reference, and answers who moved.
    mutating func changeBoth(_ live: inout LiveSegments) -> [LiveSegments.Move] {
        let before = reference
        let now = live.now
        if world.chance.happens(1) { changeBook() } else { change() }
        var moves: [LiveSegments.Move] = []
        if before.book.statuses != reference.book.statuses || before.book.rule != reference.book.rule {
            moves += live.set(reference.book, at: now)
        }
        for (id, product) in reference.products where before.products[id] != product {
            moves += live.put(product, at: now)
        }
        for id in before.people.keys.sorted() where reference.people[id] == nil { moves += live.remove(id, at: now) }
        for (id, person) in reference.people.sorted(by: { $0.key < $1.key }) {
            let old = before.people[id]
            if old?.customer != person.customer { moves += live.put(person.customer, at: now) }
            for receipt in person.receipts where !(old?.receipts.contains(receipt) ?? false) {
                moves += live.put(receipt, replacing: nil, at: now)
            }
        }
        // Orders that changed or moved, then those that are gone.
        let all = before.people.values.flatMap(\.orders)
        let gone = Set(all.map(\.externalID)).subtracting(reference.people.values.flatMap(\.orders).map(\.externalID))
        for person in reference.people.values.sorted(by: { $0.customer.id < $1.customer.id }) {
            for order in person.orders {
                let old = all.first { $0.externalID == order.externalID }
                let stays = person.stays[order.id] ?? []
                if let old, old == order, before.people[old.customer]?.stays[old.id] == stays { continue }
                moves += live.put(order, stays: stays, replacing: old.map { ($0.customer, $0.id) }, at: now)
            }
        }
        for order in all where gone.contains(order.externalID) && reference.people[order.customer] != nil {
            moves += live.remove(order.id, of: order.customer, at: now)
        }
        for person in before.people.values where reference.people[person.customer.id] != nil {
            for receipt in person.receipts
            where !(reference.people[person.customer.id]?.receipts.contains { $0.id == receipt.id } ?? false) {
                moves += live.remove(receipt.id, of: receipt.customer, at: now)
            }
        }
        return moves
    }
}
