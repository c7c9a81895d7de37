import Domain
import Platform
import TestSupport
import Testing

/// Signing in, with a password and with a second factor.
struct SignInTests {
    private static let email = "owner@example.com"
    private static let password = "a password for tests"
    private static let place = AccountService.Place(address: "192.0.2.1", agent: "Firefox/140.0 (X11; Linux x86_64)")

    @Test func `a right password opens a session with a secret of its own`() async throws {
        let services = try await Services.test()
        let first = try await services.signIn()
        let second = try await services.signIn()
        #expect(first != second)
        #expect(try services.accounts.session(secret: first)?.email == Self.email)
        #expect(try services.accounts.session(secret: first + "x") == nil)
    }

    @Test func `the session that the browser had ends with the new one`() async throws {
        let services = try await Services.test()
        let first = try await services.signIn()
        let old = try services.accounts.session(secret: first)
        let second = try await services.signIn(replacing: old)
        #expect(try services.accounts.session(secret: first) == nil)
        #expect(try services.accounts.session(secret: second) != nil)
    }

    @Test func `a session ends when it is idle, and in any case after two weeks`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let idle = try await services.signIn()
        clock.advance(seconds: Session.longestIdle)
        #expect(try services.accounts.session(secret: idle) == nil)
        let used = try await services.signIn()
        for _ in 0..<13 {
            clock.advance(seconds: 86_400)
            let session = try #require(try services.accounts.session(secret: used))
            try await services.accounts.noteUse(of: session, from: Self.place)
        }
        clock.advance(seconds: 86_400)
        #expect(try services.accounts.session(secret: used) == nil)
    }

    @Test(arguments: ["owner@example.com", "nobody@example.com", ""])
    func `a wrong password, and an unknown email, are refused alike and slowed down`(email: String) async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        for _ in 0..<6 {
            await #expect(throws: AccountError.wrongEmailOrPassword) {
                try await services.accounts.signIn(email: email, password: "wrong", from: Self.place)
            }
        }
        await #expect(throws: AccountError.tooManyTries(retryAfter: 10)) {
            try await services.accounts.signIn(email: email, password: Self.password, from: Self.place)
        }
        // Another email from the same address waits too; from elsewhere it does not.
        await #expect(throws: AccountError.tooManyTries(retryAfter: 10)) {
            try await services.accounts.signIn(email: "x@example.com", password: "wrong", from: Self.place)
        }
        await #expect(throws: AccountError.wrongEmailOrPassword) {
            try await services.accounts.signIn(
                email: "x@example.com", password: "wrong", from: AccountService.Place(address: "192.0.2.2")
            )
        }
    }

    @Test func `a code is asked for, and serves once`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let secret = try await services.enrol(clock).secret
        clock.advance(seconds: 60)
        let code = OneTimeCodes.code(secret, at: clock.now)
        let step = try await services.step()
        #expect(try services.accounts.session(secret: step) == nil)
        let opened = try await services.accounts.signIn(step: step, code: code, from: Self.place)
        #expect(try services.accounts.session(secret: opened)?.hasSecondFactor == true)
        // The step has ended, and the code was used.
        await #expect(throws: AccountError.stepEnded) {
            try await services.accounts.signIn(step: step, code: code, from: Self.place)
        }
        let again = try await services.step()
        await #expect(throws: AccountError.wrongCode) {
            try await services.accounts.signIn(step: again, code: code, from: Self.place)
        }
    }

    @Test func `a code of an earlier step is refused once a later one was taken`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let secret = try await services.enrol(clock).secret
        clock.advance(seconds: 60)
        let earlier = OneTimeCodes.code(secret, at: clock.now.adding(seconds: -30))
        let now = OneTimeCodes.code(secret, at: clock.now)
        _ = try await services.accounts.signIn(step: try await services.step(), code: now, from: Self.place)
        await #expect(throws: AccountError.wrongCode) {
            try await services.accounts.signIn(step: try await services.step(), code: earlier, from: Self.place)
        }
    }

    @Test func `a recovery code serves once, however it is typed`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let codes = try await services.enrol(clock).codes
        #expect(codes.count == 10 && Set(codes).count == 10)
        let typed = codes[3].uppercased().replacing("-", with: " ")
        _ = try await services.accounts.signIn(step: try await services.step(), code: typed, from: Self.place)
        await #expect(throws: AccountError.wrongCode) {
            try await services.accounts.signIn(step: try await services.step(), code: codes[3], from: Self.place)
        }
    }

    @Test func `codes are slowed down, and the step ends after five minutes`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let secret = try await services.enrol(clock).secret
        let step = try await services.step()
        // One try was spent on turning it on.
        for _ in 0..<4 {
            await #expect(throws: AccountError.wrongCode) {
                try await services.accounts.signIn(step: step, code: "000000", from: Self.place)
            }
        }
        await #expect(throws: AccountError.tooManyTries(retryAfter: 30)) {
            try await services.accounts.signIn(step: step, code: "000000", from: Self.place)
        }
        clock.advance(seconds: 301)
        let code = OneTimeCodes.code(secret, at: clock.now)
        await #expect(throws: AccountError.stepEnded) {
            try await services.accounts.signIn(step: step, code: code, from: Self.place)
        }
    }

    @Test func `turning the second factor on signs the other browsers out`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let other = try await services.signIn()
        _ = try await services.enrol(clock)
        #expect(try services.accounts.session(secret: other) == nil)
    }

    @Test func `a wrong code turns nothing on`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let session = try #require(try services.accounts.session(secret: try await services.signIn()))
        let actor = Actor.user(Self.email, address: nil)
        let secret = try await services.ownAccount.beginSecondFactor(session)
        #expect(try await services.ownAccount.beginSecondFactor(session) == secret)
        await #expect(throws: Faults.self) {
            try await services.ownAccount.confirmSecondFactor(session, code: "000000", by: actor)
        }
        #expect(try services.users.user(email: Self.email).hasSecondFactor == false)
    }

    @Test func `a new password signs the other browsers out, and needs the old one`() async throws {
        let services = try await Services.test()
        let (mine, other) = (try await services.signIn(), try await services.signIn())
        let session = try #require(try services.accounts.session(secret: mine))
        let actor = Actor.user(Self.email, address: nil)
        await #expect(throws: Faults.self) {
            try await services.ownAccount.changePassword(session, current: "wrong", new: "a new password", by: actor)
        }
        await #expect(throws: Faults.self) {
            try await services.ownAccount.changePassword(session, current: Self.password, new: "short", by: actor)
        }
        try await services.ownAccount.changePassword(
            session, current: Self.password, new: "a new password", by: actor
        )
        #expect(try services.accounts.session(secret: mine) != nil)
        #expect(try services.accounts.session(secret: other) == nil)
        await #expect(throws: AccountError.wrongEmailOrPassword) {
            try await services.accounts.signIn(email: Self.email, password: Self.password, from: Self.place)
        }
    }

    @Test func `signing out everywhere ends every session`() async throws {
        let services = try await Services.test()
        let secrets = [try await services.signIn(), try await services.signIn()]
        let session = try #require(try services.accounts.session(secret: secrets[0]))
        try await services.ownAccount.signOutEverywhere(session, by: .user(Self.email, address: nil))
        for secret in secrets { #expect(try services.accounts.session(secret: secret) == nil) }
    }
}

extension Services {
    fileprivate func signIn(replacing old: Session? = nil) async throws -> String {
        let outcome = try await accounts.signIn(
            email: " Owner@Example.com", password: "a password for tests",
            from: AccountService.Place(address: "192.0.2.9"), replacing: old
        )
        guard case .done(let secret) = outcome else {
            Issue.record("A code was asked for.")
            return ""
        }
        return secret
    }

    /// The secret of a sign-in that waits for its code; each from an address of its own.
    fileprivate func step() async throws -> String {
        let place = AccountService.Place(address: surroundings.token(length: 8))
        let outcome = try await accounts.signIn(
            email: "owner@example.com", password: "a password for tests", from: place
        )
        guard case .codeNeeded(let step) = outcome else {
            Issue.record("No code was asked for.")
            return ""
        }
        return step
    }

    /// Turns the owner's second factor on.
    fileprivate func enrol(_ clock: StillClock) async throws -> (secret: String, codes: [String]) {
        let session = try #require(try accounts.session(secret: try await signIn()))
        let secret = try await ownAccount.beginSecondFactor(session)
        let codes = try await ownAccount.confirmSecondFactor(
            session, code: OneTimeCodes.code(secret, at: clock.now), by: .user("owner@example.com", address: nil)
        )
        return (secret, codes)
    }
}
