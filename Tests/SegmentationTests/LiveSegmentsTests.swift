import Domain
import Testing

@testable import Segmentation

struct LiveSegmentsTests {
    @Test(arguments: 1...40)
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

    @Test(arguments: 1...20)
    func `changes of one commit move who the same changes move one by one`(seed: Int) {
        var shop = Shop(seed: UInt64(seed + 4000), customers: 12)
        var single = LiveSegments(shop.index, shop.world.calendar, at: shop.reference.now)
        var replay = Replay()
        let names = (0..<12).map { "s\($0)" }
        for name in names {
            let question = shop.question
            let contents = ["tree", "list"].reduce(into: [:]) { $0[$1] = question.segments($1) }
            replay.take(single.add(name, shop.world.tree(), contents: contents))
        }
        var (joined, joinedReplay) = (single, replay)
        for step in 0..<30 {
            let count = 1 + shop.world.chance.below(6)
            var other = shop
            for _ in 0..<count { replay.take(shop.changeBoth(&single)) }
            replay.take(single.advance(to: single.now))
            joinedReplay.take(
                joined.together(at: joined.now) { live in (0..<count).flatMap { _ in other.changeBoth(&live) } })
            joinedReplay.take(joined.advance(to: joined.now))
            for name in names {
                let members = Set(joined.members(of: name).map(joined.index.ids) ?? [])
                #expect(members == Set(single.members(of: name).map(single.index.ids) ?? []), "\(seed).\(step)")
                #expect(members == joinedReplay.members[name, default: []], "\(seed).\(step)")
            }
            #expect(replay.members.mapValues(\.self) == joinedReplay.members, "\(seed).\(step)")
            if shop.world.chance.happens(4) {
                let later = single.now.adding(seconds: Int64(shop.world.chance.below(200_000)))
                replay.take(single.advance(to: later))
                joinedReplay.take(joined.advance(to: later))
                shop.reference.now = later
            }
        }
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
            moves += live.take(old, person, at: now)
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

extension LiveSegments {
    /// Takes in which events and containers came and went.
    fileprivate mutating func take(_ old: ReferencePerson?, _ new: ReferencePerson, at now: Instant) -> [Move] {
        var moves: [Move] = []
        for event in old?.events ?? [] where !new.events.contains(event) {
            moves += remove(event.id, of: event.customer, at: now)
        }
        for event in new.events where !(old?.events.contains(event) ?? false) { moves += put(event, at: now) }
        for container in old?.containers ?? [] where !new.containers.contains(where: { $0.type == container.type }) {
            moves += remove(container: container.type, of: container.customer, at: now)
        }
        for container in new.containers where !(old?.containers.contains(container) ?? false) {
            moves += put(container, at: now)
        }
        return moves
    }
}
