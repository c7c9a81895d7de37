import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

/// Invitations, signing in with a code, and the own account, as a browser does it.
struct AccountPagesTests {
    private static let password = "a password of hers"

    @Test func `from an invitation to being signed in, and out everywhere`() async throws {
        let services = try await Services.test()
        try await withPages(services) { owner in
            let invited = try await owner.post(Links.inviteUser, ["email": "ana@example.com", "role": "operator"])
            #expect(invited.status == 200)
            let link = try #require(invited.text.firstMatch(of: /\/join\/[A-Za-z0-9]+/).map { String($0.output) })
            let browser = owner.with(cookie: nil)
            #expect(try await browser.get(link).text.contains("ana@example.com"))
            let short = try await browser.post(link, ["password": "short"])
            #expect(short.status == 422 && short.text.contains("at least 12"))
            let joined = try await browser.post(link, ["password": Self.password])
            let joinedCookie: String = try #require(joined.cookie)
            let ana = browser.with(cookie: joinedCookie)
            #expect(try await ana.get(Links.orders).status == 200)
            #expect(try await ana.get(Links.users).status == 403)
            #expect(try await browser.get(link).status == 410)
            let csrf = try await ana.token(Links.account)
            let out = try await ana.with(cookie: ana.cookie, csrf: csrf).post(Links.signOutEverywhere)
            #expect(out.header("Location") == Links.signIn())
            #expect(try await ana.get(Links.account).header("Location")?.hasPrefix("/sign-in") == true)
        }
    }

    @Test func `a second factor is set up, and asked for at the next sign-in`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.users.add(
            email: "ana@example.com", role: .analyst, password: Self.password, by: .system
        )
        try await withPages(services, as: nil) { browser in
            let form = ["email": "ana@example.com", "password": Self.password]
            let signedIn = try await browser.post(Links.signIn(), form)
            let signedInCookie: String = try #require(signedIn.cookie)
            let first = browser.with(cookie: signedInCookie)
            let ana = first.with(cookie: first.cookie, csrf: try await first.token(Links.account))
            let page = try await ana.get(Links.secondFactor).text
            let secret = try #require(page.firstMatch(of: /secret=([A-Z2-7]+)/).map { String($0.output.1) })
            #expect(try await ana.post(Links.secondFactor, ["code": "000000"]).status == 422)
            let on = try await ana.post(Links.secondFactor, ["code": OneTimeCodes.code(secret, at: clock.now)])
            #expect(on.status == 200)
            #expect(on.text.matches(of: /[a-z0-9]{5}-[a-z0-9]{5}\n/).count == 10)

            clock.advance(seconds: 60)
            let asked = try await browser.post(Links.signIn(), form)
            #expect(asked.header("Location") == Links.signInCode())
            let step = try #require(asked.cookie)
            #expect(step.contains("reorder-step="))
            // The step's cookie opens nothing by itself.
            #expect(try await browser.with(cookie: step).get(Links.orders).status == 303)
            let waiting = browser.with(cookie: step)
            #expect(try await waiting.get(Links.signInCode()).text.contains("Enter the code"))
            #expect(try await waiting.post(Links.signInCode(), ["code": "123"]).status == 401)
            let code = OneTimeCodes.code(secret, at: clock.now)
            let done = try await waiting.post(Links.signInCode(), ["code": code])
            let doneCookie: String = try #require(done.cookie)
            let again = browser.with(cookie: doneCookie)
            #expect(try await again.get(Links.orders).status == 200)
            #expect(try await browser.get(Links.signInCode()).header("Location") == Links.signIn())
        }
    }

    @Test func `a project that requires a second factor leads everybody to it first`() async throws {
        let services = try await Services.test()
        var patch = ProjectPatch()
        patch.requiresSecondFactor = true
        try await services.project.update(patch)
        try await withPages(services) { pages in
            for path in [Links.orders, Links.settings, Links.account] {
                let answer = try await pages.get(path)
                #expect(answer.header("Location") == Links.secondFactor, "\(path)")
            }
            #expect(try await pages.post(Links.inviteUser).header("Location") == Links.secondFactor)
            #expect(try await pages.get(Links.secondFactor).status == 200)
            #expect(try await pages.post(Links.signOut).header("Location") == Links.signIn())
        }
    }

    @Test func `what is wrong with a form of the account comes back beside it, without passwords`() async throws {
        try await withPages(try await Services.test()) { pages in
            let answer = try await pages.post(
                Links.accountPassword, ["current_password": "not-this-secret", "new_password": "not-this-either"]
            )
            #expect(answer.status == 422)
            #expect(answer.text.contains("This is not your password."))
            #expect(!answer.text.contains("not-this"))
            #expect(try await pages.post(Links.accountEmail, ["email": "nothing"]).status == 422)
        }
    }

    @Test func `one browser is signed out from another`() async throws {
        let services = try await Services.test()
        _ = try await services.users.add(email: "ana@example.com", role: .analyst, password: Self.password, by: .system)
        try await withPages(services, as: nil) { browser in
            let form = ["email": "ana@example.com", "password": Self.password]
            let agent = ["User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"]
            let phone = ["User-Agent": "Mozilla/5.0 (iPhone) Safari/605"]
            let first = try #require(try await browser.post(Links.signIn(), form, headers: agent).cookie)
            let second = try #require(try await browser.post(Links.signIn(), form, headers: phone).cookie)
            let page = try await browser.with(cookie: first).get(Links.account).text
            #expect(page.contains("Firefox on Linux") && page.contains("Safari on iPhone"))
            let name = try #require(
                page.firstMatch(of: /name="session" value="([0-9a-f]+)"/).map { String($0.output.1) })
            let csrf = try await browser.with(cookie: first).token(Links.account)
            _ = try await browser.with(cookie: first, csrf: csrf).post(Links.endSession, ["session": name])
            #expect(try await browser.with(cookie: second).get(Links.account).status == 303)
            #expect(try await browser.with(cookie: first).get(Links.account).status == 200)
        }
    }
}

extension APIClient.Answer {
    /// The cookies that the answer sets, as a browser sends them back.
    fileprivate var cookie: String? {
        let cookies = headers[values: .setCookie].compactMap { $0.split(separator: ";").first.map(String.init) }
        return cookies.isEmpty ? nil : cookies.joined(separator: "; ")
    }
}

extension PageClient {
    /// The token that the forms of a page carry.
    fileprivate func token(_ path: String) async throws -> String {
        let text = try await get(path).text
        return try #require(text.firstMatch(of: /name="csrf" content="([^"]+)"/).map { String($0.output.1) })
    }
}
