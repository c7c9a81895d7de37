import Domain
import Logging
import Platform
import TestSupport
import Testing
import Web

/// `/api/fields`, and custom values on every way in and out (spec orders.md, "Fields").
struct FieldAPITests {
    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        return services
    }

    @Test func `a field is made, listed, changed and deleted with its values`() async throws {
        let services = try await shop()
        try await withAPI(services) { api async throws in
            let made = try await api.post(
                "/api/fields",
                envelope(
                    #"{"object":"order","code":"gift","name":"Gift wrap","type":"choices","choices":["card","box"],"group":"Wrapping","default":["box"],"min":1,"description":"How it is wrapped."}"#
                )
            )
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/fields/order/gift")
            #expect(
                made.text
                    == #"{"data":{"attributes":{"choices":["card","box"],"code":"gift","custom":true,"default":["box"],"description":"How it is wrapped.","group":"Wrapping","max":null,"metadata_path":null,"min":1,"name":"Gift wrap","object":"order","position":1,"required":false,"type":"choices","values":0},"id":"order/gift","links":{"self":"/api/fields/order/gift"},"type":"fields"}}"#
            )
            #expect(
                try await api.post(
                    "/api/fields", envelope(#"{"object":"order","code":"gift","name":"Other","type":"string"}"#)
                ).code() == "code_taken")
            #expect(
                try await api.post("/api/orders", envelope(#"{"external_id":"1","client_external_id":"c-1"}"#)).status
                    == 201)
            #expect(try await api.get("/api/fields/order/gift").json()["data"]?["attributes"]?["values"] == 1)
            let changed = try await api.patch(
                "/api/fields/order/gift", envelope(#"{"name":"Wrapping","default":null,"min":null}"#))
            #expect(try changed.json()["data"]?["attributes"]?["default"] == .null)
            #expect(
                try await api.patch("/api/fields/order/gift", envelope(#"{"type":"string"}"#)).errors() == [
                    "/data/attributes/type fixed"
                ])
            let listed = try await api.get("/api/fields?filter%5Bobject%5D=order&filter%5Bcustom%5D=true").json()
            #expect(listed["data"]?.list.map { $0["attributes"]?["name"] } == ["Wrapping"])
            #expect(
                try await api.get("/api/fields?filter%5Bobject%5D=customer").json()["data"]?[1]?["attributes"]?["type"]
                    == "email")
            #expect(try await api.delete("/api/fields/order/gift").status == 204)
            #expect(try await api.delete("/api/fields/order/gift").code() == "unknown_field")
            #expect(try await api.delete("/api/fields/order/number").code() == "system_field")
            #expect(try await api.get("/api/orders/1").json()["data"]?["attributes"]?["gift"] == nil)
        }
    }

    @Test func `reading takes a reader's scope, and changing an administrator's`() async throws {
        let services = try await shop()
        _ = try await services.fields.create(.sample())
        try await withAPI(services, scopes: [.ordersRead]) { api async throws in
            #expect(try await api.get("/api/fields/order/tier").status == 200)
            #expect(try await api.delete("/api/fields/order/tier").status == 403)
        }
    }

    @Test func `values enter, change, clear and are told in history`() async throws {
        let services = try await shop()
        for patch in [
            CustomFieldPatch.sample(.order, "tier", .choice, choices: ["gold", "silver"]),
            .sample(.order, "score", .decimal),
            .sample(.order, "due", .date), .sample(.order, "gift", .boolean), .sample(.orderLine, "engraving", .string),
        ] { _ = try await services.fields.create(patch) }
        try await withAPI(services) { api async throws in
            let made = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"1","client_external_id":"c-1","tier":"gold","score":0.000001,"due":"2026-03-01","gift":true,"items":[{"external_id":"a","engraving":"Ana"},{"external_id":"b"}]}"#
                )
            )
            let attributes = try #require(try made.json()["data"]?["attributes"])
            #expect(attributes["tier"] == "gold")
            #expect(attributes["score"] == 0.000001)
            #expect(attributes["due"] == "2026-03-01")
            #expect(attributes["gift"] == true)
            #expect(attributes["items"]?.list.map { $0["engraving"] } == ["Ana", .null])
            let again = try await api.post(
                "/api/orders",
                envelope(#"{"external_id":"1","tier":"gold","items":[{"external_id":"a"},{"external_id":"b"}]}"#)
            )
            #expect(try again.json()["data"]?["attributes"]?["version"] == 1)
            let changed = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"1","tier":null,"score":"","gift":false,"items":[{"external_id":"b","engraving":"Bo"},{"external_id":"a"}]}"#
                )
            )
            let after = try #require(try changed.json()["data"]?["attributes"])
            #expect(
                after["tier"] == .null && after["score"] == .null && after["gift"] == false && after["version"] == 2)
            #expect(after["items"]?.list.map { $0["engraving"] } == ["Bo", "Ana"])
            #expect(try await api.get("/api/orders/1").json()["data"]?["attributes"] == after)
            let history = try await api.get("/api/orders/1/activity").json()["data"]?.list ?? []
            let told = history.map {
                "\($0["attributes"]?["field"]?.text ?? "") \($0["attributes"]?["from"]?.text ?? "-") \($0["attributes"]?["to"]?.text ?? "-")"
            }
            #expect(
                Set(told).isSuperset(of: [
                    "tier gold -", "score 0.000001 -", "gift true false", "items[b].engraving - Bo",
                ])
            )
            #expect(try await api.delete("/api/orders/1").status == 204)
            #expect(try await services.verifier.verify().allSatisfy(\.findings.isEmpty))
        }
    }

    private static let refused: [(String, [String])] = [
        (#""tier":"bronze""#, ["/data/attributes/tier not_a_choice"]),
        (#""score":"12""#, ["/data/attributes/score not_a_number"]),
        (#""score":11"#, ["/data/attributes/score too_large"]),
        (#""tier":"gold","tier":"gold""#, ["/data/attributes/tier duplicate_key"]),
        (#""unheard":1"#, ["/data/attributes/unheard unknown_attribute"]),
        (#""source":"ads""#, ["/data/attributes/source taken_from_metadata"]),
        (#""must":null"#, ["/data/attributes/must required"]),
        (#""items":[{"external_id":"a","size":1.5}]"#, ["/data/attributes/items/0/size not_an_integer"]),
    ]

    @Test(arguments: refused)
    func `what a field does not take is refused with its pointer`(attributes: String, errors: [String]) async throws {
        let services = try await shop()
        for patch in [
            CustomFieldPatch.sample(.order, "tier", .choice, choices: ["gold"]),
            .sample(.order, "score", .decimal, max: "10"),
            .sample(.order, "source", metadataPath: "utm.source"), .sample(.order, "must", required: true),
            .sample(.orderLine, "size", .integer),
        ] { _ = try await services.fields.create(patch) }
        try await withAPI(services) { api async throws in
            let head = attributes.contains("must") ? "" : #""must":"x","#
            let answer = try await api.post(
                "/api/orders", envelope(#"{"external_id":"1","client_external_id":"c-1",\#(head)\#(attributes)}"#)
            )
            #expect(answer.status == 422)
            #expect(try answer.errors() == errors)
        }
    }

    @Test func `required and default values are seen to when an object is made, and only then`() async throws {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true))
        try await withAPI(services) { api async throws in
            #expect(
                try await api.post("/api/orders", envelope(#"{"external_id":"old","client_external_id":"c-9"}"#)).status
                    == 201)
            for patch in [
                CustomFieldPatch.sample(.order, "must", required: true),
                .sample(.order, "usual", .integer, standard: "3"),
                .sample(.orderLine, "size", .integer, required: true), .sample(.customer, "plan", required: true),
                .sample(.customer, "level", .integer, standard: "1"), .sample(.product, "made_in", required: true),
            ] { _ = try await services.fields.create(patch) }
            let refused = try await api.post(
                "/api/orders",
                envelope(#"{"external_id":"1","client_external_id":"nobody","items":[{"external_id":"a"}]}"#)
            )
            #expect(
                try refused.errors() == ["/data/attributes/must required", "/data/attributes/items/0/size required"])
            #expect(try await api.get("/api/customers/nobody").status == 404)
            let made = try await api.post(
                "/api/orders", envelope(#"{"external_id":"1","client_external_id":"nobody","must":"x"}"#)
            )
            #expect(try made.json()["data"]?["attributes"]?["usual"] == 3)
            // A customer that an order makes has the defaults, and may lack what is required.
            #expect(try await api.get("/api/customers/nobody").json()["data"]?["attributes"]?["level"] == 1)
            #expect(
                try await api.post("/api/customers", envelope(#"{"external_id":"new"}"#)).errors() == [
                    "/data/attributes/plan required"
                ])
            #expect(
                try await api.post("/api/products", envelope(#"{"external_id":"p"}"#)).errors() == [
                    "/data/attributes/made_in required"
                ])
            // What was there before is not asked for what it never had.
            #expect(try await api.post("/api/orders", envelope(#"{"external_id":"old","number":"7"}"#)).status == 200)
            let list = try await api.post(
                "/api/products",
                #"{"data":[{"attributes":{"external_id":"p"}},{"attributes":{"external_id":"q","made_in":"PT"}}]}"#
            )
            #expect(try list.json()["data"]?.list.map { $0["meta"]?["status"] } == [422, 201])
            #expect(try await api.get("/api/products/q").json()["data"]?["attributes"]?["made_in"] == "PT")
        }
    }

    @Test func `metadata gives a mapped field its value at each write`() async throws {
        let services = try await shop()
        _ = try await services.fields.create(.sample(.order, "source", .string, metadataPath: "utm.source"))
        try await withAPI(services) { api async throws in
            let body = #"{"external_id":"1","client_external_id":"c-1","metadata":{"utm":{"source":"ads"}}}"#
            #expect(try await api.post("/api/orders", envelope(body)).json()["data"]?["attributes"]?["source"] == "ads")
            #expect(
                try await api.post("/api/orders", envelope(#"{"external_id":"1","number":"5"}"#)).json()["data"]?[
                    "attributes"]?["source"] == "ads")
            #expect(try await api.get("/api/orders?filter%5Bsource%5D=ads").json()["meta"]?["total"] == 1)
            #expect(
                try await api.post("/api/orders", envelope(#"{"external_id":"1","metadata":null}"#)).json()["data"]?[
                    "attributes"]?["source"] == .null)
            #expect(try await api.get("/api/orders?filter%5Bsource%5D=ads").json()["meta"]?["total"] == 0)
        }
    }

    private static let filters: [(String, [String])] = [
        ("tier=gold", ["3", "1"]), ("tier=Gold", []), ("score=2.5", ["2"]), ("score_from=2.5", ["3", "2"]),
        ("score_from=1&score_to=2.5", ["2", "1"]), ("score_from=3&score_to=2", []), ("due_to=2026-01-31", ["1"]),
        ("due_from=2026-01-01&tier=gold", ["3", "1"]), ("tags=b", ["2", "1"]),
        ("seen_from=2026-05-02&seen_to=2026-05-02", ["2"]),
        ("paid=true", ["1"]),
    ]

    @Test func `lists are filtered by custom values, exactly and by ranges`() async throws {
        let services = try await shop()
        for patch in [
            CustomFieldPatch.sample(.order, "tier"), .sample(.order, "score", .decimal), .sample(.order, "due", .date),
            .sample(.order, "tags", .choices, choices: ["a", "b"]), .sample(.order, "seen", .datetime),
            .sample(.order, "paid", .boolean),
            .sample(.customer, "plan", .integer), .sample(.customer, "long", .text),
        ] { _ = try await services.fields.create(patch) }
        try await withAPI(services) { api async throws in
            for (id, attributes) in [
                ("1", #""tier":"gold","score":1,"due":"2026-01-31","tags":["a","b"],"paid":true"#),
                ("2", #""tier":"silver","score":2.5,"tags":["b"],"seen":"2026-05-02T23:59:59.999Z","paid":false"#),
                ("3", #""tier":"gold","score":30,"due":"2026-02-01","seen":"2026-05-03T00:00:00Z""#),
            ] {
                let body = envelope(
                    #"{"external_id":"\#(id)","client_external_id":"c-1","date":"2026-01-0\#(id)T00:00:00Z",\#(attributes)}"#
                )
                #expect(try await api.post("/api/orders", body).status == 201)
            }
            for (filter, ids) in Self.filters {
                let query = filter.split(separator: "&").map { part in
                    let pair = part.split(separator: "=")
                    return "filter%5B\(pair[0])%5D=\(pair[1])"
                }.joined(separator: "&")
                let answer = try await api.get("/api/orders?\(query)").json()
                #expect(answer["data"]?.list.compactMap { $0["id"]?.text } == ids, "\(filter): \(answer)")
            }
            #expect(try await api.get("/api/orders?filter%5Bscore%5D=many").code() == "bad_filter")
            #expect(try await api.get("/api/orders?filter%5Btier_from%5D=a").code() == "unknown_filter")
            let long = String(repeating: "x", count: 300)
            for (id, attributes) in [
                ("a", #""plan":1,"long":"\#(long)""#), ("b", #""plan":2,"long":"\#(long)y""#),
                ("c", #""first_name":"Ana","plan":2"#),
            ] {
                _ = try await api.post("/api/customers", envelope(#"{"external_id":"\#(id)",\#(attributes)}"#))
            }
            func customers(_ query: String) async throws -> [String]? {
                try await api.get("/api/customers?\(query)").json()["data"]?.list.compactMap { $0["id"]?.text }.sorted()
            }
            #expect(try await customers("filter%5Bplan_from%5D=2") == ["b", "c"])
            #expect(try await customers("filter%5Bplan%5D=2&filter%5Bq%5D=ana") == ["c"])
            #expect(try await customers("filter%5Blong%5D=\(long)") == ["a"])
        }
    }

    @Test func `the API's description names custom fields and their filters`() async throws {
        let services = try await shop()
        _ = try await services.fields.create(.sample(.order, "tier", .choice, choices: ["gold"]))
        try await withAPI(services) { api async throws in
            func tier() async throws -> JSON? {
                let document = try await api.get("/openapi.json").json()
                return document["components"]?["schemas"]?["OrderInput"]?["properties"]?["tier"]
            }
            #expect(try await tier()?["description"] == "Tier")
            #expect(try await api.get("/openapi.json").text.contains("filter[tier]"))
            try await services.fields.delete(.order, code: "tier")
            #expect(try await tier() == nil)
        }
    }
}
