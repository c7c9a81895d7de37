import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// A clock that is set back, or jumps: nothing that is ordered by it may come out of order.
struct ClockTests {
    @Test(arguments: [-3600, -30 * 86_400, 400 * 86_400] as [Int64])
    func `identifiers stay unique and rise within a bucket, and events and history stay in order`(
        jump: Int64
    ) async throws {
        let clock = StillClock()
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true), clock: clock)
        for round in 0..<4 {
            for number in 0..<10 {
                let id = "o-\(round)-\(number)"
                _ = try await services.orders.register(.sample(id, customer: "c-\(number % 3)", sum: 1), by: .test)
                _ = try await services.orders.register(
                    .sample("o-0-\(number)", customer: nil, sum: round + 2), by: .test)
                clock.advance()
            }
            clock.set(clock.now.adding(seconds: round % 2 == 0 ? jump : -jump / 2))
        }
        let (orders, events) = try services.engine.read { tx in
            (
                try tx.rows("SELECT id, external_id FROM orders ORDER BY bucket, id") { ($0.integer(0), $0.text(1)) },
                try tx.rows(
                    "SELECT bucket, seq, order_id, version FROM event WHERE order_id IS NOT NULL ORDER BY bucket, seq"
                ) {
                    ($0.integer(0), $0.integer(1), $0.integer(2), $0.integer(3))
                }
            )
        }
        #expect(Set(orders.map(\.0)).count == 40)
        for bucket in Dictionary(grouping: orders, by: { $0.0 & 4095 }).values {
            // Within a bucket the order of identifiers is the order of registering, which the names tell.
            #expect(bucket.map(\.1) == bucket.map(\.1).sorted())
        }
        var versions: [Int64: Int64] = [:]
        for event in events {
            #expect(event.3 >= versions[event.2, default: 0], "an order's events come in the order of its versions")
            versions[event.2] = event.3
        }
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a start with a clock that was set back goes on after the newest identifier`() async throws {
        let database = try TestDatabase()
        let clock = StillClock()
        let first = try await Services.open(
            database.directory.path, server: database.url, surroundings: .still(at: clock))
        try await first.accounts.setUp(
            .sample(createsUnknownCustomers: true), email: "owner@example.com", password: "a password for tests",
            starterStatuses: true)
        let before = try await first.orders.register(.sample("o-1", sum: 1), by: .test).stored.order
        first.close()
        clock.set(StillClock.usual.adding(seconds: -365 * 86_400))
        let second = try await Services.open(
            database.directory.path, server: database.url, surroundings: .still(at: clock))
        defer { second.close() }
        let after = try await second.orders.register(.sample("o-2", sum: 1), by: .test).stored.order
        #expect(after.id > before.id)
        #expect(try await second.verifier.verify().flatMap(\.findings) == [])
    }

    @Test(.enabled(if: TestDatabase.isEmbedded)) func `every table with identifiers is asked for its newest at start`()
        async throws
    {
        let services = try await Services.test()
        let tables = try services.engine.read { tx in
            try tx.rows(
                """
                SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
                WHERE m.type = 'table' AND c.name = 'id'
                """
            ) { $0.text(0) }
        }
        // Bodies that wait have numbers of their own.
        let others: Set = ["node", "project", "segment_keeper", "event_filer", "tracked_inbox"]
        #expect(Set(tables).subtracting(IdentifierStore.tables) == others)
    }

    @Test func `a session outlives a clock that is set back, and ends by one that goes on`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        func signIn() async throws -> String {
            let signIn = try await services.accounts.signIn(
                email: "owner@example.com", password: "a password for tests", from: .init(address: "10.0.0.1"))
            guard case .done(let secret) = signIn else { return "" }
            return secret
        }
        let secret = try await signIn()
        clock.set(StillClock.usual.adding(seconds: -86_400))
        #expect(try services.accounts.session(secret: secret) != nil)
        #expect(try services.accounts.session(secret: try await signIn()) != nil)
        clock.set(StillClock.usual.adding(seconds: 15 * 86_400))
        #expect(try services.accounts.session(secret: secret) == nil)
    }

    @Test func `who is let in again after a pause is not shut out by a clock that is set back`() {
        let limiter = RateLimiter(perSecond: 1, burst: 2)
        let now = StillClock.usual
        #expect(limiter.take("a", at: now) == nil)
        #expect(limiter.take("a", at: now) == nil)
        #expect(limiter.take("a", at: now) == 1)
        let back = now.adding(seconds: -7200)
        #expect(limiter.take("a", at: back) == 1)
        #expect(limiter.take("a", at: back.adding(seconds: 1)) == nil)
        // And it is no way to get more than the reserve.
        #expect(limiter.take("a", at: now.adding(seconds: 7200)) == nil)
        #expect(limiter.take("a", at: now.adding(seconds: 7200)) == nil)
        #expect(limiter.take("a", at: now.adding(seconds: 7200)) == 1)
    }

    @Test func `a key is checked again after a clock that is set back, and is still valid`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let made = try await services.keys.create(name: "shop", scopes: [.admin], expiresAt: nil)
        #expect(try services.keys.authenticate(made.text) != nil)
        clock.set(StillClock.usual.adding(seconds: -3600))
        #expect(try services.keys.authenticate(made.text) != nil)
        #expect(try await services.keys.revoke(code: made.key.code))
        #expect(try services.keys.authenticate(made.text) == nil)
    }
}
