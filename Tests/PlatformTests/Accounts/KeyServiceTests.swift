import Domain
import Platform
import TestSupport
import Testing

struct KeyServiceTests {
    @Test func `a key is known by its whole text only`() async throws {
        let services = try await Services.test()
        let made = try await services.keys.create(name: "till", scopes: [.ordersRead])
        #expect(made.text.hasPrefix("rk_"))
        #expect(try services.keys.authenticate(made.text)?.scopes == [.ordersRead])
        for wrong in [
            "", "rk", "rk_", "rk__", "rk_\(made.key.code)", "rk_\(made.key.code)_", "rk_\(made.key.code)_x",
            "rw_\(made.key.code)_\(made.secret)", made.text + "x",
        ] {
            #expect(try services.keys.authenticate(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `a key ends at its time, or when it is revoked`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let short = try await services.keys.create(
            name: "short", scopes: [.admin], expiresAt: clock.now.adding(seconds: 60))
        let long = try await services.keys.create(name: "long", scopes: [.admin])
        #expect(try services.keys.authenticate(short.text) != nil)
        clock.advance(seconds: 60)
        #expect(try services.keys.authenticate(short.text) == nil)
        #expect(try services.keys.authenticate(long.text) != nil)
        #expect(try await services.keys.revoke(code: long.key.code))
        #expect(try services.keys.authenticate(long.text) == nil)
        #expect(try await services.keys.revoke(code: long.key.code) == false)
    }

    @Test func `a key's last use is written down once a minute`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let made = try await services.keys.create(name: "till", scopes: [.admin])
        for _ in 0..<3 {
            clock.advance(seconds: 25)
            try await services.keys.noteUse(of: made.key)
        }
        #expect(try services.keys.keys().first?.lastUsedAt == clock.now.adding(seconds: -50))
        clock.advance(seconds: 25)
        try await services.keys.noteUse(of: made.key)
        #expect(try services.keys.keys().first?.lastUsedAt == clock.now)
    }

    @Test(
        arguments: [
            ("orders:read", [.ordersRead]), ("orders:read,orders:write", [.ordersRead, .ordersWrite]),
            (" admin ", [.admin]),
        ] as [(String, Set<Scope>)])
    func `scopes are read from text`(text: String, scopes: Set<Scope>) throws {
        #expect(try Scope.parse(text) == scopes)
    }

    @Test(arguments: ["", " , ", "orders", "orders:read,everything"])
    func `what is not a scope is refused`(text: String) {
        #expect(throws: Faults.self) { try Scope.parse(text) }
    }
}
