import Domain
import Platform
import TestSupport
import Testing
import Web

/// Settings: users, API keys, project, audit log.
struct PeoplePagesTests {
    @Test func `a user is changed, deactivated and removed, and each stands in the audit log`() async throws {
        let services = try await Services.test()
        let ana = try await services.users.add(
            email: "ana@example.com", role: .analyst, password: "a password of hers", by: .system
        )
        try await withPages(services) { pages in
            #expect(try await pages.get(Links.users).text.contains("ana@example.com"))
            _ = try await pages.post(Links.userRole(ana.id), ["role": "designer"])
            #expect(try await pages.get(Links.user(ana.id)).text.contains("Templates."))
            _ = try await pages.post(Links.userActive(ana.id), ["active": "0"])
            let link = try await pages.post(Links.userLink(ana.id))
            #expect(link.text.contains("/join/"))
            #expect(try await pages.get(Links.removeUser(ana.id)).text.contains("Remove ana@example.com?"))
            _ = try await pages.post(Links.removeUser(ana.id))
            #expect(try await pages.get(Links.user(ana.id)).status == 404)
            let log = try await pages.get(Links.audit([("kind", "user"), ("object", String(ana.id.rawValue))])).text
            for text in ["Role changed", "Analyst", "Designer", "User deactivated", "User removed", "reset link made"] {
                #expect(log.contains(text), "\(text)")
            }
            #expect(!log.contains("kind=project"))
        }
    }

    @Test func `an administrator does not see a way to change owners, and has none`() async throws {
        let services = try await Services.test()
        let owner = try services.users.user(email: "owner@example.com").id
        try await withPages(services, as: .administrator) { pages in
            let page = try await pages.get(Links.user(owner)).text
            #expect(!page.contains(Links.removeUser(owner)) && !page.contains(Links.userRole(owner)))
            #expect(try await pages.post(Links.removeUser(owner)).status == 403)
            #expect(try await pages.post(Links.inviteUser, ["email": "x@example.com", "role": "owner"]).status == 403)
            let form = try await pages.get(Links.inviteUser).text
            #expect(!form.contains("value=\"owner\""))
        }
    }

    @Test func `a key is shown once, limited, rotated and revoked`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        try await withPages(services) { pages in
            let form = ["name": "Till 4", "scopes": "orders:read", "requests_per_second": "1"]
            let made = try await pages.post(Links.newKey, form)
            let first = try #require(made.text.firstMatch(of: /rk_[A-Za-z0-9]+_[A-Za-z0-9]+/).map { String($0.output) })
            let code = String(first.split(separator: "_")[1])
            let list = try await pages.get(Links.keys).text
            #expect(list.contains("Till 4") && list.contains(code) && !list.contains(first))
            let api = pages.api(key: first)
            let answer = try await api.get("/api/orders")
            #expect(answer.status == 200)
            #expect(answer.header("RateLimit") == #""key";r=9;t=1"#)
            #expect(answer.header("RateLimit-Policy") == #""key";q=10;w=10"#)
            for _ in 0..<9 { _ = try await api.get("/api/orders") }
            let refused = try await api.get("/api/orders")
            #expect(refused.status == 429)
            #expect(refused.header("Retry-After") == "1" && refused.header("RateLimit")?.contains("r=0") == true)
            clock.advance(seconds: 60)

            let rotated = try await pages.post(Links.rotateKey(code), ["overlap": "hour"])
            let second = try #require(
                rotated.text.firstMatch(of: /rk_[A-Za-z0-9]+_[A-Za-z0-9]+/).map { String($0.output) }
            )
            #expect(second != first)
            let (old, new) = (try await api.get("/api/orders"), try await pages.api(key: second).get("/api/orders"))
            #expect(old.status == 200 && new.status == 200)
            clock.advance(seconds: 3600)
            #expect(try await api.get("/api/orders").status == 401)
            let newCode = String(second.split(separator: "_")[1])
            _ = try await pages.post(Links.revokeKey(newCode))
            #expect(try await pages.api(key: second).get("/api/orders").status == 401)
            let log = try await pages.get(Links.audit([("kind", "key")])).text
            for text in ["API key created", "API key rotated", "API key revoked", "Till 4"] {
                #expect(log.contains(text), "\(text)")
            }
            let secrets = [first, second].map { String($0.split(separator: "_")[2]) }
            for secret in secrets { #expect(!log.contains(secret)) }
        }
    }

    @Test(arguments: [
        (["name": "", "scopes": "admin"], "Give the key a name."), (["name": "x"], "Choose at least one."),
        (["name": "x", "scopes": "admin", "requests_per_second": "many"], "This must be a whole number"),
        (["name": "x", "scopes": "admin", "requests_per_second": "0"], "from 1 to"),
    ])
    func `what is wrong with a key is said beside it`(form: [String: String], text: String) async throws {
        try await withPages(try await Services.test()) { pages in
            let answer = try await pages.post(Links.newKey, form)
            #expect(answer.status == 422)
            #expect(answer.text.contains(text))
        }
    }

    @Test func `the project is changed on its page`() async throws {
        let services = try await Services.test()
        try await withPages(services) { pages in
            let form = ["name": "Larkspur", "currency": "PLN", "time_zone": "Europe/Warsaw"]
            #expect(try await pages.post(Links.projectSettings, form).status == 303)
            let page = try await pages.get(Links.projectSettings).text
            #expect(page.contains("Larkspur") && page.contains("Europe/Warsaw"))
            let wrong = try await pages.post(Links.projectSettings, form.merging(["time_zone": "Moon"]) { $1 })
            #expect(wrong.status == 422 && wrong.text.contains("time zone’s name") || wrong.text.contains("time zone"))
        }
        #expect(services.project.project?.currency == "PLN")
    }

    @Test func `the rules of orders are saved together, with one entry`() async throws {
        let services = try await Services.test()
        try await withPages(services) { pages in
            _ = try await pages.post(
                Links.orderRules,
                ["included_orders": "all", "create_unknown_customers": "1", "create_unknown_statuses": "1"]
            )
        }
        let project = try #require(services.project.project)
        #expect(project.inclusionRule == .all && project.createsUnknownCustomers && project.createsUnknownStatuses)
        var query = AuditQuery()
        query.action = .projectChanged
        let entries = try await services.audit.page(query, limit: 10)
        #expect(entries.count == 1)
        #expect(entries.first?.entry.after.count == 3)
    }

    @Test func `metrics answer this machine and keys with the scope, and all where it is set`() async throws {
        let services = try await Services.test()
        let key = try await services.keys.create(name: "scraper", scopes: [.metricsRead]).text
        let other = try await services.keys.create(name: "till", scopes: [.ordersRead]).text
        try await withAPI(services, scopes: nil) { api in
            let answers = [
                try await api.get("/metrics"), try await api.with(key: other).get("/metrics"),
                try await api.with(key: key).get("/metrics"),
            ]
            #expect(answers.map(\.status) == [401, 403, 200])
        }
        var settings = WebSettings()
        settings.metricsAreOpen = true
        try await withAPI(services, settings: settings, scopes: nil) { api in
            let answer = try await api.get("/metrics")
            #expect(answer.status == 200)
        }
    }
}
