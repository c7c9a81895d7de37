import Domain
import Platform
import TestSupport
import Testing

/// A write with an `Idempotency-Key` is carried out once, however often it is sent (spec README, "Conventions").
struct IdempotencyTests {
    private static let status = envelope(#"{"type":"general","code":"packed","name":"Packed"}"#)

    @Test func `a repetition is answered as the first time`() async throws {
        try await withAPI(try await Services.test()) { api in
            let first = try await api.post("/api/order-statuses", Self.status, headers: ["Idempotency-Key": "k-1"])
            #expect(first.status == 201)
            #expect(first.header("Idempotency-Replayed") == nil)
            let again = try await api.post("/api/order-statuses", Self.status, headers: ["Idempotency-Key": "k-1"])
            #expect(again.status == 201)
            #expect(again.text == first.text)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(again.header("Location") == first.header("Location"))
            #expect(again.header("Content-Type") == "application/json")
            #expect(again.header("X-Request-ID") != first.header("X-Request-ID"))
            // Without the key it is another request.
            #expect(try await api.post("/api/order-statuses", Self.status).status == 409)
        }
    }

    @Test func `what has no body is answered again too, and what was stored is not touched`() async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c-1"}"#))
            let order = envelope(#"{"external_id":"o-1","client_external_id":"c-1"}"#)
            #expect(try await api.post("/api/orders", order, headers: ["Idempotency-Key": "a"]).status == 201)
            #expect(try await api.delete("/api/orders/o-1", headers: ["Idempotency-Key": "b"]).status == 204)
            #expect(try await api.delete("/api/orders/o-1").status == 404)
            let again = try await api.delete("/api/orders/o-1", headers: ["Idempotency-Key": "b"])
            #expect(again.status == 204)
            #expect(again.text.isEmpty)
            // The answer is the old one; the order stays deleted.
            let replayed = try await api.post("/api/orders", order, headers: ["Idempotency-Key": "a"])
            #expect(replayed.status == 201)
            #expect(services.orders.count == 0)
        }
    }

    @Test func `one key for two requests is 409, and the second does nothing`() async throws {
        try await withAPI(try await Services.test()) { api in
            let key = ["Idempotency-Key": "k"]
            #expect(try await api.post("/api/customers", envelope(#"{"external_id":"a"}"#), headers: key).status == 201)
            for other in [envelope(#"{"external_id":"b"}"#), envelope(#"{"external_id":"a" }"#)] {
                let answer = try await api.post("/api/customers", other, headers: key)
                #expect(answer.status == 409)
                #expect(try answer.code() == "idempotency_key_reused")
            }
            let path = try await api.post("/api/products", envelope(#"{"external_id":"a"}"#), headers: key)
            #expect(path.status == 409)
            #expect(try await api.get("/api/customers/b").status == 404)
            #expect(try await api.get("/api/products/a").status == 404)
        }
    }

    @Test func `a refused request leaves its key free`() async throws {
        try await withAPI(try await Services.test()) { api in
            let key = ["Idempotency-Key": "k"]
            let order = envelope(#"{"external_id":"o","client_external_id":"c"}"#)
            #expect(try await api.post("/api/orders", order, headers: key).status == 422)
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            #expect(try await api.post("/api/orders", order, headers: key).status == 201)
        }
    }

    @Test func `each API key has its own`() async throws {
        let services = try await Services.test()
        let other = try await services.keys.create(name: "other", scopes: [.customersWrite]).text
        try await withAPI(services) { api in
            let key = ["Idempotency-Key": "k"]
            #expect(try await api.post("/api/customers", envelope(#"{"external_id":"a"}"#), headers: key).status == 201)
            let theirs = try await api.with(key: other).post(
                "/api/customers", envelope(#"{"external_id":"b"}"#), headers: key
            )
            #expect(theirs.status == 201)
        }
    }

    @Test func `after a day a key is new, and what was kept is forgotten`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        try await withAPI(services) { api in
            let send: @Sendable () async throws -> APIClient.Answer = {
                try await api.post(
                    "/api/customers", envelope(#"{"external_id":"a"}"#), headers: ["Idempotency-Key": "k"])
            }
            #expect(try await send().status == 201)
            clock.advance(seconds: 86_399)
            #expect(try await send().status == 201)
            #expect(try await services.idempotency.purge() == 0)
            clock.advance(seconds: 2)
            let late = try await send()
            #expect(late.status == 200)
            #expect(late.header("Idempotency-Replayed") == nil)
            clock.advance(seconds: 86_401)
            #expect(try await services.idempotency.purge() == 1)
        }
    }

    @Test(arguments: ["", "a b", "é", String(repeating: "x", count: 256)])
    func `a key that cannot be one is 400`(key: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post(
                "/api/customers", envelope(#"{"external_id":"a"}"#), headers: ["Idempotency-Key": key])
            #expect(answer.status == 400)
            #expect(try answer.code() == "bad_idempotency_key")
            #expect(try await api.get("/api/customers/a").status == 404)
        }
    }
}
