import Domain
import Foundation
import HTTPTypes
import Platform
import TestSupport
import Testing

@testable import Web

/// What somebody can do who has read a write key in a shop's page, and cannot.
struct DoorAttackTests {
    private static let customer = """
        {"external_id":"724","email":"ana@example.com","first_name":"Ana","consents":{"email":"unsubscribed"}}
        """

    /// A shop with a customer who has an order; the client has no API key.
    private static func attacked(
        _ configure: @escaping (inout EventSourcePatch) -> Void = { _ in },
        _ body: @escaping @Sendable (DoorFixture, APIClient) async throws -> Void
    ) async throws {
        try await DoorFixture.with(configure) { shop in
            let owner = shop.api.with(key: try await shop.services.keys.create(name: "till", scopes: [.admin]).text)
            #expect(try await owner.post("/api/customers", envelope(customer)).status == 201)
            let order = #"{"external_id":"o-1","client_external_id":"724","items_sum":50,"payment":{"total":50}}"#
            #expect(try await owner.post("/api/orders", envelope(order)).status == 201)
            try await body(shop, owner)
        }
    }

    @Test func `a write key reads nothing, by whatever address and header`() async throws {
        try await Self.attacked { shop, _ in
            for header in ["Bearer \(shop.key)", shop.basic] {
                for path in [
                    "/api/customers", "/api/customers/724", "/api/customers/724/events", "/api/orders/o-1",
                    "/api/events",
                    "/api/event-sources", "/api/project", "/metrics",
                ] {
                    for method in ["GET", "POST"] {
                        let answer = try await shop.api.send(
                            .init(rawValue: method) ?? .get, path, method == "POST" ? "{}" : nil,
                            headers: ["Authorization": header])
                        #expect([401, 403, 405].contains(answer.status), "\(method) \(path): \(answer.status)")
                        #expect(!answer.text.contains("ana@"))
                    }
                }
            }
            for path in ["/v1/batch", "/v1/identify", "/tracker/events?key=\(shop.key)"] {
                let answer = try await shop.api.get(path, headers: ["Authorization": shop.basic])
                #expect(answer.status == 405)
            }
        }
    }

    @Test func `answers are the same for a customer who is there and one who is not`() async throws {
        try await Self.attacked { shop, _ in
            let messages = ["724", "nobody"].map {
                #"{"userId":"\#($0)","anonymousId":"a","traits":{"email":"x@evil.example"}}"#
            }
            var answers: [APIClient.Answer] = []
            for message in messages { answers.append(try await shop.send("identify", message)) }
            #expect(answers[0].status == answers[1].status)
            #expect(answers[0].text == answers[1].text)
            // What happened to take long says how long.
            let names = answers.map { answer in
                answer.headers.map(\.name.canonicalName).filter { $0 != "server-timing" }.sorted()
            }
            #expect(names[0] == names[1])
        }
    }

    @Test func `what is known of a customer is not replaced, only what is not known is added`() async throws {
        try await Self.attacked { shop, owner in
            let said = """
                {"external_id":"724","email":"x@evil.example","first_name":"Eve","last_name":"Silva","metadata":{"a":1},\
                "consents":{"email":"subscribed"}}
                """
            #expect(try await shop.track(shop.event("e1", #""type":"identify","customer":\#(said)"#)).status == 204)
            #expect(
                try await shop.send(
                    "identify",
                    #"{"userId":"724","traits":{"email":"x@evil.example","consents":{"email":"subscribed"}}}"#
                ).status == 200
            )
            try await shop.file()
            let known = try await owner.get("/api/customers/724").json()["data"]?["attributes"]
            #expect(known?["email"]?.text == "ana@example.com")
            #expect(known?["first_name"]?.text == "Ana")
            #expect(known?["last_name"]?.text == "Silva")
            #expect(known?["consents"]?["email"]?.text == "unsubscribed")
            #expect(try await shop.refusals() == [])
        }
    }

    @Test func `a source whose key only a server has replaces what is known`() async throws {
        try await Self.attacked {
            $0.updatesCustomers = true
        } _: { shop, owner in
            let message = #"{"userId":"724","traits":{"email":"ana@new.example"}}"#
            #expect(try await shop.send("identify", message).status == 200)
            try await shop.file()
            let known = try await owner.get("/api/customers/724").json()["data"]?["attributes"]
            #expect(known?["email"]?.text == "ana@new.example")
            #expect(known?["first_name"]?.text == "Ana")
        }
    }

    @Test func `orders are taken where the source allows it, and never against what the shop said`() async throws {
        let orders = """
            {"batch":[{"type":"track","userId":"724","event":"Order Completed","properties":{"order_id":"o-1","total":1}},
            {"type":"track","userId":"724","event":"Order Cancelled","properties":{"order_id":"o-1"}},
            {"type":"track","userId":"724","event":"Order Completed","properties":{"order_id":"o-2","total":9}}]}
            """
        for takesOrders in [false, true] {
            try await Self.attacked {
                $0.takesOrders = takesOrders
            } _: { shop, owner in
                #expect(try await shop.send("batch", orders).status == 200)
                #expect(
                    try await shop.names(of: "724") == ["order_completed", "order_cancelled", "order_completed"])
                let told = try await owner.get("/api/orders/o-1").json()["data"]?["attributes"]
                #expect(told?["payment"]?["total"]?.number == 50)
                #expect(told?["status_code"]?.text == nil)
                #expect(try await owner.get("/api/orders/o-2").status == (takesOrders ? 200 : 404))
                // The shop's own word holds from then on.
                guard takesOrders else { return }
                let own = #"{"external_id":"o-2","client_external_id":"724","payment":{"total":8}}"#
                #expect(try await owner.post("/api/orders", envelope(own)).status == 200)
                let again = #"{"userId":"724","event":"Order Completed","properties":{"order_id":"o-2","total":9}}"#
                #expect(try await shop.send("track", again).status == 200)
                try await shop.file()
                let after = try await owner.get("/api/orders/o-2").json()["data"]?["attributes"]
                #expect(after?["payment"]?["total"]?.number == 8)
            }
        }
    }

    @Test func `an operator's cookies count for nothing at the doors`() async throws {
        try await Self.attacked { shop, _ in
            let (_, secret) = try await shop.services.signedIn(as: .owner)
            let headers = [
                "Cookie": "reorder=\(secret)", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site",
            ]
            let refused = try await shop.track(shop.event("a", #""type":"page""#), headers: headers)
            #expect(refused.status == 403)
            let taken = try await shop.track(
                shop.event("a", #""type":"page""#), headers: headers.merging(["Origin": DoorFixture.page]) { $1 })
            #expect(taken.status == 204)
            let without = try await shop.api.post("/v1/batch", #"{"batch":[]}"#, headers: headers)
            #expect(without.status == 401)
            for answer in [refused, taken, without] { #expect(answer.header("Set-Cookie") == nil) }
        }
    }

    @Test func `another source's messages are not forestalled by their names`() async throws {
        try await DoorFixture.with { shop in
            var patch = EventSourcePatch()
            (patch.code, patch.name) = ("app", "App")
            let app = try await shop.services.tracking.create(patch)
            let message = #"{"messageId":"m-1","userId":"1","anonymousId":"v","event":"e"}"#
            #expect(try await shop.send("track", message).status == 200)
            let basic = "Basic " + Data("\(app.keys[0].text):".utf8).base64EncodedString()
            #expect(try await shop.send("identify", #"{"messageId":"m-0","userId":"1"}"#).status == 200)
            #expect(try await shop.send("track", message, headers: ["Authorization": basic]).status == 200)
            try await shop.file()
            #expect(try await shop.names(of: "1").filter { $0 == "e" }.count == 2)
        }
    }

    @Test func `ten thousand requests are slowed down, by page and by key, and cost little`() async throws {
        var settings = WebSettings()
        settings.requestsPerSecond = 100
        try await DoorFixture.with(settings: settings) { shop in
            let event = shop.event("a", #""type":"page""#)
            var answers: [Int: Int] = [:]
            for number in 0..<10_000 {
                let key = number % 10 == 9 ? "wk_guess\(number)" : shop.key
                answers[try await shop.track(event, key: key).status, default: 0] += 1
            }
            // The clock stands: what one address may send at once, then nothing.
            #expect(answers == [204: 500, 401: 50, 429: 9450])
            #expect(try shop.waiting == 500)
            // The key's rate holds at the other door too.
            #expect(try await shop.send("batch", #"{"batch":[]}"#).status == 429)
        }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("unknown", "unknown"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8:1:2::1", "2001:db8:1:2"), ("2001:db8::1", "2001:db8"),
        ("2001:db8::a:1", "2001:db8"), ("::1", ""),
    ])
    func `one household counts as one sender`(address: String, network: String) {
        #expect(EventDoor.network(address) == network)
    }

    @Test func `what strangers write is shown as text`() async throws {
        let services = try await Services.test()
        try await DoorFixture.with(services: services) { shop in
            let script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
            let events = [
                #""type":"identify","customer":{"external_id":"724","first_name":"\#(script)"}"#,
                #""type":"page","url":"javascript:alert(1)","title":"\#(script)","referrer":"javascript:alert(2)""#,
                #""type":"view","query":"\#(script)""#,
                #""type":"event","name":"\#(script)","context":{"\#(script)":"\#(script)","a":"\u003c/script\u003e"}"#,
                #""type":"container","action":"add","container":"cart","line":{"product":"\#(script)"}"#,
                #""type":"dance","title":"\#(script)""#,
            ]
            for (number, event) in events.enumerated() {
                #expect(try await shop.track(shop.event("e\(number)", event)).status == 204)
            }
            _ = try await shop.send("track", #"{"userId":"\#(script)","event":"x"}"#)
            try await shop.file()
            #expect(try await shop.refusals().contains("unknown_type"))
        }
        try await withPages(services) { pages in
            for path in [
                Links.customers, Links.customer("724"), Links.customer("724", tab: "events"), Links.eventSources,
                Links.eventSource("larkspur"), Links.eventNames,
            ] {
                let page = try await pages.get(path)
                #expect(page.status == 200, "\(path)")
                #expect(!page.text.contains("<script>alert"), "\(path)")
                #expect(!page.text.contains("<img src=x"), "\(path)")
                #expect(!page.text.lowercased().contains("href=\"javascript:"), "\(path)")
            }
            let events = try await pages.get(Links.customer("724", tab: "events"))
            #expect(events.text.contains("&lt;script&gt;alert(1)"))
        }
    }
}
