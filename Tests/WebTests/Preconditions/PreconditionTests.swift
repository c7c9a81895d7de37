import Platform
import TestSupport
import Testing

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
            for path in ["/api/customers/c", "/api/products/p", "/api/orders/o"] {
                let answer = try await api.get(path, headers: ["If-None-Match": tags])
                #expect(answer.status == status, "\(path)")
                #expect(answer.header("ETag") == #""1""#)
                #expect(answer.text.isEmpty == (status == 304))
            }
        }
    }
}
