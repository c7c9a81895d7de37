import Domain
import Platform
import TestSupport
import Testing

/// Whatever is ordered, merged and erased, in whatever order: figures equal a recomputation, and every name leads where
/// it should.
struct MergePropertyTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `figures and names hold whatever is merged and erased`(seed: UInt64) async throws {
        let services = try await Services.test()
        var world = MergingWorld(seed: seed, services)
        for round in 0..<10 {
            for _ in 0..<20 { try await world.step() }
            try await world.check("seed \(seed), round \(round)")
        }
    }
}

/// A few customers to whom anything happens, and the same as plain values.
private struct MergingWorld {
    struct PlainOrder {
        /// Nil once the customer was erased.
        var owner: Int?
        var sum: Int
        var date: Instant
        var isPaid: Bool
    }

    let services: Services
    private var chance: Chance
    /// Which person a name leads to.
    private var names: [String: Int] = [:]
    /// What a person is called.
    private var ownNames: [Int: String] = [:]
    private var orders: [String: PlainOrder] = [:]
    private var persons = 0

    private static let day: Int64 = 86_400

    init(seed: UInt64, _ services: Services) {
        chance = Chance(seed: seed)
        self.services = services
    }

    private mutating func name() -> String { "c-\(chance.int(0...7))" }

    mutating func step() async throws {
        switch chance.int(1...100) {
        case ...30: try await registerCustomer()
        case ...65: try await registerOrder()
        case ...73: try await deleteOrder()
        case ...90: try await merge()
        default: try await erase()
        }
    }

    private mutating func registerCustomer() async throws {
        let name = name()
        let patch = CustomerPatch.sample(
            name, email: chance.happens(50) ? "\(name).\(chance.int(0...3))@example.com" : nil,
            phone: chance.happens(30) ? "+35191234567\(chance.int(0...9))" : nil,
            firstName: chance.happens(50) ? chance.pick(["Ana", "Rui", name]) : nil
        )
        _ = try await services.customers.register([.success(patch)], by: .test)[0].get()
        guard names[name] == nil else { return }
        persons += 1
        (names[name], ownNames[persons]) = (persons, name)
    }

    private mutating func registerOrder() async throws {
        let (id, name) = ("o-\(chance.int(0...19))", name())
        var plain = PlainOrder(
            owner: names[name], sum: chance.int(1...500),
            date: StillClock.usual.adding(seconds: -Self.day * Int64(chance.int(0...60))), isPaid: chance.happens(70)
        )
        let keepsOwner = orders[id] != nil && chance.happens(50)
        if keepsOwner { plain.owner = orders[id]?.owner }
        let patch = OrderPatch.sample(
            id, customer: keepsOwner ? nil : name, date: plain.date, sum: plain.sum,
            statuses: [.payment: plain.isPaid ? "paid" : "awaiting_payment"]
        )
        do {
            let stored = try await services.orders.register(patch, by: .test).stored
            orders[id] = plain
            #expect(stored.customerExternalID == plain.owner.flatMap { ownNames[$0] } ?? "")
        } catch is Faults {
            #expect(names[name] == nil)
        }
    }

    private mutating func deleteOrder() async throws {
        let id = "o-\(chance.int(0...19))"
        do {
            try await services.orders.delete(id, by: .test)
            orders[id] = nil
        } catch OrderError.unknownOrder {
            #expect(orders[id] == nil)
        }
    }

    private mutating func merge() async throws {
        let (source, target) = (name(), name())
        do {
            let merged = try await services.customers.merge(source, into: target, by: .test)
            let (from, into) = (try #require(names[source]), try #require(names[target]))
            #expect(merged.isNew == (from != into))
            #expect(merged.profile.customer.externalID == ownNames[into])
            guard from != into else { return }
            for (id, order) in orders where order.owner == from { orders[id]?.owner = into }
            for (name, person) in names where person == from { names[name] = into }
            ownNames[from] = nil
        } catch CustomerError.mergeIntoItself {
            #expect(source == target)
        } catch CustomerError.alreadyMerged(_, let into) {
            #expect(ownNames[try #require(names[source])] == into && into != source)
        } catch OrderError.unknownCustomer(let missing) {
            #expect(missing == source && names[source] == nil)
        } catch is Faults {
            #expect(names[target] == nil)
        }
    }

    private mutating func erase() async throws {
        let name = name()
        do {
            try await services.customers.erase(name, by: .test)
            let person = try #require(names[name])
            for (id, order) in orders where order.owner == person { orders[id]?.owner = nil }
            for (name, other) in names where other == person { names[name] = nil }
            ownNames[person] = nil
        } catch OrderError.unknownCustomer {
            #expect(names[name] == nil)
        }
    }

    func check(_ place: String) async throws {
        for (name, person) in names {
            let profile = try services.customers.customer(name)
            #expect(profile.customer.externalID == ownNames[person], "\(place), \(name)")
            #expect(profile.figures == figures(of: person), "\(place), \(name)")
            let owned = orders.values.filter { $0.owner == person }.count
            #expect(
                try services.orders.orders(ofCustomer: name, offset: 0, limit: 0).total == owned, "\(place), \(name)")
            // Every name finds its person, those from before a merge too.
            var query = CustomerQuery()
            query.text = name
            let found = try services.customers.list(query, place: .offset(0), limit: 10)
            #expect(found.customers.contains { $0.customer.externalID == ownNames[person] }, "\(place), \(name)")
        }
        let all = try services.customers.list(CustomerQuery(), place: .offset(0), limit: 100)
        #expect(all.total == ownNames.count, "\(place)")
        #expect(Set(all.customers.map(\.customer.externalID)) == Set(ownNames.values), "\(place)")
        #expect(services.orders.count == orders.count, "\(place)")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [], "\(place)")
    }

    private func figures(of person: Int) -> CustomerFigures {
        var figures = CustomerFigures()
        for order in orders.values where order.owner == person && order.isPaid {
            figures.orderCount += 1
            figures.total.tenThousandths += Int64(order.sum) * 10_000
            figures.firstDate = min(figures.firstDate ?? order.date, order.date)
            figures.lastDate = max(figures.lastDate ?? order.date, order.date)
        }
        return figures
    }
}
