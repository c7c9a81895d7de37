import Domain
import Foundation
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

struct SegmentDoorTests {
    @Test(arguments: [
        ("identify", #"{"userId":"1","traits":{"email":"a@b.example"}}"#),
        ("track", #"{"anonymousId":"a","event":"e"}"#),
        ("page", #"{"anonymousId":"a"}"#), ("screen", #"{"anonymousId":"a"}"#),
        ("group", #"{"anonymousId":"a","groupId":"g"}"#), ("alias", #"{"userId":"1","previousId":"v"}"#),
        ("batch", #"{"batch":[{"type":"page","anonymousId":"a"}]}"#),
        ("import", #"{"batch":[{"type":"page","anonymousId":"a"}]}"#), ("t", #"{"anonymousId":"a","event":"e"}"#),
        ("i", #"{"userId":"1"}"#), ("p", #"{"anonymousId":"a"}"#), ("s", #"{"anonymousId":"a"}"#),
        ("b", #"{"batch":[]}"#),
    ])
    func `each call answers exactly what the convention says`(call: String, body: String) async throws {
        try await DoorFixture.with { shop in
            let answer = try await shop.send(call, body)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"success":true}"#)
            #expect(answer.header("Content-Type") == "application/json")
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
            #expect(try await shop.refusals() == [])
        }
    }

    @Test func `a batch is in the profile, each message once`() async throws {
        try await DoorFixture.with {
            $0.takesOrders = true
        } _: { shop in
            let batch = """
                {"batch":[{"type":"identify","messageId":"m1","userId":"724","anonymousId":"v1","traits":{"email":"a@b.example"}},
                {"type":"track","messageId":"m2","anonymousId":"v1","userId":null,"event":"Product Viewed",
                "properties":{"product_id":"42"}},
                {"type":"track","messageId":"m3","userId":"724","event":"Order Completed",
                "properties":{"order_id":"o-1","total":30,"products":[{"product_id":"42","price":15,"quantity":2}]}},
                {"type":"track","messageId":"m4","anonymousId":null,"event":"No One"}]}
                """
            for _ in 1...3 {
                let answer = try await shop.send("batch", batch)
                #expect(answer.status == 200)
            }
            #expect(try await shop.names(of: "724") == ["logged_in", "product_viewed", "order_completed"])
            #expect(try shop.services.orders.order("o-1").customerExternalID == "724")
            #expect(try await shop.refusals() == ["no_one", "no_one", "no_one"])
        }
    }

    @Test(arguments: [
        (#"{"batch":[]}"#, nil, 401, "unknown_write_key"),
        (#"{"batch":[]}"#, "Basic d2tfbm9uZTo=", 401, "unknown_write_key"),
        (#"{"batch":[],"writeKey":"KEY"}"#, "Basic d2tfbm9uZTo=", 401, "unknown_write_key"),
        (#"{"batch":[]}"#, "Bearer KEY", 401, "unknown_write_key"),
        (#"{"batch":[]}"#, "Basic ", 401, "unknown_write_key"),
        (#"{"batch":[]}"#, "Basic %%%", 401, "unknown_write_key"), (#"{"batch":{}}"#, "KEY", 400, "no_batch"),
        ("", "KEY", 400, "malformed_json"), ("[]", "KEY", 400, "not_an_object"),
        (#"{"batch":[{"a":NaN}]}"#, "KEY", 400, "malformed_json"),
        (#"{"batch":[\#(String(repeating: "[", count: 100_000))"#, "KEY", 400, "malformed_json"),
        (#"{"batch":["\#(String(repeating: "x", count: 512_000))"]}"#, "KEY", 413, "body_too_large"),
        (
            #"{"batch":[\#(Array(repeating: "{}", count: 2501).joined(separator: ","))]}"#, "KEY", 413,
            "too_many_messages"
        ),
    ])
    func `what is refused says why in the convention's words`(
        body: String, authorization: String?, status: Int, code: String
    ) async throws {
        try await DoorFixture.with { shop in
            let body = body.replacing("KEY", with: shop.key)
            var headers: [String: String] = [:]
            if let authorization {
                headers["Authorization"] =
                    authorization == "KEY" ? shop.basic : authorization.replacing("KEY", with: shop.key)
            }
            let answer = try await shop.api.post("/v1/batch", body, headers: headers)
            #expect(answer.status == status)
            let json = try answer.json()
            #expect(json["code"]?.text == code)
            #expect(json["message"]?.text?.isEmpty == false)
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
            #expect(try shop.waiting == 0)
        }
    }

    @Test func `a browser's client shows its key in the body, and must be on a page of the source`() async throws {
        try await DoorFixture.with { shop in
            let body = #"{"userId":"1","event":"e","writeKey":"\#(shop.key)"}"#
            func send(_ origin: String?) async throws -> Int {
                let headers = ["Content-Type": "text/plain"].merging(origin.map { ["Origin": $0] } ?? [:]) { $1 }
                return try await shop.api.post("/v1/t", body, headers: headers).status
            }
            let own = try await send(DoorFixture.page)
            #expect(own == 200)
            #expect(try await send("https://evil.example") == 403)
            #expect(try await send(nil) == 200)
        }
    }

    @Test func `a body may be compressed, and unpacks to no more than may come`() async throws {
        try await DoorFixture.with { shop in
            func send(_ text: [UInt8]) async throws -> APIClient.Answer {
                let bytes = try #require(Gzip.deflate(text))
                let headers = ["Content-Encoding": "gzip", "Authorization": shop.basic]
                return try await shop.api.send(.post, "/v1/batch", bytes: bytes, headers: headers)
            }
            let batch = #"{"batch":[{"type":"identify","userId":"9","anonymousId":"v"}]}"#
            #expect(try await send(Array(batch.utf8)).text == #"{"success":true}"#)
            #expect(try await shop.names(of: "9") == ["logged_in"])
            let bomb = try await send([UInt8](repeating: UInt8(ascii: " "), count: 100 << 20))
            #expect(bomb.status == 413)
            #expect(try bomb.json()["code"]?.text == "body_too_large")
            let headers = ["Content-Encoding": "gzip", "Authorization": shop.basic]
            let damaged = try await shop.api.send(.post, "/v1/batch", bytes: [0x1f, 0x8b, 8, 0], headers: headers)
            #expect(damaged.status == 400)
            #expect(try damaged.json()["code"]?.text == "malformed_gzip")
        }
    }

    @Test func `whoever sends too fast is told when to come again`() async throws {
        var settings = WebSettings()
        settings.requestsPerSecond = 2
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        try await DoorFixture.with(settings: settings, services: services) { shop in
            for _ in 1...10 { #expect(try await shop.send("batch", #"{"batch":[]}"#).status == 200) }
            let slow = try await shop.send("batch", #"{"batch":[]}"#)
            #expect(slow.status == 429)
            #expect(slow.header("Retry-After") == "1")
            #expect(try slow.json()["code"]?.text == "too_many_requests")
            let page = try await shop.track("{}")
            #expect(page.status == 429)
            #expect(page.header("Retry-After") == "1")
            #expect(page.header("Access-Control-Allow-Origin") == "*")
            clock.advance(seconds: 1)
            #expect(try await shop.send("batch", #"{"batch":[]}"#).status == 200)
        }
    }
}
