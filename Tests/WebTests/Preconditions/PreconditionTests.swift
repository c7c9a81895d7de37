import Domain
import Platform
import TestSupport
import Testing
import Web

/// `ETag`, `If-Match` and `If-None-Match` on single objects.
struct PreconditionTests {
    private static let objects = ["customers", "products"]

    /// An answer's way through one object's life.
    @Test(arguments: objects)
    func `a write with an old version is refused, and stores nothing`(kind: String) async throws {
        try await withAPI(try await Services.test()) { api in
            func send(_ name: String, _ tag: String) async throws -> APIClient.Answer {
                let attribute = kind == "customers" ? "city" : "name"
                return try await api.post(
                    "/api/\(kind)", envelope(#"{"external_id":"x","\#(attribute)":"\#(name)"}"#),
                    headers: ["If-Match": tag])
            }
            #expect(try await send("a", #""1""#).status == 412)
            #expect(try await send("a", "*").status == 412)
            #expect(try await api.post("/api/\(kind)", envelope(#"{"external_id":"x"}"#)).header("ETag") == #""1""#)
            #expect(try await send("a", #""1""#).header("ETag") == #""2""#)
            #expect(try await send("a", "*").status == 200)
            let late = try await send("b", #""1""#)
            #expect(late.status == 412)
            #expect(try late.code() == "outdated")
            #expect(try late.json()["detail"]?.text?.contains("version 2") == true)
            #expect(try await api.get("/api/\(kind)/x").header("ETag") == #""2""#)
            for tag in ["x", "\"a\"", "\"0\"", "", "W/\"2\""] {
                #expect(try await send("c", tag).code() == "bad_if_match", "\(tag)")
            }
        }
    }

    @Test(arguments: objects)
    func `If-None-Match with a star only creates`(kind: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let body = envelope(#"{"external_id":"x"}"#)
            let headers = ["If-None-Match": "*"]
            let first = try await api.post("/api/\(kind)", body, headers: headers)
            #expect(first.status == 201)
            #expect(try await api.post("/api/\(kind)", body, headers: headers).status == 412)
            #expect(try await api.post("/api/\(kind)", body, headers: ["If-None-Match": #""1""#]).status == 400)
        }
    }

    @Test func `an order too, and a list takes neither`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            let attributes = #"{"external_id":"o","client_external_id":"c"}"#
            let headers = ["If-None-Match": "*"]
            #expect(try await api.post("/api/orders", envelope(attributes), headers: headers).status == 201)
            #expect(try await api.post("/api/orders", envelope(attributes), headers: headers).status == 412)
            let list = #"{"data":[{"attributes":\#(attributes)}]}"#
            for headers in [headers, ["If-Match": #""1""#]] {
                #expect(try await api.post("/api/orders", list, headers: headers).code() == "no_precondition")
            }
        }
    }

    @Test func `a customer whose figures changed is sent anew, though the version is the same`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            let seen = try #require(try await api.get("/api/customers/c").header("ETag"))
            let order = #"{"external_id":"o","client_external_id":"c","items_sum":9,"payment":{"status_code":"paid"}}"#
            _ = try await api.post("/api/orders", envelope(order))
            let now = try await api.get("/api/customers/c", headers: ["If-None-Match": seen])
            #expect(now.status == 200)
            #expect(try now.json()["data"]?["attributes"]?["orders"]?["total"] == 9)
        }
    }

    @Test func `a customer's change is held to the version that was seen`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            let body = envelope(#"{"city":"Porto"}"#)
            #expect(try await api.patch("/api/customers/c", body, headers: ["If-Match": #""2""#]).status == 412)
            #expect(try await api.patch("/api/customers/c", body, headers: ["If-Match": #""1""#]).status == 200)
            #expect(try await api.patch("/api/customers/c", body, headers: ["If-Match": "*"]).status == 200)
            #expect(try await api.patch("/api/customers/none", body, headers: ["If-Match": #""1""#]).status == 404)
        }
    }

    @Test(arguments: [
        (#""1""#, 304), (#"W/"1""#, 304), (#""7", "1""#, 304), ("*", 304), (#""2""#, 200), ("1", 200), ("{}", 200),
    ])
    func `who has seen an object gets 304`(tags: String, status: Int) async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            _ = try await api.post("/api/products", envelope(#"{"external_id":"p"}"#))
            _ = try await api.post("/api/orders", envelope(#"{"external_id":"o","client_external_id":"c"}"#))
            for path in ["/api/products/p", "/api/orders/o"] {
                let answer = try await api.get(path, headers: ["If-None-Match": tags])
                #expect(answer.status == status, "\(path)")
                #expect(answer.header("ETag") == #""1""#)
                #expect(answer.text.isEmpty == (status == 304))
            }
        }
    }

    /// Things that keep no version are known by what they are.
    @Test(arguments: [
        ("/api/order-statuses/general/accepted", #"{"name":"First"}"#, #"{"name":"Second"}"#),
        ("/api/fields/order/tier", #"{"name":"First"}"#, #"{"description":"Second"}"#),
        ("/api/project", #"{"name":"First"}"#, #"{"features":{"EnableReceipts":false}}"#),
    ])
    func `a setting is changed only by who has seen it as it is`(path: String, first: String, second: String)
        async throws
    {
        let services = try await Services.test()
        _ = try await services.fields.create(.sample())
        try await withAPI(services) { api in
            let seen = try #require(try await api.get(path).header("ETag"))
            #expect(try await api.get(path).header("ETag") == seen)
            let changed = try await api.patch(path, envelope(first), headers: ["If-Match": seen])
            #expect(changed.status == 200)
            #expect(changed.header("ETag") != seen)
            let after = try await api.get(path)
            #expect(changed.header("ETag") == after.header("ETag"))
            let late = try await api.patch(path, envelope(second), headers: ["If-Match": seen])
            #expect(late.status == 412)
            #expect(try late.code() == "outdated")
            #expect(try await api.get(path).header("ETag") == changed.header("ETag"))
            for tag in ["x", "\"", "\"\"", "W/\"1\""] {
                let answer = try await api.patch(path, envelope(second), headers: ["If-Match": tag])
                #expect(try answer.code() == "bad_if_match", "\(tag)")
            }
            #expect(try await api.patch(path, envelope(second), headers: ["If-Match": "*"]).status == 200)
            guard path != "/api/project" else { return }
            #expect(try await api.delete(path, headers: ["If-Match": seen]).status == 412)
            let now = try #require(try await api.get(path).header("ETag"))
            #expect(try await api.delete(path, headers: ["If-Match": now]).status == 204)
        }
    }

    /// The field of a form that tells what it was made of.
    private func hidden(_ name: String, in page: String) throws -> String {
        let shape = try Regex(#"name="\#(name)" value="([^"]+)""#)
        return try #require(try shape.firstMatch(in: page)?.output[1].substring.map(String.init))
    }

    @Test func `a form of what it is no more changes nothing, and says so`() async throws {
        let services = try await Services.test()
        _ = try await services.fields.create(.sample())
        try await withPages(services) { pages in
            let path = Links.status(.general, code: "accepted")
            let seen = try hidden("seen", in: try await pages.get(path).text)
            var form = ["name": "Mine", "code": "accepted", "color": "red", "seen": seen]
            #expect(try await pages.post(path, form).status == 303)
            form["name"] = "Theirs"
            let late = try await pages.post(path, form)
            #expect(late.status == 422)
            #expect(late.text.contains("Somebody changed this status meanwhile"))
            #expect(services.statuses.book.status(.general, code: "accepted")?.name == "Mine")

            let field = Links.field(.order, code: "tier")
            let fieldSeen = try hidden("seen", in: try await pages.get(field).text)
            #expect(try await pages.post(field, ["name": "Mine", "seen": fieldSeen]).status == 303)
            let lateField = try await pages.post(field, ["name": "Theirs", "seen": fieldSeen])
            #expect(lateField.text.contains("Somebody changed this field meanwhile"))

            let features = try hidden("seen", in: try await pages.get(Links.features).text)
            let rules = ["included_orders": "all", "seen": features]
            let saved = try await pages.post(Links.orderRules, rules)
            #expect(saved.header("Set-Cookie")?.contains("rules-saved") == true)
            let lateFeatures = try await pages.post(Links.features, ["seen": features])
            #expect(lateFeatures.header("Set-Cookie")?.contains("changed-meanwhile") == true)
            #expect(services.references.current.features.has(.orders))
        }
    }

    @Test func `a product's form holds to its version`() async throws {
        let services = try await Services.test()
        try await withPages(services) { pages in
            #expect(try await pages.post(Links.newProduct, ["external_id": "p", "name": "Tea"]).status == 303)
            let version = try hidden("version", in: try await pages.get(Links.product("p")).text)
            #expect(try await pages.post(Links.product("p"), ["name": "Mine", "version": version]).status == 303)
            let late = try await pages.post(Links.product("p"), ["name": "Theirs", "version": version])
            #expect(late.status == 422)
            #expect(late.text.contains("Somebody changed this product meanwhile"))
            #expect(try services.products.product("p").fields.text(.name) == "Mine")
        }
    }
}
