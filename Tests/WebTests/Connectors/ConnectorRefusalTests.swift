import Domain
import Platform
import TestSupport
import Testing

struct ConnectorRefusalTests {
    @Test func `a message that is not signed with the secret is refused and not kept`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            let body = try ShopFixture.message("shopify-order")
            for secret in ["another secret", "A secret of the shop"] {
                let answer = try await shop.send("orders/create", body, secret: secret)
                #expect(answer.status == 401)
                #expect(try answer.code() == "wrong_signature")
            }
            let unsigned = try await shop.api.with(key: nil).post(shop.path, body)
            #expect(unsigned.status == 401)
            let broken = try await shop.api.with(key: nil).post(
                shop.path, body, headers: ["X-Shopify-Hmac-Sha256": "%%%"])
            #expect(broken.status == 401)
            #expect(try shop.refusals() == Array(repeating: "wrong_signature", count: 4))
            let kept = try shop.services.connectors.get(shop.connection.code).refusals
            #expect(kept.allSatisfy { $0.body == nil })
            #expect(try await shop.api.get("/api/orders").json()["meta"]?["total"] == 0)
        }
    }

    @Test func `a body that was changed on its way is refused`() async throws {
        try await ShopFixture.with(.woocommerce) { shop in
            let body = try ShopFixture.message("woo-order")
            let signed = try await shop.send("order.created", body, to: shop.path)
            #expect(signed.status == 200)
            let other = ShopFixture(
                api: shop.api, services: shop.services,
                connection: try await shop.services.connectors.create(.woocommerce, Self.patch)
            )
            let answer = try await other.send("order.created", body + " ", secret: "x")
            #expect(answer.status == 401)
        }
    }

    private static var patch: ShopConnectionPatch {
        var patch = ShopConnectionPatch()
        (patch.name, patch.secret) = ("Another", "another secret")
        return patch
    }

    @Test(arguments: [
        ("orders/create", "", "not_understood"), ("orders/create", "{", "not_understood"),
        ("orders/create", "null", "required"), ("orders/create", "[]", "required"),
        ("orders/create", #"{"id":0}"#, "required"), ("orders/create", #"{"id":{"a":1}}"#, "required"),
        ("orders/create", String(repeating: "[", count: 5000), "not_understood"),
        ("refunds/create", #"{"id":1}"#, "required"), ("refunds/create", #"{"id":1,"order_id":404}"#, "unknown_order"),
        ("orders/delete", "{}", "not_understood"), ("products/update", #"{"id":1}"#, "unknown_topic"),
        ("app/uninstalled", "{}", "unknown_topic"),
    ])
    func `what is not understood is answered 422, and noted with its reason`(
        topic: String, body: String, code: String
    ) async throws {
        try await ShopFixture.with(.shopify) { shop in
            let answer = try await shop.send(topic, body, id: "m-1")
            #expect(answer.status == 422)
            _ = try await shop.send(topic, body, id: "m-1")
            #expect(try shop.refusals() == [code])
            let refusal = try shop.services.connectors.get(shop.connection.code).refusals.first
            #expect(refusal?.topic == topic)
            #expect(refusal?.body == body)
            #expect(try shop.figures().refused == 2)
        }
    }

    @Test func `a message without a topic, to a paused or to no connection is refused`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            let body = try ShopFixture.message("shopify-order")
            #expect(try await shop.send(nil, body).status == 422)
            #expect(try await shop.send("orders/create", body, to: "/hooks/shopify/nothing").status == 404)
            #expect(
                try await shop.send("orders/create", body, to: "/hooks/woocommerce/\(shop.connection.code)").status
                    == 404)
            #expect(try await shop.send("orders/create", body, to: "/hooks/etsy/\(shop.connection.code)").status == 404)
            var patch = ShopConnectionPatch()
            patch.isPaused = true
            _ = try await shop.services.connectors.update(shop.connection.code, patch)
            let paused = try await shop.send("orders/create", body)
            #expect(paused.status == 503)
            #expect(try paused.code() == "connection_paused")
        }
    }

    @Test func `a message that is too large is refused before it is read`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            let answer = try await shop.send("orders/create", String(repeating: " ", count: (4 << 20) + 1))
            #expect(answer.status == 413)
        }
    }

    @Test func `guesses of a signature are slowed down`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            var statuses: Set<Int> = []
            for _ in 0..<40 { statuses.insert(try await shop.send("orders/create", "{}", secret: "guess").status) }
            #expect(statuses == [401, 429])
            #expect(try await shop.send("orders/create", ShopFixture.message("shopify-order")).status == 200)
        }
    }

    @Test func `a connection without orders switched on takes nothing`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            var patch = ProjectPatch()
            patch.features[.orders] = false
            try await shop.services.project.update(patch)
            let answer = try await shop.send("orders/create", ShopFixture.message("shopify-order"))
            #expect(answer.status == 403)
            #expect(try answer.code() == "feature_off")
        }
    }

    @Test(arguments: [
        ("", "secret", "", ["/name"]), ("A", "", "", ["/secret"]), ("A", "secret", "two words", ["/id_prefix"]),
        (String(repeating: "x", count: 101), String(repeating: "x", count: 256), "", ["/name", "/secret"]),
    ])
    func `a connection that will not do is refused`(
        name: String, secret: String, prefix: String, expected: [String]
    ) async throws {
        let services = try await Services.test()
        var patch = ShopConnectionPatch()
        (patch.name, patch.secret, patch.idPrefix) = (name, secret, prefix)
        do {
            _ = try await services.connectors.create(.shopify, patch)
            Issue.record("It was taken.")
        } catch let faults as Faults {
            #expect(faults.all.map(\.pointer) == expected)
        }
    }

    @Test func `what came and what was refused is forgotten after thirty days`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let connection = try await services.connectors.create(.woocommerce, Self.patch)
        try await withAPI(services) { api in
            let shop = ShopFixture(api: api, services: services, connection: connection)
            _ = try await shop.send("order.created", ShopFixture.message("woo-order"), id: "d-1")
            _ = try await shop.send("product.created", "{}", id: "d-2")
            let sweep = ConnectorSweep(services, logger: .quiet)
            try await sweep.sweep()
            #expect(try shop.refusals() == ["unknown_topic"])
            clock.advance(seconds: 31 * 86_400)
            try await sweep.sweep()
            #expect(try shop.refusals() == [])
            #expect(try await shop.outcome("order.created", ShopFixture.message("woo-order"), id: "d-1") == "unchanged")
        }
    }
}
