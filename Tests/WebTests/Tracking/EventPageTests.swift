import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct EventPageTests {
    private func services() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        try await services.tell([
            TrackedBodies.event("i", type: "identify", at: -90_000, #""customer":{"external_id":"ana"}"#),
            TrackedBodies.event(
                "w", type: "view", at: -60, #""product":"sku-42","context":{"color":"<green>"},"title":"Lamp""#),
            TrackedBodies.event("bad", type: "dance"),
        ])
        return services
    }

    @Test func `the profile shows what the customer did, day by day`() async throws {
        try await withPages(try await services()) { pages in
            let page = try await pages.get("/customers/by-id/ana?tab=events").text
            #expect(page.contains("Sunday, 1 March 2026") && page.contains("Saturday, 28 February 2026"))
            #expect(page.contains("Product viewed") && page.contains("sku-42") && page.contains("Online store"))
            #expect(page.contains("&lt;green&gt;") && !page.contains("<green>"))
            #expect(page.contains("Logged in"))
        }
    }

    @Test func `who sees personal data masked sees no context`() async throws {
        try await withPages(try await services(), as: .analyst) { pages in
            let page = try await pages.get("/customers/by-id/ana?tab=events").text
            #expect(page.contains("Product viewed") && !page.contains("green"))
        }
    }

    @Test func `an order that only a site told of is shown as unverified`() async throws {
        let services = try await services()
        var patch = EventSourcePatch()
        patch.takesOrders = true
        _ = try await services.tracking.update(EventSource.systemCode, patch)
        try await services.tell([TrackedBodies.event("o", type: "order", #""order":{"external_id":"o-1"}"#)])
        try await withPages(services) { pages in
            #expect(try await pages.get("/orders/by-id/o-1").text.contains("Unverified"))
            _ = try await services.orders.register(.sample("o-1", customer: "ana", sum: 3), by: .test)
            #expect(try await !pages.get("/orders/by-id/o-1").text.contains("Unverified"))
        }
    }

    @Test func `the activity shows what the customer did among what changed, page by page`() async throws {
        let services = try await services()
        _ = try await services.orders.register(.sample("o-1", customer: "ana", sum: 3), by: .test)
        try await withPages(services) { pages in
            let page = try await pages.get("/customers/by-id/ana?tab=activity").text
            let places = try ["o-1", "Product viewed", "Logged in"].map { try #require(page.range(of: $0)).lowerBound }
            #expect(places == places.sorted())
            #expect(page.contains("sku-42") && page.contains("Online store"))
            try await services.tell((0..<250).map { TrackedBodies.event("m-\($0)", at: Int64(-$0 - 120)) })
            let first = try await pages.get("/customers/by-id/ana?tab=activity").text
            let link = try #require(first.firstMatch(of: /href="([^"]*after=[^"]*)"/)?.output.1)
            let second = try await pages.get(String(link).replacing("&amp;", with: "&")).text
            #expect(second.contains("Logged in") && !first.contains("Logged in"))
            let viewed = [first, second].map { $0.ranges(of: "Page viewed").count }
            #expect(viewed.reduce(0, +) == 250)
        }
    }

    @Test func `older events are a page further`() async throws {
        let services = try await services()
        try await services.tell((0..<60).map { TrackedBodies.event("m-\($0)", at: Int64(-$0)) })
        try await withPages(services) { pages in
            let first = try await pages.get("/customers/by-id/ana?tab=events").text
            let link = try #require(first.firstMatch(of: /href="([^"]*after=[^"]*)"/)?.output.1)
            let second = try await pages.get(String(link).replacing("&amp;", with: "&")).text
            #expect(second.contains("Logged in") && !first.contains("Logged in"))
        }
    }

    @Test func `a source is added, shown with its line, switched off, given keys, and deleted`() async throws {
        let services = try await services()
        try await withPages(services) { pages in
            let list = try await pages.get("/settings/event-sources").text
            #expect(list.contains("Online store") && list.contains("online_store"))
            let wrong = try await pages.post("/settings/event-sources/new", ["name": "App", "domains": "no host!"])
            #expect(wrong.status == 422 && wrong.text.contains("is no host"))
            let made = try await pages.post(
                "/settings/event-sources/new", ["name": "Phone app", "domains": "app.example", "takes_orders": "1"])
            let link = try #require(made.header("Location"))
            #expect(link == "/settings/event-sources/by-code/phone_app")
            let shown = try await pages.get(link).text
            let key = try #require(services.tracking.book.source(code: "phone_app")?.keys.first).text
            #expect(shown.contains("tracker.js") && shown.contains(key))
            _ = try await pages.post(link + "/switch", ["on": "0"])
            #expect(services.tracking.book.source(code: "phone_app")?.isOn == false)
            #expect(try await pages.get(link).text.contains("This source is off"))
            _ = try await pages.post(link + "/keys", [:])
            _ = try await pages.post(link + "/keys/revoke", ["key": key])
            #expect(services.tracking.book.source(key: key) == nil)
            #expect(services.tracking.book.source(code: "phone_app")?.keys.count == 1)
            _ = try await pages.post(link + "/edit", ["name": "The app"])
            #expect(services.tracking.book.source(code: "phone_app")?.takesOrders == false)
            #expect(try await pages.get(link + "/delete").status == 200)
            _ = try await pages.post(link + "/delete", [:])
            #expect(services.tracking.book.source(code: "phone_app") == nil)
        }
        let actions = try await services.audit.page(AuditQuery(), limit: 50).map(\.entry.action)
        for action in [
            AuditAction.eventSourceAdded, .eventSourceChanged, .eventSourceKeyMade, .eventSourceKeyRevoked,
            .eventSourceDeleted,
        ] {
            #expect(actions.contains(action))
        }
    }

    @Test func `a source's page shows what was refused and why`() async throws {
        try await withPages(try await services()) { pages in
            let page = try await pages.get("/settings/event-sources/by-code/online_store").text
            #expect(page.contains("There is no event of the type “dance”"))
            #expect(page.contains("unknown_type"))
        }
    }

    @Test func `names are added, renamed and deleted`() async throws {
        let services = try await services()
        try await withPages(services) { pages in
            #expect(try await pages.get("/settings/event-names").text.contains("Site visited"))
            _ = try await pages.post("/settings/event-names/new", ["name": "Courier missed", "kind": "customer"])
            #expect(services.tracking.book.name("courier_missed")?.kind == .customer)
            let link = "/settings/event-names/by-code/courier_missed"
            #expect(try await pages.get(link).status == 200)
            _ = try await pages.post(link, ["name": "Nobody at home", "kind": "customer"])
            #expect(services.tracking.book.name("courier_missed")?.name == "Nobody at home")
            #expect(try await pages.get(link + "/delete").status == 200)
            _ = try await pages.post(link + "/delete", [:])
            #expect(services.tracking.book.name("courier_missed") == nil)
        }
    }

    @Test func `the project's page says how long events are kept`() async throws {
        let services = try await services()
        try await withPages(services) { pages in
            #expect(try await pages.get("/settings/project").text.contains(#"value="730""#))
            let form = ["name": "Shop", "currency": "EUR", "time_zone": "UTC", "event_days": "90"]
            _ = try await pages.post("/settings/project", form)
            #expect(services.project.project?.eventDays == 90)
            let wrong = try await pages.post(
                "/settings/project", form.merging(["event_days": "soon"]) { $1 })
            #expect(wrong.status == 422)
        }
    }
}
