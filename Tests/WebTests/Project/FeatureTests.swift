import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

/// `EnableShopEorders` and its kind: 403 while off, data kept, at once.
struct FeatureTests {
    private static let calls: [(HTTPRequest.Method, String)] = [
        (.post, "/api/orders"), (.get, "/api/orders"), (.get, "/api/orders/o-1"), (.delete, "/api/orders/o-1"),
        (.patch, "/api/orders/o-1/status"), (.get, "/api/orders/o-1/activity"), (.get, "/api/customers/c-1/orders"),
        (.get, "/api/order-statuses"), (.get, "/api/order-statuses/general/accepted"),
    ]

    @Test func `with orders off each of their calls is 403 and says how to switch them on`() async throws {
        let services = try await Services.test(project: .sample(features: []))
        try await withAPI(services) { api in
            for (method, path) in Self.calls {
                let answer = try await api.send(method, path, method == .post || method == .patch ? "{}" : nil)
                #expect(answer.status == 403, "\(method) \(path)")
                #expect(try answer.code() == "feature_off")
                #expect(try answer.json()["detail"]?.text?.contains("EnableShopEorders") == true)
                #expect(try answer.json()["detail"]?.text?.contains("PATCH /api/project") == true)
            }
            #expect(try await api.get("/api/customers").status == 200)
            #expect(try await api.get("/api/products").status == 200)
        }
    }

    @Test func `a switch holds from the next request on, and what was stored is kept`() async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c-1"}"#))
            let made = try await api.post(
                "/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-1","items_sum":5}"#)
            )
            #expect(made.status == 201)
            let off = try await api.patch("/api/project", envelope(#"{"features":{"EnableShopEorders":false}}"#))
            #expect(off.status == 200)
            #expect(try off.json()["data"]?["attributes"]?["features"]?["EnableShopEorders"] == false)
            #expect(try off.json()["data"]?["attributes"]?["features"]?["EnableReceipts"] == true)
            #expect(try await api.get("/api/orders/o-1").status == 403)
            _ = try await api.patch("/api/project", envelope(#"{"features":{"EnableShopEorders":true}}"#))
            #expect(try await api.get("/api/orders/o-1").status == 200)
        }
    }

    @Test func `the project is answered and changed part by part`() async throws {
        try await withAPI(try await Services.test()) { api in
            let changed = try await api.patch(
                "/api/project",
                envelope(
                    #"{"name":"Larkspur","time_zone":"Europe/Lisbon","included_orders":"all","create_unknown_customers":true}"#
                )
            )
            #expect(changed.status == 200)
            let answer = try await api.get("/api/project")
            #expect(
                answer.text
                    == #"{"data":{"attributes":{"create_unknown_customers":true,"create_unknown_statuses":false,"currency":"EUR","event_days":730,"features":{"EnablePromotions":false,"EnableReceipts":true,"EnableShopEorders":true},"included_orders":"all","name":"Larkspur","time_zone":"Europe/Lisbon"},"id":"project","links":{"self":"/api/project"},"type":"projects"}}"#
            )
        }
    }

    @Test func `what is wrong with the project is named, and nothing of it stored`() async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.patch(
                "/api/project",
                envelope(
                    #"{"name":"","included_orders":"most","features":{"EnableTeleport":true,"EnableReceipts":1},"x":1}"#
                )
            )
            #expect(answer.status == 422)
            #expect(
                try answer.errors() == [
                    "/data/attributes/name required", "/data/attributes/included_orders not_a_choice",
                    "/data/attributes/features/EnableTeleport unknown_attribute",
                    "/data/attributes/features/EnableReceipts not_a_boolean", "/data/attributes/x unknown_attribute",
                ]
            )
            let zone = try await api.patch("/api/project", envelope(#"{"name":"New","time_zone":"Mars/Base"}"#))
            #expect(try zone.errors() == ["/data/attributes/time_zone not_a_time_zone"])
            #expect(try await api.get("/api/project").json()["data"]?["attributes"]?["name"] == "A shop")
        }
    }
}
