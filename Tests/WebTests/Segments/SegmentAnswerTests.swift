import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// What segments answer of customers.
struct SegmentAnswerTests {
    @Test func `a preview tells the count, the shares, the average order and a sample`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            let answer = try await api.post(
                "/api/segments/preview", envelope(#"{"conditions":\#(SegmentShop.porto)}"#))
            #expect(answer.status == 200)
            let preview = try answer.json()["data"]?["attributes"]
            #expect(preview?["count"] == 3)
            #expect(preview?["base"] == 5)
            #expect(preview?["share_of_base"] == 0.6)
            // 70.5 of 100.5.
            #expect(preview?["share_of_revenue"] == 0.701492)
            #expect(preview?["average_order_value"] == 23.5)
            #expect(preview?["sample"]?.list.compactMap { $0["id"]?.text }.sorted() == ["ana", "caio", "eva"])

            let nobody = try await api.post("/api/segments/preview", envelope(#"{"conditions":{"any":[]}}"#))
            let none = try nobody.json()["data"]?["attributes"]
            #expect(none?["count"] == 0 && none?["share_of_base"] == 0 && none?["average_order_value"] == .null)
        }
    }

    @Test(arguments: [
        ("{}", "/data/attributes/conditions required"),
        (#"{"conditions":null}"#, "/data/attributes/conditions not_an_object"),
        (#"{"conditions":{"all":[]},"sample":3}"#, "/data/attributes/sample unknown_attribute"),
        (#"{"conditions":{"field":"rfm.x","op":"eq","value":1}}"#, "/data/attributes/conditions/field unknown_field"),
    ])
    func `a preview of what cannot be asked names the place`(_ attributes: String, _ error: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post("/api/segments/preview", envelope(attributes))
            #expect(try answer.errors() == [error])
        }
    }

    @Test func `members are paged to the last, and are as they are now`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            _ = try await api.post(
                "/api/segments", envelope(#"{"name":"Porto","conditions":\#(SegmentShop.porto)}"#))
            var (seen, next): ([String], String?) = ([], "/api/segments/porto/customers?page[size]=2")
            while let address = next {
                let page = try await api.get(address).json()
                #expect(page["meta"]?["total"] == 3)
                seen += page["data"]?.list.compactMap { $0["id"]?.text } ?? []
                next = page["links"]?["next"]?.text
            }
            #expect(seen.sorted() == ["ana", "caio", "eva"])
            _ = try await api.patch("/api/customers/bea", envelope(#"{"city":"Porto"}"#))
            _ = try await api.patch("/api/customers/ana", envelope(#"{"city":""}"#))
            #expect(try await ids(api, "/api/segments/porto/customers") == ["bea", "caio", "eva"])
            #expect(try await ids(api, "/api/customers/bea/segments") == ["porto"])
            #expect(try await ids(api, "/api/customers/ana/segments") == [])
            _ = try await api.delete("/api/customers/eva")
            #expect(try await ids(api, "/api/segments/porto/customers") == ["bea", "caio"])
            #expect(try await api.get("/api/customers/eva/segments").code() == "unknown_customer")
            #expect(try await api.get("/api/segments/porto/customers?page[after]=x").status == 400)
            #expect(try await api.get("/api/segments/porto/customers?page[size]=0").status == 400)
            #expect(try await api.get("/api/segments/porto/customers?page[number]=2").status == 400)
        }
    }

    @Test func `why a customer is in a segment is told condition by condition`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            _ = try await api.post(
                "/api/segments", envelope(#"{"name":"Porto","conditions":\#(SegmentShop.porto)}"#))
            let tree = #"""
                {"all":[{"segment":"porto"},{"not":{"field":"orders.total","op":"gt","value":30}},
                {"orders":{"where":{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}}}}]}
                """#
            _ = try await api.post("/api/segments", envelope(#"{"name":"Small","conditions":\#(tree)}"#))
            let ana = try await api.get("/api/segments/small/explain/ana").json()["data"]?["attributes"]
            #expect(ana?["holds"] == false)
            #expect(ana?["first_failure"] == "/all/1")
            let parts = ana?["tree"]?["parts"]?.list ?? []
            #expect(parts.compactMap { $0["pointer"]?.text } == ["/all/0", "/all/1", "/all/2"])
            #expect(parts.map { $0["holds"] } == [true, false, true])
            let total = parts.dropFirst().first?["parts"]?.list.first
            #expect(total?["actual"] == "30.5" && total?["pointer"] == "/all/1/not")
            let city = parts.first?["parts"]?.list.first
            #expect(city?["actual"] == "Porto" && city?["pointer"] == .null)
            #expect(parts.last?["actual"] == "2")

            // The order of 27 February is out of the last 30 days when 28 March ends.
            let caio = try await api.get("/api/segments/small/explain/caio").json()["data"]?["attributes"]
            #expect(caio?["first_failure"] == "/all/1" && caio?["changes_at"] == .null)
            let eva = try await api.get("/api/segments/small/explain/eva").json()["data"]?["attributes"]
            #expect(eva?["first_failure"] == "/all/2")
            #expect(try await api.get("/api/segments/small/explain/nobody").code() == "unknown_customer")
        }
    }

    @Test func `when the verdict changes by itself is told to the second`() async throws {
        let services = try await SegmentShop.services()
        try await withAPI(services) { api in
            let tree = #"{"orders":{"where":{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}}}}"#
            _ = try await api.post("/api/segments", envelope(#"{"name":"Awake","conditions":\#(tree)}"#))
            let caio = try await api.get("/api/segments/awake/explain/caio").json()["data"]?["attributes"]
            #expect(caio?["holds"] == true && caio?["first_failure"] == .null)
            let end = Instant(parsing: "2026-03-29 00:00:00", zone: services.references.current.calendar.zone)
            #expect(caio?["changes_at"]?.text == end?.rfc3339)
        }
    }

    @Test func `every field says its operators and its help`() async throws {
        try await withAPI(try await Services.test()) { api in
            let data = try await api.get("/api/segments/fields").json()["data"]
            let count = data?["fields"]?.list.first { $0["code"] == "orders.count" }
            #expect(count?["scope"] == "customer" && count?["type"] == "number")
            #expect(count?["operators"]?.list.contains("between") == true)
            let context = data?["fields"]?.list.first { $0["code"] == "context.<path>" }
            #expect(context?["scope"] == "event" && context?["type"] == "context" && context?["measurable"] == true)
            let asked = data?["types"]?.list.first { $0["code"] == "context" }?["operators"]?.list ?? []
            #expect(asked.first { $0["code"] == "contains" }?["operand"] == "text")
            #expect(asked.first { $0["code"] == "gt" }?["operand"] == "number")
            #expect(data?["fields"]?.list.allSatisfy { $0["name"]?.text?.isEmpty == false } == true)
        }
    }

    @Test func `customers are told only to keys that may read them`() async throws {
        let services = try await SegmentShop.services()
        try await withAPI(services) { api in
            _ = try await api.post(
                "/api/segments", envelope(#"{"name":"Porto","conditions":\#(SegmentShop.porto)}"#))
        }
        try await withAPI(services, scopes: [.segmentsRead]) { api in
            let preview = try await api.post(
                "/api/segments/preview", envelope(#"{"conditions":\#(SegmentShop.porto)}"#))
            #expect(try preview.json()["data"]?["attributes"]?["count"] == 3)
            #expect(try preview.json()["data"]?["attributes"]?["sample"]?.list == [])
            for path in ["segments/porto/customers", "segments/porto/explain/ana", "customers/ana/segments"] {
                #expect(try await api.get("/api/\(path)").status == 403, "\(path)")
            }
            #expect(try await api.post("/api/segments", envelope("{}")).status == 403)
        }
    }

    private func ids(_ api: APIClient, _ path: String) async throws -> [String] {
        try await api.get(path).json()["data"]?.list.compactMap { $0["id"]?.text }.sorted() ?? []
    }
}
