import Domain
import Foundation
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

struct TrackerDoorTests {
    @Test func `the script is small, is asked for by its tag, and may be loaded by any page`() async throws {
        try await DoorFixture.with { shop in
            let plain = try await shop.api.get("/tracker.js")
            #expect(plain.status == 200)
            #expect(plain.header("Content-Type") == "text/javascript; charset=utf-8")
            #expect(plain.header("Cross-Origin-Resource-Policy") == "cross-origin")
            #expect(plain.header("Cache-Control")?.contains("max-age=600") == true)
            #expect(plain.header("Vary") == "Accept-Encoding")
            #expect(plain.header("Set-Cookie") == nil)
            #expect(plain.text.contains("sendBeacon"))
            let zipped = try await shop.api.get("/tracker.js", headers: ["Accept-Encoding": "gzip, deflate, br"])
            #expect(zipped.header("Content-Encoding") == "gzip")
            let tag = try #require(zipped.header("ETag"))
            #expect(tag != plain.header("ETag"))
            #expect(Int(zipped.header("Content-Length") ?? "") ?? .max <= 5000)
            let again = try await shop.api.get(
                "/tracker.js", headers: ["Accept-Encoding": "gzip", "If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.text.isEmpty)
        }
    }

    @Test func `events are taken, and are in the profile once the visitor is known`() async throws {
        try await DoorFixture.with { shop in
            let taken = try await shop.track(
                shop.event("e1", #""type":"visit","url":"https://shop.example/""#) + ","
                    + shop.event("e2", #""type":"view","product":"42""#)
            )
            #expect(taken.status == 204)
            #expect(taken.text.isEmpty)
            #expect(try shop.waiting == 1)
            let identified = try await shop.track(
                shop.event("e3", #""type":"identify","customer":{"external_id":"724","email":"ana@example.com"}"#))
            #expect(identified.status == 204)
            #expect(try await shop.names(of: "724") == ["site_visited", "product_viewed", "logged_in"])
            #expect(try shop.waiting == 0)
            // A beacon's events come once more, under the same names.
            _ = try await shop.track(shop.event("e2", #""type":"view","product":"42""#))
            #expect(try await shop.names(of: "724").count == 3)
            #expect(try await shop.refusals() == [])
        }
    }

    @Test func `a bad event of a body is dropped and shown, the others are stored`() async throws {
        try await DoorFixture.with { shop in
            let mixed = [
                shop.event("a", #""type":"identify","customer":{"external_id":"1"}"#),
                shop.event("b", #""type":"dance""#), "7", shop.event("c", #""type":"page","title":"\ud83d""#),
            ]
            let answer = try await shop.track(mixed.joined(separator: ","))
            #expect(answer.status == 204)
            #expect(try await shop.names(of: "1") == ["logged_in", "page_viewed"])
            #expect(try await shop.refusals() == ["unknown_type", "not_an_object"])
        }
    }

    @Test(arguments: [
        ("?key=wk_none", #"{"events":[]}"#, DoorFixture.page, 401, "unknown_write_key"),
        ("", #"{"events":[]}"#, DoorFixture.page, 401, "unknown_write_key"),
        ("?key=", #"{"events":[]}"#, DoorFixture.page, 401, "unknown_write_key"),
        ("KEY", #"{"events":[]}"#, "https://shop.example.evil.example", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "https://evil.example/?shop.example", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "https://evilshop.example", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "https://larkspur.example.evil.example", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "null", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "", 403, "origin_not_allowed"),
        ("KEY", #"{"events":[]}"#, "https://www.larkspur.example:8443", 204, nil),
        ("KEY", #"{"source":"other","events":[]}"#, DoorFixture.page, 403, "other_source"),
        ("KEY", #"{"source":"larkspur","events":[]}"#, DoorFixture.page, 204, nil),
        ("KEY", #"{"events":{}}"#, DoorFixture.page, 400, "no_events"),
        ("KEY", "[]", DoorFixture.page, 400, "not_an_object"), ("KEY", "", DoorFixture.page, 400, "malformed_json"),
        ("KEY", #"{"events":[NaN]}"#, DoorFixture.page, 400, "malformed_json"),
        ("KEY", String(repeating: "[", count: 50_000), DoorFixture.page, 400, "not_an_object"),
        (
            "KEY", #"{"events":[{"context":\#(String(repeating: "[", count: 50_000))"#, DoorFixture.page, 400,
            "malformed_json"
        ),
        ("KEY", #"{"events":["\#(String(repeating: "x", count: 60_000))"]}"#, DoorFixture.page, 413, "body_too_large"),
        (
            "KEY", #"{"events":[\#(Array(repeating: "{}", count: 51).joined(separator: ","))]}"#, DoorFixture.page, 413,
            "too_many_events"
        ),
    ])
    func `every answer can be seen by the page, and says nothing else`(
        query: String, body: String, origin: String, status: Int, code: String?
    ) async throws {
        try await DoorFixture.with { shop in
            let query = query == "KEY" ? "?key=\(shop.key)" : query
            let headers = origin.isEmpty ? [:] : ["Origin": origin]
            let answer = try await shop.api.post("/tracker/events\(query)", body, headers: headers)
            #expect(answer.status == status)
            if let code { #expect(try answer.code() == code) } else { #expect(answer.text.isEmpty) }
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
            #expect(answer.header("Access-Control-Expose-Headers") == "Retry-After")
            #expect(answer.header("Access-Control-Allow-Credentials") == nil)
            #expect(answer.header("Set-Cookie") == nil)
            #expect(try shop.waiting == 0)
        }
    }

    @Test func `a source that is off takes nothing, and a revoked key neither`() async throws {
        try await DoorFixture.with { shop in
            let event = shop.event("a", #""type":"page""#)
            let second = try await shop.services.tracking.addKey(to: "larkspur")
            #expect(second.keys.count == 2)
            for key in second.keys { #expect(try await shop.track(event, key: key.text).status == 204) }
            _ = try await shop.services.tracking.revoke(shop.key, of: "larkspur")
            #expect(try await shop.track(event).status == 401)
            var patch = EventSourcePatch()
            patch.isOn = false
            _ = try await shop.services.tracking.update("larkspur", patch)
            let off = try await shop.track(event, key: second.keys[0].text)
            #expect(off.status == 403)
            #expect(try off.code() == "source_off")
        }
    }

    @Test func `a source without domains takes events from everywhere`() async throws {
        try await DoorFixture.with {
            $0.domains = []
        } _: { shop in
            let event = shop.event("a", #""type":"page""#)
            let unnamed = try await shop.track(event, headers: [:])
            #expect(unnamed.status == 204)
            #expect(try await shop.track(event, headers: ["Origin": "null"]).status == 204)
        }
    }

    @Test func `other methods are told which one is taken, and pages may ask first`() async throws {
        try await DoorFixture.with { shop in
            let read = try await shop.api.get("/tracker/events?key=\(shop.key)")
            #expect(read.status == 405)
            #expect(read.header("Access-Control-Allow-Origin") == "*")
            for path in ["/tracker/events", "/v1/batch"] {
                let asked = try await shop.api.send(.options, path, headers: ["Origin": DoorFixture.page])
                #expect(asked.status == 204)
                #expect(asked.header("Access-Control-Allow-Methods") == "POST")
                #expect(asked.header("Access-Control-Allow-Headers")?.contains("authorization") == true)
            }
        }
    }
}
