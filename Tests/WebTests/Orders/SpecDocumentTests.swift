import Domain
import Platform
import TestSupport
import Testing

/// The document of spec orders.md is taken as it stands, and answered exactly.
struct SpecDocumentTests {
    private static let document = #"""
        {"data":{"attributes":{"external_id":"1050","client_external_id":"724","date":"2020-07-03 17:30:22","number":"1218/112","items_cnt":1,"items_sum":200.3,"status_code":"new","unit":"","actions":"","delivery":{"status_code":"delivered","type":"","provider":"","country":"","city":"","address":"","date":"","time":"","note":""},"payment":{"status_code":"paid","type":"","provider":"","total":200.3,"cash":190,"bonuses":15,"delivery":20,"discount":24.87},"items":[{"external_id":"577","product_external_id":"789","cnt":1,"sum":120,"price":120,"quantity":0,"discount":0,"bonus_to_card":0,"bonus_from_card":0,"cash_sum":0}]}}}
        """#

    private static let answer = #"""
        {"data":{"attributes":{"actions":null,"card":null,"client_external_id":"724","created_at":"2026-03-01T12:00:00.000Z","date":"2020-07-03T16:30:22.000Z","delivery":{"address":null,"city":null,"country":null,"date":null,"note":null,"provider":null,"status_code":"delivered","time":null,"type":null},"external_id":"1050","included":true,"items":[{"bonus_from_card":0,"bonus_to_card":0,"cash_sum":0,"cnt":1,"discount":0,"external_id":"577","price":120,"product_external_id":"789","quantity":0,"sum":120}],"items_cnt":1,"items_sum":200.3,"metadata":null,"number":"1218/112","payment":{"bonuses":15,"cash":190,"delivery":20,"discount":24.87,"provider":null,"status_code":"paid","total":200.3,"type":null},"status_code":"new","unit":null,"updated_at":"2026-03-01T12:00:00.000Z","value":200.3,"version":1},"id":"1050","links":{"self":"/api/orders/1050"},"type":"orders"}}
        """#

    private func shop() async throws -> Services {
        let services = try await Services.test(project: .sample(timeZoneName: "Europe/Lisbon"))
        var new = OrderStatusPatch()
        (new.code, new.name) = ("new", "New")
        _ = try await services.statuses.create(.general, new)
        _ = try await services.customers.register([.success(.sample("724"))], by: .test)
        return services
    }

    @Test func `the spec's document is taken as it stands, and answered exactly`() async throws {
        try await withAPI(try await shop()) { api in
            let answer = try await api.post("/api/orders", Self.document)
            #expect(answer.status == 201)
            #expect(answer.text == Self.answer)
            #expect(answer.header("ETag") == #""1""#)
            #expect(answer.header("Location") == "/api/orders/1050")
            #expect(answer.header("Content-Type") == "application/json")
            #expect(try await api.get("/api/orders/1050").text == Self.answer)
        }
    }

    @Test func `the same document again changes nothing`() async throws {
        let services = try await shop()
        try await withAPI(services) { api in
            _ = try await api.post("/api/orders", Self.document)
            let again = try await api.post("/api/orders", Self.document)
            #expect(again.status == 200)
            #expect(again.text == Self.answer)
            #expect(try await api.get("/api/orders/1050/activity").json()["meta"]?["total"] == 4)
        }
    }

    @Test func `an answer can be sent back`() async throws {
        try await withAPI(try await shop()) { api in
            let answer = try await api.post("/api/orders", Self.document)
            let faults = try await api.post("/api/orders", answer.text).errors()
            // What the server alone decides is not taken.
            #expect(
                faults.map { $0.split(separator: "/").last ?? "" } == [
                    "created_at unknown_attribute", "included unknown_attribute", "value unknown_attribute",
                    "version unknown_attribute",
                ])
        }
    }

    @Test func `its history names each status, who sent it and how`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post("/api/orders", Self.document)
            let activity = try await api.get("/api/orders/1050/activity").json()
            #expect(
                activity["data"]?[3]?["attributes"] == [
                    "actor": "till", "arrived_at": "2026-03-01T12:00:00.000Z", "channel": "api", "field": "created",
                    "from": nil, "happened_at": "2020-07-03T16:30:22.000Z", "to": nil, "version": 1,
                ])
            #expect(
                activity["data"]?.list.compactMap { $0["attributes"]?["field"]?.text } == [
                    "payment.status_code", "delivery.status_code", "status_code", "created",
                ])
            #expect(activity["data"]?.list.map { $0["id"]?.text } == ["4", "3", "2", "1"])
        }
    }

    @Test func `its customer's figures follow`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post("/api/orders", Self.document)
            #expect(
                try await api.get("/api/customers/724").json()["data"]?["attributes"]?["orders"] == [
                    "average": 200.3, "count": 1, "first_date": "2020-07-03T16:30:22.000Z", "items": 1,
                    "last_date": "2020-07-03T16:30:22.000Z", "total": 200.3,
                ])
        }
    }
}
