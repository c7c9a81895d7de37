import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

/// Methods and forms of requests that no handler sees.
struct MethodTests {
    private static let wrong: [(HTTPRequest.Method, String, String)] = [
        (.put, "/api/orders", "GET, HEAD, OPTIONS, POST"), (.delete, "/api/orders", "GET, HEAD, OPTIONS, POST"),
        (.post, "/api/orders/o-1", "DELETE, GET, HEAD, OPTIONS"), (.get, "/api/orders/o-1/status", "OPTIONS, PATCH"),
        (.get, "/api/segments/preview", "OPTIONS, POST"), (.delete, "/api/segments/fields", "GET, HEAD, OPTIONS"),
        (.trace, "/api/customers", "GET, HEAD, OPTIONS, POST"), (.post, "/health/live", "GET, HEAD, OPTIONS"),
    ]

    @Test(arguments: wrong)
    func `a method that is not taken is 405, and says which are`(
        method: HTTPRequest.Method, path: String, allow: String
    ) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.send(method, path)
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == allow)
            #expect(try answer.code() == "method_not_allowed")
        }
    }

    @Test func `OPTIONS tells the methods, without a key too`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            let answer = try await api.send(.options, "/api/orders/o%2F1")
            #expect(answer.status == 204)
            #expect(answer.header("Allow") == "DELETE, GET, HEAD, OPTIONS")
            #expect(try await api.send(.options, "/api/nothing").status == 404)
        }
    }

    @Test func `HEAD answers as GET does, without a body`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c"}"#))
            let get = try await api.get("/api/customers/c")
            let head = try await api.send(.head, "/api/customers/c")
            #expect(head.status == 200)
            #expect(head.text.isEmpty)
            #expect(head.header("ETag") == get.header("ETag"))
            #expect(head.header("Content-Length") == String(get.text.utf8.count))
            #expect(try await api.send(.head, "/api/customers/none").status == 404)
            #expect(try await api.with(key: nil).send(.head, "/api/customers/c").status == 401)
        }
    }

    @Test(arguments: ["/api/customers/", "/api/customers?", "/api//customers"])
    func `a slash too much is let pass`(path: String) async throws {
        try await withAPI(try await Services.test()) { (api) async throws in
            #expect(try await api.get(path).status == 200)
        }
    }

    @Test(arguments: [
        ("*/*", 200), ("application/json", 200), ("application/*;q=0.5, text/html", 200), ("text/html", 406),
        ("application/json;q=0", 406), ("APPLICATION/JSON", 200), ("", 200), ("text/*, image/png", 406),
        ("application/problem+json", 200),
    ])
    func `Accept decides whether there is an answer`(accept: String, status: Int) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.get("/api/customers", headers: ["Accept": accept])
            #expect(answer.status == status)
            if status == 406 { #expect(try answer.code() == "not_acceptable") }
        }
    }

    @Test func `a parameter that stands twice, or means nothing, is 400`() async throws {
        try await withAPI(try await Services.test()) { (api) async throws in
            #expect(try await api.get("/api/customers?page[size]=1&page[size]=2").code() == "repeated_parameter")
            #expect(try await api.get("/api/customers/none?x=1").code() == "unknown_parameter")
            #expect(try await api.post("/api/customers?dry=1", envelope("{}")).code() == "unknown_parameter")
            #expect(try await api.get("/api/customers?page[after]=&page[number]=1").status == 200)
        }
    }

    @Test func `answers say what a key may do yet`() async throws {
        let clock = StillClock()
        var settings = WebSettings()
        settings.requestsPerSecond = 2
        try await withAPI(try await Services.test(clock: clock), settings: settings) { api in
            let first = try await api.get("/api/customers")
            #expect(first.header("RateLimit-Policy") == #""key";q=10;w=5"#)
            #expect(first.header("RateLimit") == #""key";r=9;t=1"#)
            for _ in 0..<9 { _ = try await api.get("/api/customers") }
            let refused = try await api.get("/api/customers")
            #expect(refused.status == 429)
            #expect(refused.header("RateLimit") == #""key";r=0;t=1"#)
        }
    }
}
