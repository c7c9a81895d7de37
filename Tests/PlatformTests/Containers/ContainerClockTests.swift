import Database
import Domain
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// What time does to containers, and who is told of it.
struct ContainerClockTests {
    private let clock = StillClock()

    private func open(_ database: TestDatabase? = nil) async throws -> Services {
        let services: Services
        if let database {
            services = try await Services.open(
                database.directory.path, server: database.url, surroundings: .still(at: clock))
        } else {
            services = try await Services.test(clock: clock)
        }
        _ = try await services.customers.register([.success(.sample("c-1")), .success(.sample("c-2"))], by: .test)
        return services
    }

    private func add(_ product: String, to code: String = "cart", of customer: String = "c-1", _ services: Services)
        async throws
    {
        _ = try await services.containers.change(.add(ContainerLinePatch(product: product)), code, of: customer)
    }

    private func pass(_ services: Services) async throws {
        try await ContainerClock(services, logger: .quiet).pass()
    }

    /// The moments at which containers were abandoned, in seconds from the beginning.
    private func abandoned(_ services: Services) throws -> [Int64] {
        try services.engine.read { tx in
            try tx.rows("SELECT happened_ms FROM event WHERE kind = 'container.abandoned' ORDER BY happened_ms") {
                ($0.integer(0) - StillClock.usual.milliseconds) / 1000
            }
        }
    }

    @Test func `a cart that is left alone is abandoned at its moment, and told of once`() async throws {
        let services = try await open()
        try await add("tea", services)
        clock.advance(seconds: 3599)
        try await pass(services)
        #expect(try abandoned(services) == [])
        clock.advance()
        try await pass(services)
        #expect(try abandoned(services) == [3600])
        let cart = try services.containers.container("cart", of: "c-1").container
        #expect(cart.abandonedAt == StillClock.usual.adding(seconds: 3600))
        #expect(cart.version == 1)
        clock.advance(seconds: 90_000)
        try await pass(services)
        #expect(try abandoned(services) == [3600])
        // Each change begins another period.
        try await add("tea", services)
        #expect(try services.containers.container("cart", of: "c-1").container.abandonedAt == nil)
        clock.advance(seconds: 7200)
        try await pass(services)
        #expect(try abandoned(services) == [3600, 3600 + 90_000 + 3600])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `carts of the made-up shop are left alone for as long as any other`() async throws {
        let services = try await open()
        let shop = SampleShop(seed: 1, customers: 400, orders: 0, now: clock.now, zone: .gmt)
        try await services.samples.fill(shop)
        func waiting() throws -> Int64? {
            try services.engine.read { tx in
                try tx.first("SELECT count(*) FROM container WHERE abandoned_ms IS NULL") { $0.integer(0) }
            }
        }
        // Some are of the last hour.
        #expect(try waiting() ?? 0 > 0)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        clock.advance(seconds: 3600)
        try await pass(services)
        #expect(try waiting() == 0)
    }

    @Test func `however late somebody looks, the event bears the moment`() async throws {
        let services = try await open()
        try await add("tea", services)
        clock.advance(seconds: 60)
        try await add("tea", of: "c-2", services)
        clock.advance(seconds: 1_000_000)
        try await pass(services)
        #expect(try abandoned(services) == [3600, 3660])
    }

    @Test func `a change puts it off, an order or a clearing ends it`() async throws {
        let services = try await open()
        try await add("tea", services)
        clock.advance(seconds: 1800)
        try await add("cup", services)
        clock.advance(seconds: 1800)
        try await pass(services)
        #expect(try abandoned(services) == [])
        // The same contents again are no change.
        _ = try await services.containers.change(
            .replace([ContainerLinePatch(product: "tea"), ContainerLinePatch(product: "cup")]), "cart", of: "c-1")
        clock.advance(seconds: 1799)
        _ = try await services.orders.register(.sample("o-1"), by: .test)
        try await add("tea", of: "c-2", services)
        _ = try await services.containers.change(.clear, "cart", of: "c-2")
        clock.advance(seconds: 100_000)
        try await pass(services)
        #expect(try abandoned(services) == [])
    }

    @Test func `another rule holds from when it is made, also for what is there`() async throws {
        let services = try await open()
        try await add("tea", services)
        clock.advance(seconds: 600)
        var patch = ContainerTypePatch()
        patch.abandonedAfterMinutes = 5
        _ = try await services.containers.update("cart", patch)
        try await add("tea", of: "c-2", services)
        try await pass(services)
        // Nobody was abandoned before the rule was there.
        #expect(try abandoned(services) == [600])
        patch.abandonedAfterMinutes = 20
        _ = try await services.containers.update("cart", patch)
        clock.advance(seconds: 1199)
        try await pass(services)
        #expect(try abandoned(services) == [600])
        clock.advance()
        try await pass(services)
        #expect(try abandoned(services) == [600, 1800])
    }

    @Test func `at the end of its life a container is emptied`() async throws {
        let services = try await open()
        var patch = ContainerTypePatch(code: "later", name: "Later")
        patch.lifetimeDays = .set(2)
        _ = try await services.containers.create(patch)
        try await add("tea", to: "later", services)
        clock.advance(seconds: 2 * 86_400 - 1)
        try await pass(services)
        #expect(try services.containers.container("later", of: "c-1").container.lines.count == 1)
        clock.advance(seconds: 500)
        try await pass(services)
        let container = try services.containers.container("later", of: "c-1").container
        #expect(container.lines.isEmpty && container.abandonedAt == nil)
        #expect(container.changedAt == StillClock.usual.adding(seconds: 2 * 86_400))
        #expect(try abandoned(services) == [3600])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `more than one step's worth is done, each at its moment`() async throws {
        let services = try await open()
        var types: [String] = []
        for number in 1...50 {
            types.append("list-\(number)")
            _ = try await services.containers.create(
                ContainerTypePatch(code: types[number - 1], name: "List \(number)"))
        }
        for customer in ["c-1", "c-2"] {
            for code in types {
                for _ in 1...3 { try await add("tea", to: code, of: customer, services) }
                clock.advance()
            }
        }
        for number in 1...150 {
            _ = try await services.customers.register([.success(.sample("x-\(number)"))], by: .test)
            try await add("tea", of: "x-\(number)", services)
        }
        clock.advance(seconds: 86_400)
        try await pass(services)
        #expect(try abandoned(services).count == 250)
        try await pass(services)
        #expect(try abandoned(services).count == 250)
    }

    @Test func `a process that ends leaves the rest to the next one, and nobody is told twice`() async throws {
        let database = try await TestDatabase.make()
        var services = try await open(database)
        try await add("tea", services)
        clock.advance(seconds: 1800)
        try await add("tea", of: "c-2", services)
        services.close()
        clock.advance(seconds: 1800)
        services = try await open(database)
        try await pass(services)
        #expect(try abandoned(services) == [3600])
        services.close()
        clock.advance(seconds: 100_000)
        services = try await open(database)
        for _ in 1...3 { try await pass(services) }
        #expect(try abandoned(services) == [3600, 5400])
        services.close()
    }

    @Test func `who looks at the same time does it once`() async throws {
        let services = try await open()
        for number in 1...30 {
            _ = try await services.customers.register([.success(.sample("x-\(number)"))], by: .test)
            try await add("tea", of: "x-\(number)", services)
        }
        clock.advance(seconds: 3600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...6 { group.addTask { try await pass(services) } }
            try await group.waitForAll()
        }
        #expect(try abandoned(services) == Array(repeating: 3600, count: 30))
    }

    @Test(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
    func `several processes do it once, and know each other's kinds of containers`() async throws {
        let first = try await open()
        let second = try await first.another(clock: clock)
        _ = try await first.containers.create(ContainerTypePatch(code: "later", name: "Later"))
        try await second.catchUp()
        #expect(second.containers.book["later"] != nil)
        for number in 1...30 {
            let services = number.isMultiple(of: 2) ? first : second
            _ = try await services.customers.register([.success(.sample("x-\(number)"))], by: .test)
            try await add("tea", to: "later", of: "x-\(number)", services)
        }
        clock.advance(seconds: 3600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for services in [first, second, first, second] { group.addTask { try await pass(services) } }
            try await group.waitForAll()
        }
        #expect(try abandoned(first) == Array(repeating: 3600, count: 30))
        // What one put in the other's order empties.
        try await add("tea", of: "c-1", first)
        _ = try await second.orders.register(.sample("o-1"), by: .test)
        #expect(try first.containers.container("cart", of: "c-1").container.lines.isEmpty)
    }
}
