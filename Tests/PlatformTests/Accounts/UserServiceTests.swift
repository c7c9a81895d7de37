import Domain
import Platform
import TestSupport
import Testing

struct UserServiceTests {
    private static let password = "a password of hers"

    @Test func `an invitation sets a password, once, and lets in with its role`() async throws {
        let services = try await Services.test()
        let link = try await services.users.invite(email: " Ana@Example.com ", role: .analyst, by: .system)
        #expect(link.user.email == "ana@example.com")
        #expect(link.user.state == .invited)
        await #expect(throws: AccountError.wrongEmailOrPassword) {
            try await services.accounts.signIn(email: "ana@example.com", password: "", from: .test)
        }
        await #expect(throws: Faults.self) {
            try await services.users.setPassword("short", link: link.secret, address: "192.0.2.1")
        }
        _ = try await services.users.setPassword(Self.password, link: link.secret, address: "192.0.2.1")
        await #expect(throws: AccountError.linkEnded) {
            try await services.users.setPassword(Self.password, link: link.secret, address: "192.0.2.1")
        }
        let outcome = try await services.accounts.signIn(
            email: "ana@example.com", password: Self.password, from: .test
        )
        guard case .done(let secret) = outcome else { throw AccountError.wrongCode }
        #expect(try services.accounts.session(secret: secret)?.role == .analyst)
    }

    @Test func `a link ends in time, and a newer one takes its place`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let first = try await services.users.invite(email: "ana@example.com", role: .operator, by: .system)
        let second = try await services.users.resetLink(of: first.user.id, by: .system)
        #expect(throws: AccountError.linkEnded) { try services.users.user(link: first.secret) }
        #expect(try services.users.user(link: second.secret).kind == .invitation)
        clock.advance(seconds: 7 * 86_400)
        #expect(throws: AccountError.linkEnded) { try services.users.user(link: second.secret) }
    }

    @Test func `an email is one user's`() async throws {
        let services = try await Services.test()
        for email in ["OWNER@example.com", "no email", ""] {
            await #expect(throws: Faults.self) {
                try await services.users.invite(email: email, role: .analyst, by: .system)
            }
        }
    }

    @Test func `the last owner stays, whatever is tried`() async throws {
        let services = try await Services.test()
        let owner = try services.users.user(email: "owner@example.com").id
        // An invited owner cannot sign in yet, and so is none.
        _ = try await services.users.invite(email: "two@example.com", role: .owner, by: .system)
        await #expect(throws: AccountError.lastOwner) {
            try await services.users.changeRole(of: owner, to: .administrator, by: .system)
        }
        await #expect(throws: AccountError.lastOwner) {
            try await services.users.setActive(false, owner, by: .system)
        }
        await #expect(throws: AccountError.lastOwner) { try await services.users.remove(owner, by: .system) }
        let user = try services.users.user(owner)
        #expect(user.role == .owner && user.state == .active)
        let other = try await services.users.add(
            email: "three@example.com", role: .owner, password: Self.password, by: .system
        )
        try await services.users.remove(owner, by: .system)
        #expect(throws: AccountError.unknownUser(String(owner.rawValue))) { try services.users.user(owner) }
        #expect(try services.users.user(other.id).role == .owner)
    }

    @Test func `an administrator touches no owner, and makes none`() async throws {
        let services = try await Services.test()
        let owner = try services.users.user(email: "owner@example.com").id
        let ana = try await services.users.add(
            email: "ana@example.com", role: .analyst, password: Self.password, by: .system
        )
        let manager = User.Role.administrator
        await #expect(throws: AccountError.ownersOnly) {
            try await services.users.invite(email: "x@example.com", role: .owner, as: manager, by: .system)
        }
        await #expect(throws: AccountError.ownersOnly) {
            try await services.users.changeRole(of: ana.id, to: .owner, as: manager, by: .system)
        }
        for attempt in [
            { try await services.users.changeRole(of: owner, to: .analyst, as: manager, by: .system) },
            { try await services.users.setActive(false, owner, as: manager, by: .system) },
            { try await services.users.remove(owner, as: manager, by: .system) },
            { try await services.users.resetSecondFactor(of: owner, as: manager, by: .system) },
            { _ = try await services.users.resetLink(of: owner, as: manager, by: .system) },
        ] as [@Sendable () async throws -> Void] {
            do {
                try await attempt()
                Issue.record("It was let happen.")
            } catch {
                #expect(error as? AccountError == .ownersOnly)
            }
        }
        try await services.users.changeRole(of: ana.id, to: .operator, as: manager, by: .system)
        #expect(try services.users.user(ana.id).role == .operator)
    }

    @Test func `a deactivated user is signed out, and stays out until activated again`() async throws {
        let services = try await Services.test()
        let ana = try await services.users.add(
            email: "ana@example.com", role: .analyst, password: Self.password, by: .system
        )
        let outcome = try await services.accounts.signIn(
            email: "ana@example.com", password: Self.password, from: .test
        )
        guard case .done(let secret) = outcome else { throw AccountError.wrongCode }
        try await services.users.setActive(false, ana.id, by: .system)
        #expect(try services.accounts.session(secret: secret) == nil)
        await #expect(throws: AccountError.wrongEmailOrPassword) {
            try await services.accounts.signIn(email: "ana@example.com", password: Self.password, from: .test)
        }
        await #expect(throws: AccountError.ownAccount) {
            try await services.users.setActive(false, ana.id, own: ana.id, by: .system)
        }
        try await services.users.setActive(true, ana.id, by: .system)
        _ = try await services.accounts.signIn(email: "ana@example.com", password: Self.password, from: .test)
    }
}

extension AccountService.Place {
    fileprivate static let test = AccountService.Place(address: "192.0.2.7")
}
