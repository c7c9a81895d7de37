import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct CategoryAPITests {
    @Test func `a category is made, changed in part, and deleted once nothing names it`() async throws {
        try await withAPI(try await Services.test()) { api in
            let made = try await api.post("/api/categories", envelope(#"{"external_id":"tea","name":"Tea"}"#))
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/categories/tea")
            #expect(
                made.text
                    == #"{"data":{"attributes":{"created_at":"2026-03-01T12:00:00.000Z","external_id":"tea","name":"Tea","parent_external_id":null,"updated_at":"2026-03-01T12:00:00.000Z","version":1},"id":"tea","links":{"self":"/api/categories/tea"},"type":"categories"}}"#
            )
            let oolong = envelope(#"{"external_id":"oolong","name":"Oolong","parent_external_id":"tea"}"#)
            #expect(try await api.post("/api/categories", oolong).status == 201)
            #expect(try await api.post("/api/categories", oolong).header("ETag") == #""1""#)
            _ = try await api.post(
                "/api/products", envelope(#"{"external_id":"p-1","category_external_id":"oolong"}"#)
            )
            let used = try await api.delete("/api/categories/oolong")
            #expect(used.status == 409)
            #expect(try used.code() == "category_in_use")
            #expect(try await api.delete("/api/categories/tea").status == 409)
            let patch = envelope(#"{"category_external_id":null}"#)
            #expect(try await api.patch("/api/products/p-1", patch).status == 200)
            #expect(try await api.delete("/api/categories/oolong").status == 204)
            #expect(try await api.delete("/api/categories/oolong").code() == "unknown_category")
            #expect(try await api.patch("/api/categories/oolong", envelope("{}")).status == 404)
        }
    }

    @Test func `a category cannot stand above itself, however long the way round`() async throws {
        try await withAPI(try await Services.test()) { api in
            func put(_ id: String, _ parent: String) async throws -> [String] {
                try await api.post(
                    "/api/categories", envelope(#"{"external_id":"\#(id)","parent_external_id":"\#(parent)"}"#)
                ).errors()
            }
            let fault = ["/data/attributes/parent_external_id cycle"]
            #expect(try await put("a", "a") == fault)
            #expect(try await put("a", "b").isEmpty)
            #expect(try await put("b", "c").isEmpty)
            #expect(try await put("c", "a") == fault)
            #expect(try await put("c", "d").isEmpty)
            #expect(try await put("d", "b") == fault)
            var deep: [String] = []
            for level in 0..<40 where deep.isEmpty { deep = try await put("n-\(level)", "n-\(level - 1)") }
            #expect(deep == ["/data/attributes/parent_external_id too_deep"])
        }
    }

    @Test func `a list is filtered by parent and text, and paged`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post(
                "/api/categories",
                #"{"data":[{"attributes":{"external_id":"tea","name":"Thé vert"}},{"attributes":{"external_id":"a","parent_external_id":"tea"}},{"attributes":{"external_id":"b","parent_external_id":"tea"}},{"attributes":{"name":"no id"}}]}"#
            )
            func ids(_ query: String) async throws -> [String?] {
                try await api.get("/api/categories?\(query)").json()["data"]?.list.map { $0["id"]?.text } ?? []
            }
            #expect(try await ids("filter[parent_external_id]=tea") == ["a", "b"])
            #expect(try await ids("filter[q]=the") == ["tea"])
            #expect(try await ids("page[size]=1&page[number]=2") == ["b"])
            #expect(try await api.get("/api/categories").json()["meta"]?["total"] == 3)
        }
    }

    @Test func `a product is changed in part and deleted, with its version asked for`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post(
                "/api/products", envelope(#"{"external_id":"p/1","name":"Thé","sku":"AB-7","price":3,"stock":2}"#)
            )
            let stale = ["If-Match": #""9""#]
            let patch = envelope(#"{"price":4.5,"sku":""}"#)
            #expect(try await api.patch("/api/products/p%2F1", patch, headers: stale).status == 412)
            let changed = try await api.patch("/api/products/p%2F1", patch)
            #expect(changed.status == 200)
            let attributes = try changed.json()["data"]?["attributes"]
            #expect(attributes?["price"] == 4.5 && attributes?["sku"] == .null && attributes?["name"] == "Thé")
            let other = envelope(#"{"external_id":"p-2"}"#)
            #expect(
                try await api.patch("/api/products/p%2F1", other).errors() == ["/data/attributes/external_id fixed"])
            #expect(try await api.delete("/api/products/p%2F1", headers: stale).status == 412)
            #expect(try await api.delete("/api/products/p%2F1").status == 204)
            #expect(try await api.delete("/api/products/p%2F1").code() == "unknown_product")
            #expect(try await api.patch("/api/products/p%2F1", patch).status == 404)
        }
    }

    @Test(arguments: [("the", ["p-1"]), ("ab", ["p-1"]), ("P-", ["p-1", "p-2"]), ("50%", ["p-2"]), ("zzz", [])])
    func `products are found by name, article number and id, folded`(text: String, expected: [String]) async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post(
                "/api/products",
                #"{"data":[{"attributes":{"external_id":"p-1","name":"Thé vert","sku":"AB-7"}},{"attributes":{"external_id":"p-2","name":"Cotton 50% linen"}}]}"#
            )
            let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let found = try await api.get("/api/products?filter[q]=\(query)").json()["data"]?.list ?? []
            #expect(found.compactMap { $0["id"]?.text } == expected)
        }
    }
}
