import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

struct CustomerLifeAPITests {
    private func person(_ api: APIClient, _ id: String, _ more: String = "") async throws {
        #expect(try await api.post("/api/customers", envelope(#"{"external_id":"\#(id)"\#(more)}"#)).status == 201)
    }

    private func order(_ api: APIClient, _ id: String, of customer: String) async throws {
        let body =
            #"{"external_id":"\#(id)","client_external_id":"\#(customer)","items_sum":12.5,"status_code":"completed","card":"777","delivery":{"address":"Hollow Lane 7"},"items":[{"external_id":"1","sum":12.5}]}"#
        #expect(try await api.post("/api/orders", envelope(body)).status == 201)
    }

    @Test func `a version that is out of date is refused`() async throws {
        try await withAPI(try await Services.test()) { api in
            try await person(api, "a")
            let stale = ["If-Match": #""7""#]
            let body = envelope(#"{"external_id":"a","city":"Porto"}"#)
            #expect(try await api.post("/api/customers", body, headers: stale).status == 412)
            #expect(try await api.patch("/api/customers/a", body, headers: stale).status == 412)
            #expect(try await api.delete("/api/customers/a", headers: stale).code() == "outdated")
            try await person(api, "b")
            let merge = envelope(#"{"into":"b"}"#)
            #expect(try await api.post("/api/customers/a/merge", merge, headers: stale).status == 412)
            let fresh = ["If-Match": #""1""#]
            let changed = try await api.patch("/api/customers/a", body, headers: fresh)
            #expect(changed.status == 200)
            #expect(changed.header("ETag") == #""2""#)
            #expect(try await api.delete("/api/customers/a", headers: ["If-Match": "7"]).status == 400)
            #expect(try await api.delete("/api/customers/a", headers: ["If-Match": #""2""#]).status == 204)
        }
    }

    @Test func `a merge answers who stays, and the old name goes on`() async throws {
        try await withAPI(try await Services.test()) { api in
            try await person(api, "visitor", #","phone":"+351912345678""#)
            try await person(api, "724")
            try await order(api, "o-1", of: "visitor")
            let merged = try await api.post("/api/customers/visitor/merge", envelope(#"{"into":"724"}"#))
            #expect(merged.status == 200)
            let answer = try merged.json()
            #expect(answer["data"]?["id"] == "724")
            #expect(answer["data"]?["attributes"]?["phone"] == "+351912345678")
            #expect(answer["data"]?["attributes"]?["orders"]?["count"] == 1)
            #expect(answer["meta"] == ["merged": true, "orders_moved": 1])
            let again = try await api.post("/api/customers/visitor/merge", envelope(#"{"into":"724"}"#))
            #expect(try again.json()["meta"] == ["merged": false, "orders_moved": 0])
            #expect(try await api.get("/api/customers/visitor").json()["data"]?["id"] == "724")
            #expect(try await api.get("/api/orders/o-1").json()["data"]?["attributes"]?["client_external_id"] == "724")
            #expect(try await api.get("/api/customers/visitor/orders").json()["meta"]?["total"] == 1)
            #expect(
                try await api.get("/api/orders?filter%5Bclient_external_id%5D=visitor").json()["meta"]?["total"] == 1)
        }
    }

    private static let wrongMerges: [(String, String, Int, String)] = [
        ("a", #"{"into":"a"}"#, 409, "merge_into_itself"), ("none", #"{"into":"a"}"#, 404, "unknown_customer"),
        ("a", #"{"into":"none"}"#, 422, "/data/attributes/into unknown_customer"),
        ("a", "{}", 422, "/data/attributes/into required"),
        ("a", #"{"into":null}"#, 422, "/data/attributes/into required"),
        ("a", #"{"into":7}"#, 422, "/data/attributes/into not_a_string"),
        ("a", #"{"into":"b","why":"x"}"#, 422, "/data/attributes/why unknown_attribute"),
        ("a", #"{"into":"b","into":"b"}"#, 422, "/data/attributes/into duplicate_key"),
        ("a", "[]", 422, "/data/attributes not_an_object"),
    ]

    @Test(arguments: wrongMerges)
    func `a merge that cannot be is refused`(id: String, body: String, status: Int, code: String) async throws {
        try await withAPI(try await Services.test()) { api in
            try await person(api, "a")
            try await person(api, "b")
            let answer = try await api.post("/api/customers/\(id)/merge", envelope(body))
            #expect(answer.status == status)
            #expect(try status == 422 ? answer.errors() == [code] : answer.code() == code)
            #expect(try await api.get("/api/customers").json()["meta"]?["total"] == 2)
        }
    }

    @Test func `an erased person is gone, and the order stays without them`() async throws {
        try await withAPI(try await Services.test()) { api in
            try await person(api, "a/1", #","email":"ana@example.com""#)
            try await order(api, "o-1", of: "a/1")
            #expect(try await api.delete("/api/customers/a%2F1").status == 204)
            #expect(try await api.delete("/api/customers/a%2F1").status == 404)
            #expect(try await api.get("/api/customers/a%2F1").code() == "unknown_customer")
            #expect(try await api.get("/api/customers").json()["meta"]?["total"] == 0)
            let order = try #require(try await api.get("/api/orders/o-1").json()["data"]?["attributes"])
            #expect(order["client_external_id"] == .null)
            #expect(order["card"] == .null)
            #expect(order["delivery"]?["address"] == .null)
            #expect(order["items_sum"] == 12.5)
            #expect(order["version"] == 2)
            let history = try await api.get("/api/orders/o-1/activity").text
            #expect(history.contains("customer_erased") && !history.contains("Hollow"))
            try await person(api, "a/1")
        }
    }

    @Test func `an export holds all that is kept of a person`() async throws {
        try await withAPI(try await Services.test()) { api in
            try await person(api, "visitor")
            try await person(api, "a", #","email":"ana@example.com""#)
            try await order(api, "o-1", of: "a")
            try await order(api, "o-2", of: "visitor")
            #expect(try await api.delete("/api/orders/o-1").status == 204)
            _ = try await api.patch("/api/customers/a", envelope(#"{"city":"Porto"}"#))
            _ = try await api.post("/api/customers/visitor/merge", envelope(#"{"into":"a"}"#))
            let answer = try await api.get("/api/customers/a/export")
            let export = try #require(try answer.json()["data"]?["attributes"])
            #expect(export["customer"]?["email"] == "ana@example.com")
            #expect(export["merged_from"]?[0]?["external_id"] == "visitor")
            #expect(
                export["history"]?.list.compactMap { $0["field"]?.text } == ["created", "city", "created", "merged"])
            #expect(export["orders"]?.list.map { $0["attributes"]?["external_id"]?.text } == ["o-2", "o-1"])
            #expect(export["orders"]?.list.map { $0["deleted"] } == [false, true])
            #expect(export["orders"]?[0]?["history"]?.list.isEmpty == false)
            let kinds = Set(export["events"]?.list.compactMap { $0["kind"]?.text } ?? [])
            #expect(
                kinds.isSuperset(of: ["customer.created", "customer.merged", "customer.merged_away", "order.created"]))
            #expect(try await api.get("/api/customers/none/export").status == 404)
        }
    }

    private static let calls: [(String, String, Scope)] = [
        ("DELETE", "/api/customers/a", .customersRead), ("POST", "/api/customers/a/merge", .customersRead),
        ("GET", "/api/customers/a/export", .customersRead), ("GET", "/api/customers/a/export", .ordersRead),
        ("GET", "/api/customers", .customersWrite),
    ]

    @Test(arguments: calls)
    func `a key without the scope is refused`(method: String, path: String, scope: Scope) async throws {
        try await withAPI(try await Services.test(), scopes: [scope]) { api in
            let body = method == "POST" ? envelope(#"{"into":"b"}"#) : nil
            let answer = try await api.send(.init(rawValue: method) ?? .get, path, body)
            #expect(answer.status == 403)
        }
    }
}
