import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

/// Who may do what, how often, and what every answer carries.
struct AccessTests {
    private static let calls: [(HTTPRequest.Method, String, Scope)] = [
        (.post, "/api/orders", .ordersWrite), (.get, "/api/orders", .ordersRead),
        (.get, "/api/orders/o-1", .ordersRead),
        (.delete, "/api/orders/o-1", .ordersWrite), (.patch, "/api/orders/o-1/status", .ordersWrite),
        (.get, "/api/orders/o-1/activity", .ordersRead),
        (.get, "/api/customers/c-1/orders", .ordersRead), (.post, "/api/customers", .customersWrite),
        (.get, "/api/customers", .customersRead),
        (.get, "/api/customers/c-1", .customersRead), (.patch, "/api/customers/c-1", .customersWrite),
        (.post, "/api/products", .productsWrite), (.get, "/api/project", .admin), (.patch, "/api/project", .admin),
        (.get, "/api/products", .productsRead), (.get, "/api/products/p-1", .productsRead),
        (.patch, "/api/products/p-1", .productsWrite),
        (.delete, "/api/products/p-1", .productsWrite), (.post, "/api/categories", .productsWrite),
        (.get, "/api/categories", .productsRead), (.get, "/api/categories/a", .productsRead),
        (.patch, "/api/categories/a", .productsWrite), (.delete, "/api/categories/a", .productsWrite),
        (.post, "/api/receipts", .ordersWrite), (.get, "/api/receipts", .ordersRead),
        (.get, "/api/receipts/r-1", .ordersRead), (.delete, "/api/receipts/r-1", .ordersWrite),
        (.get, "/api/receipts/r-1/activity", .ordersRead), (.get, "/api/customers/c-1/receipts", .ordersRead),
        (.get, "/api/orders/o-1/receipts", .ordersRead), (.put, "/api/orders/o-1/receipts/r-1", .ordersWrite),
        (.delete, "/api/orders/o-1/receipts/r-1", .ordersWrite),
        (.get, "/api/order-statuses", .ordersRead),
        (.post, "/api/order-statuses", .admin), (.get, "/api/order-statuses/general/accepted", .ordersRead),
        (.patch, "/api/order-statuses/general/accepted", .admin),
        (.delete, "/api/order-statuses/general/accepted", .admin),
        (.get, "/api/segments", .segmentsRead), (.post, "/api/segments", .segmentsWrite),
        (.get, "/api/segments/fields", .segmentsRead), (.post, "/api/segments/preview", .segmentsRead),
        (.get, "/api/segments/s", .segmentsRead), (.patch, "/api/segments/s", .segmentsWrite),
        (.delete, "/api/segments/s", .segmentsWrite), (.get, "/api/segments/s/sizes", .segmentsRead),
        (.get, "/api/audiences", .segmentsRead), (.post, "/api/audiences", .segmentsWrite),
        (.get, "/api/audiences/s", .segmentsRead), (.patch, "/api/audiences/s", .segmentsWrite),
        (.delete, "/api/audiences/s", .segmentsWrite), (.post, "/api/audiences/s/members", .segmentsWrite),
        (.delete, "/api/audiences/s/members", .segmentsWrite),
    ]

    @Test(arguments: [nil, "", "Bearer", "Bearer ", "Bearer rk_x_y", "Basic dXNlcjpwYXNz", "rk_x_y", "Bearer \u{fffd}"])
    func `without a valid key every call is 401`(header: String?) async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            for (method, path, _) in Self.calls.prefix(4) {
                let answer = try await api.send(
                    method, path, "{}", headers: header.map { ["Authorization": $0] } ?? [:])
                #expect(answer.status == 401)
                #expect(answer.header("WWW-Authenticate") == "Bearer")
                #expect(try answer.code() == "unauthorized")
            }
        }
    }

    @Test func `each call asks for its scope, and only for it`() async throws {
        let services = try await Services.test()
        let keys = try await services.keysByScope()
        try await withAPI(services) { api in
            for (method, path, needed) in Self.calls {
                for (scope, key) in keys {
                    let answer = try await api.with(key: key).send(
                        method, path, method == .get || method == .delete ? nil : "{}")
                    if scope == needed || scope == .admin {
                        #expect(![401, 403].contains(answer.status), "\(method) \(path) with \(scope)")
                    } else {
                        #expect(answer.status == 403, "\(method) \(path) with \(scope)")
                        #expect(try answer.json()["detail"]?.text?.contains(needed.rawValue) == true)
                    }
                }
            }
        }
    }

    @Test func `a public tracker key may do nothing here`() async throws {
        let services = try await Services.test()
        let key = try #require(try services.tracking.source(EventSource.systemCode).keys.first)
        #expect(key.text.hasPrefix("rw_"))
        try await withAPI(services) { api in
            let answer = try await api.with(key: key.text).get("/api/orders")
            #expect(answer.status == 401)
        }
    }

    @Test func `a key that is used too much is told when to come back`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        var settings = WebSettings()
        settings.requestsPerSecond = 2
        try await withAPI(services, settings: settings) { api in
            for _ in 0..<10 { #expect(try await api.get("/api/orders").status == 200) }
            let refused = try await api.get("/api/orders")
            #expect(refused.status == 429)
            #expect(refused.header("Retry-After") == "1")
            #expect(try refused.code() == "too_many_requests")
            clock.advance(seconds: 1)
            #expect(try await api.get("/api/orders").status == 200)
        }
    }

    @Test func `wrong keys from one address are slowed down`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            var statuses: [Int] = []
            for _ in 0..<60 { statuses.append(try await api.with(key: "rk_a_b").get("/api/orders").status) }
            #expect(statuses.first == 401)
            #expect(statuses.last == 429)
        }
    }

    private static let absent: [(HTTPRequest.Method, String)] = [
        (HTTPRequest.Method.get, "/api/nothing"), (.get, "/nothing"), (.put, "/api/orders"), (.delete, "/api/orders"),
        (.post, "/api/orders/o-1"),
        (.get, "/api/orders/o-1/nothing"), (.get, "/api/"), (.get, "/api/order-statuses/general"),
    ]

    @Test(arguments: absent)
    func `what is not there is 404 or 405, with a body`(method: HTTPRequest.Method, path: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.send(method, path)
            #expect([404, 405].contains(answer.status))
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(try answer.json()["status"]?.number == Double(answer.status))
        }
    }

    private static let unknown: [(String, String)] = [
        ("/api/orders/none", "unknown_order"), ("/api/orders/none/activity", "unknown_order"),
        ("/api/customers/none", "unknown_customer"),
        ("/api/customers/none/orders", "unknown_customer"), ("/api/products/none", "unknown_product"),
        ("/api/orders/%00", "unknown_order"),
        ("/api/order-statuses/general/none", "unknown_status"), ("/api/order-statuses/weird/none", "unknown_type"),
    ]

    @Test(arguments: unknown)
    func `what nobody knows is 404, and says what`(path: String, code: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.get(path)
            #expect(answer.status == 404)
            #expect(try answer.code() == code)
        }
    }

    @Test(arguments: ["/api/orders/%", "/api/orders/%zz", "/api/orders/%ff", "/api/customers/%c3/orders"])
    func `a path that cannot be read is 400`(path: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.get(path)
            #expect(answer.status == 400)
        }
    }

    @Test func `every answer carries its request's id, and no guessing of types`() async throws {
        try await withAPI(try await Services.test()) { api in
            var seen: Set<String> = []
            for path in ["/api/orders", "/api/nothing", "/health/live", "/api/orders/none", "/metrics"] {
                let answer = try await api.get(path)
                #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(path)")
                seen.insert(try #require(answer.header("X-Request-ID"), "\(path)"))
            }
            #expect(seen.count == 5)
        }
    }
}

extension Services {
    /// A key for each scope alone.
    fileprivate func keysByScope() async throws -> [(Scope, String)] {
        var made: [(Scope, String)] = []
        for scope in Scope.allCases {
            made.append((scope, try await keys.create(name: scope.rawValue, scopes: [scope]).text))
        }
        return made
    }
}
