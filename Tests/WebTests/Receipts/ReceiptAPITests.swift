import Domain
import Foundation
import HTTPTypes
import Platform
import TestSupport
import Testing

struct ReceiptAPITests {
    private func shop(_ body: @escaping @Sendable (APIClient, Services, StillClock) async throws -> Void) async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register(
            [.success(.sample("c-1", firstName: "Ána", lastName: "Moura")), .success(.sample("c-2"))], by: .test
        )
        try await withAPI(services) { api in try await body(api, services, clock) }
    }

    @Test func `a receipt is made, answered whole, changed in part and left alone`() async throws {
        try await shop { api, _, _ in
            let body = envelope(
                #"{"external_id":"r/1","client_external_id":"c-1","date":"2026-02-01 10:00:00","number":"0001","sum":12.5,"unit":"Till 1","card":"77","items":[{"product_external_id":"p-1","cnt":2,"price":5,"sum":10,"discount":0.5},{"external_id":"x","sum":2.5}],"metadata":{"shift":3}}"#
            )
            let made = try await api.post("/api/receipts", body)
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/receipts/r%2F1")
            #expect(made.header("ETag") == #""1""#)
            #expect(
                made.text
                    == #"{"data":{"attributes":{"card":"77","client_external_id":"c-1","created_at":"2026-03-01T12:00:00.000Z","date":"2026-02-01T10:00:00.000Z","external_id":"r/1","items":[{"cnt":2,"discount":0.5,"external_id":"1","price":5,"product_external_id":"p-1","sum":10},{"cnt":null,"discount":null,"external_id":"x","price":null,"product_external_id":null,"sum":2.5}],"metadata":{"shift":3},"number":"0001","order_external_id":null,"sum":12.5,"unit":"Till 1","updated_at":"2026-03-01T12:00:00.000Z","value":12.5,"version":1},"id":"r/1","links":{"self":"/api/receipts/r%2F1"},"type":"receipts"}}"#
            )
            #expect(try await api.post("/api/receipts", body).header("ETag") == #""1""#)
            let changed = try await api.post("/api/receipts", envelope(#"{"external_id":"r/1","unit":null}"#))
            #expect(changed.status == 200)
            #expect(changed.header("ETag") == #""2""#)
            #expect(try changed.json()["data"]?["attributes"]?["number"] == "0001")
            #expect(try changed.json()["data"]?["attributes"]?["unit"] == .null)
            #expect(try await api.get("/api/receipts/r%2F1").text == changed.text)
        }
    }

    @Test func `all that is wrong is named with its place`() async throws {
        try await shop { api, services, _ in
            let answer = try await api.post(
                "/api/receipts",
                envelope(
                    #"{"client_external_id":"","sum":"5","number":7,"items":[{"cnt":-1},{"external_id":"1"},5],"order_external_id":"o-1"}"#
                )
            )
            #expect(answer.status == 422)
            #expect(
                try answer.errors() == [
                    "/data/attributes/client_external_id required", "/data/attributes/sum not_a_number",
                    "/data/attributes/number not_a_string", "/data/attributes/items/0/cnt negative",
                    "/data/attributes/items/1/external_id duplicate_line", "/data/attributes/items/2 not_an_object",
                    "/data/attributes/order_external_id unknown_attribute", "/data/attributes/external_id required",
                ]
            )
            let nobody = try await api.post(
                "/api/receipts", envelope(#"{"external_id":"r-1","client_external_id":"c-9"}"#)
            )
            #expect(try nobody.errors() == ["/data/attributes/client_external_id unknown_customer"])
            let unnamed = try await api.post("/api/receipts", envelope(#"{"external_id":"r-1"}"#))
            #expect(try unnamed.errors() == ["/data/attributes/client_external_id required"])
            #expect(services.receipts.count == 0)
            try await services.project.update(.unknowns(createCustomers: true, createStatuses: false))
            let made = try await api.post(
                "/api/receipts", envelope(#"{"external_id":"r-1","client_external_id":"c-9"}"#)
            )
            #expect(made.status == 201)
            #expect(try await api.get("/api/customers/c-9").status == 200)
        }
    }

    @Test func `a list answers each element on its own, and a late one leaves what is there`() async throws {
        try await shop { api, _, _ in
            let answer = try await api.post(
                "/api/receipts",
                #"{"data":[{"attributes":{"external_id":"r-1","client_external_id":"c-1","sum":5,"updated_at":"2026-02-02T00:00:00Z"}},{"attributes":{"external_id":"r-2"}},{"attributes":{"external_id":"r-1","sum":4,"updated_at":"2026-02-01T00:00:00Z"}}]}"#
            )
            #expect(answer.status == 200)
            let data = try answer.json()["data"]
            #expect(data?[0]?["meta"]?["status"] == 201)
            #expect(data?[1]?["meta"]?["status"] == 422)
            #expect(data?[1]?["errors"]?[0]?["pointer"] == "/data/1/attributes/client_external_id")
            #expect(data?[2]?["meta"]?["stale"] == true)
            #expect(try await api.get("/api/receipts/r-1").json()["data"]?["attributes"]?["sum"] == 5)
        }
    }

    @Test func `a version that is out of date is 412, and a deleted receipt is gone`() async throws {
        try await shop { api, services, _ in
            _ = try await services.receipts.register(.sample(sum: 5), by: .test)
            let body = envelope(#"{"external_id":"r-1","sum":6}"#)
            #expect(try await api.post("/api/receipts", body, headers: ["If-Match": #""2""#]).status == 412)
            #expect(try await api.post("/api/receipts", body, headers: ["If-Match": #""1""#]).status == 200)
            #expect(try await api.get("/api/receipts/r-1", headers: ["If-None-Match": #""2""#]).status == 304)
            #expect(try await api.delete("/api/receipts/r-1", headers: ["If-Match": #""1""#]).status == 412)
            #expect(try await api.delete("/api/receipts/r-1").status == 204)
            #expect(try await api.delete("/api/receipts/r-1").code() == "unknown_receipt")
            #expect(try await api.get("/api/receipts/r-1").status == 404)
            #expect(try await api.get("/api/customers/c-1/receipts").json()["meta"]?["total"] == 0)
        }
    }

    @Test(
        arguments: [
            ("filter[date_from]=2026-02-02", ["r-3", "r-2"]), ("filter[date_to]=2026-02-02", ["r-2", "r-1"]),
            ("filter[client_external_id]=c-2", ["r-3"]), ("filter[client_external_id]=nobody", []),
            ("filter[number]=N1", ["r-1"]), ("filter[unit]=Till 2", ["r-3", "r-2"]),
            ("filter[total_from]=20", ["r-3", "r-2"]), ("filter[total_to]=20", ["r-2", "r-1"]),
            ("filter[q]=ana", ["r-2", "r-1"]), ("filter[q]=N", ["r-2", "r-1"]), ("filter[q]=r-3", ["r-3"]),
            ("filter[linked]=yes", ["r-2"]), ("filter[linked]=no", ["r-3", "r-1"]),
            ("filter[order_external_id]=o-1", ["r-2"]), ("filter[order_external_id]=o-9", []),
            ("sort=total", ["r-1", "r-2", "r-3"]), ("sort=number,-date", ["r-3", "r-1", "r-2"]),
        ] as [(String, [String])]
    )
    func `each filter finds what it names`(query: String, expected: [String]) async throws {
        try await shop { api, services, _ in
            try await Self.fill(services)
            let query = query.replacing(" ", with: "%20")
            let answer = try await api.get("/api/receipts?\(query)")
            #expect(answer.status == 200)
            #expect(try answer.json()["data"]?.list.map { $0["id"]?.text ?? "" } == expected)
            #expect(try answer.json()["meta"]?["total"]?.number == Double(expected.count))
        }
    }

    private static func fill(_ services: Services) async throws {
        let day = Instant(milliseconds: 1_769_904_000_000)  // 2026-02-01
        for (number, patch) in [
            ReceiptPatch.sample("r-1", date: day, number: "N1", unit: "Till 1", sum: 10),
            .sample("r-2", date: day.adding(seconds: 86_400), number: "N2", unit: "Till 2", sum: 20),
            .sample("r-3", customer: "c-2", date: day.adding(seconds: 2 * 86_400), unit: "Till 2", sum: 30),
        ].enumerated() {
            _ = try await services.receipts.register(patch, by: .test)
            if number == 1 {
                _ = try await services.orders.register(.sample(), by: .test)
                try await services.receipts.setLink(order: "o-1", receipt: "r-2", isLinked: true, by: .test)
            }
        }
    }

    @Test func `pages follow one another, and wrong parameters are named`() async throws {
        try await shop { api, services, _ in
            try await Self.fill(services)
            var path = "/api/receipts?page[size]=1&sort=-total"
            var seen: [String] = []
            while true {
                let answer = try await api.get(path).json()
                seen += answer["data"]?.list.compactMap { $0["id"]?.text } ?? []
                guard let next = answer["links"]?["next"]?.text else { break }
                path = next
            }
            #expect(seen == ["r-3", "r-2", "r-1"])
            #expect(try await api.get("/api/receipts?filter[linked]=maybe").code() == "bad_filter")
            #expect(try await api.get("/api/receipts?filter[status_code]=new").code() == "unknown_filter")
            #expect(try await api.get("/api/receipts?sort=unit").code() == "unknown_sort")
            #expect(try await api.get("/api/customers/c-9/receipts").code() == "unknown_customer")
        }
    }

    @Test func `with receipts off each of their calls is 403, and with orders off those of links`() async throws {
        try await shop { api, services, _ in
            try await Self.fill(services)
            var patch = ProjectPatch()
            patch.features = [.receipts: false]
            try await services.project.update(patch)
            for path in [
                "/api/receipts", "/api/receipts/r-1", "/api/customers/c-1/receipts", "/api/orders/o-1/receipts",
            ] {
                let answer = try await api.get(path)
                #expect(answer.status == 403, "\(path)")
                #expect(try answer.json()["detail"]?.text?.contains("EnableReceipts") == true)
            }
            patch.features = [.receipts: true, .orders: false]
            try await services.project.update(patch)
            #expect(try await api.get("/api/receipts").json()["meta"]?["total"] == 3)
            #expect(try await api.get("/api/orders/o-1/receipts").status == 403)
            #expect(try await api.send(.put, "/api/orders/o-1/receipts/r-1").code() == "feature_off")
        }
    }
}
