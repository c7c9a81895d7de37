import Database
import Domain
import Platform
import TestSupport
import Testing

/// What the service promises beyond the rules: whole writes, across restarts too.
struct OrderServiceTests {
    private func count(_ table: String, _ services: Services) throws -> Int64 {
        try services.engine.read { tx in
            try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)")) { $0.integer(0) } ?? 0
        }
    }

    @Test func `an order that is refused makes no customer and no status, one by one or in a list`() async throws {
        let project = Project.sample(createsUnknownCustomers: true, createsUnknownStatuses: true)
        let services = try await Services.test(project: project)
        let bad = OrderPatch.sample(
            "o-1", customer: "nobody", statuses: [.general: "brand_new", .payment: "not a code"])
        let before = try (count("customer", services), count("order_status", services), count("event", services))
        await #expect(throws: Faults.self) { try await services.orders.register(bad, by: .test) }
        let results = try await services.orders.register([.success(bad)], by: .test)
        #expect(throws: Faults.self) { try results[0].get() }
        let after = try (count("customer", services), count("order_status", services), count("event", services))
        #expect(after == before)
        #expect(services.statuses.book.status(.general, code: "brand_new") == nil)
    }

    @Test(arguments: [(true, false), (false, true)])
    func `what may be made is not made when something else is refused`(customers: Bool, statuses: Bool) async throws {
        let project = Project.sample(createsUnknownCustomers: customers, createsUnknownStatuses: statuses)
        let services = try await Services.test(project: project)
        let bad = OrderPatch.sample("o-1", customer: "nobody", statuses: [.general: "brand_new"])
        let before = try (count("customer", services), count("order_status", services))
        let results = try await services.orders.register([.success(bad)], by: .test)
        #expect(throws: Faults.self) { try results[0].get() }
        #expect(try (count("customer", services), count("order_status", services)) == before)
    }

    @Test func `an unknown customer and unknown statuses are named together`() async throws {
        let services = try await Services.test()
        do {
            _ = try await services.orders.register(.sample(customer: "nobody", statuses: [.general: "nope"]), by: .test)
            Issue.record("It was taken.")
        } catch let faults as Faults {
            #expect(faults.all.map(\.code).sorted() == ["unknown_customer", "unknown_status"])
        }
    }

    @Test func `where the project says so, unknown customers and statuses are made, off in analytics`() async throws {
        let services = try await Services.test(
            project: .sample(createsUnknownCustomers: true, createsUnknownStatuses: true))
        _ = try await services.orders.register(.sample(customer: "new", statuses: [.general: "fresh"]), by: .test)
        #expect(try services.customers.customer("new").customer.externalID == "new")
        #expect(services.statuses.book.status(.general, code: "fresh")?.includeInAnalytics == false)
    }

    @Test func `a late arrival after an identical description is still late`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        func seen(_ second: Int64, _ number: String) -> OrderPatch {
            .sample(number: number, reportedAt: StillClock.usual.adding(seconds: second))
        }
        _ = try await services.orders.register(seen(1, "A"), by: .test)
        #expect(try await services.orders.register(seen(3, "A"), by: .test).kind == .unchanged)
        let late = try await services.orders.register(seen(2, "B"), by: .test)
        #expect(late.kind == .stale)
        #expect(late.stored.order.fields.text(.number) == "A")
        #expect(late.stored.order.version == 1)
    }

    @Test func `a clock that was set back between two runs does no harm`() async throws {
        let database = try TestDatabase()
        let clock = StillClock()
        do {
            let services = try await Services.open(database, clock: clock)
            try await services.accounts.setUp(
                .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true
            )
            _ = try await services.customers.register([.success(.sample())], by: .test)
            for index in 0..<40 { _ = try await services.orders.register(.sample("a-\(index)"), by: .test) }
            services.close()
        }
        clock.advance(seconds: 0)
        try await reopened(database, clock) { (services: Services) async throws -> Void in
            for index in 0..<40 { _ = try await services.orders.register(.sample("b-\(index)"), by: .test) }
            _ = try await services.customers.register([.success(.sample("c-2"))], by: .test)
            _ = try await services.keys.create(name: "till", scopes: [.admin])
            #expect(services.orders.count == 80)
            #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        }
        clock.advance(seconds: -3600)
        try await reopened(database, clock) { (services: Services) async throws -> Void in
            for index in 0..<40 { _ = try await services.orders.register(.sample("c-\(index)"), by: .test) }
            #expect(services.orders.count == 120)
        }
    }

    private func reopened(
        _ database: TestDatabase, _ clock: StillClock, _ body: (_ services: Services) async throws -> Void
    ) async throws {
        var opened: Services?
        // The lock goes with the last who holds the services before.
        await waitUntil("the data directory is free") {
            opened = try? await Services.open(database, clock: clock)
            return opened != nil
        }
        let services = try #require(opened)
        try await body(services)
        services.close()
    }

    @Test(.enabled(if: TestDatabase.isEmbedded)) func `a second process is told that the data is in use`() async throws
    {
        let services = try await Services.test()
        let path = try #require(
            try services.engine.read { tx in
                try tx.first("SELECT file FROM pragma_database_list WHERE name = 'main'") { $0.text(0) }
            }
        )
        let directory = String(path.dropLast("/reorder.sqlite".count))
        await #expect(throws: DataDirectory.Failure.self) { try await Services.open(directory) }
        services.close()
    }

    @Test func `lists, history and figures are the same after a restart`() async throws {
        let database = try TestDatabase()
        let clock = StillClock()
        do {
            let services = try await Services.open(database, clock: clock)
            try await services.accounts.setUp(
                .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true
            )
            _ = try await services.customers.register([.success(.sample()), .success(.sample("c-2"))], by: .test)
            for index in 0..<30 {
                _ = try await services.orders.register(
                    .sample("o-\(index)", sum: index, statuses: [.payment: "paid"]), by: .test)
            }
            _ = try await services.orders.register(.sample("o-3", customer: "c-2"), by: .test)
            try await services.orders.delete("o-4", by: .test)
            services.close()
        }
        try await reopened(database, clock) { (services: Services) async throws -> Void in
            #expect(services.orders.count == 29)
            #expect(try services.customers.customer("c-1").figures.orderCount == 28)
            #expect(try services.customers.customer("c-2").figures.total == .units(3))
            let newest = try #require(try services.orders.activity(of: "o-3", limit: 9).first)
            #expect(newest.change.change.field == "client_external_id")
            #expect(throws: OrderError.unknownOrder("o-4")) { try services.orders.order("o-4") }
        }
    }

    @Test func `an order that is registered again after its deletion is a new one`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        _ = try await services.orders.register(.sample(number: "1", sum: 5, lines: [.sample()]), by: .test)
        try await services.orders.delete("o-1", by: .test)
        await #expect(throws: OrderError.unknownOrder("o-1")) { try await services.orders.delete("o-1", by: .test) }
        let again = try await services.orders.register(.sample(), by: .test)
        #expect(again.kind == .created && again.stored.order.version == 1)
        #expect(again.stored.order.lines.isEmpty && again.stored.order.fields.money(.itemsSum) == nil)
        #expect(try services.orders.activity(of: "o-1", limit: 9).count == 1)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a deleted order must name its customer again`() async throws {
        let services = try await Services.test()
        await #expect(throws: Faults.self) { try await services.orders.register(.sample(customer: nil), by: .test) }
    }
}
