import Domain
import Platform
import TestSupport
import Testing
import Web

/// Every page and form there is asks who wants it: a new one cannot be forgotten here, since the router is asked.
struct EveryPageTests {
    /// Pages that are open to everybody.
    private static let open: Set<String> = [
        "/", "/first-run", "/sign-in", "/sign-in/code", "/join/{secret}", "/health/live", "/health/ready", "/metrics",
        "/openapi.json", "/docs/api", "/downloads/{token}", "/tracker.js",
    ]

    /// What everybody who is signed in may do, whatever the role.
    private static func isOwn(_ path: String) -> Bool { path.hasPrefix("/account") || path == "/sign-out" }

    private static func pages(_ services: Services) throws -> [(method: String, path: String)] {
        try mountedRoutes(services: services).compactMap { route in
            let parts = route.split(separator: " ").map(String.init)
            guard ["GET", "POST"].contains(parts[0]), !parts[1].hasPrefix("/api"), !parts[1].hasPrefix("/assets"),
                // What shops' systems send is signed.
                !parts[1].hasPrefix("/hooks/"),
                // Sites and apps show write keys.
                parts[1] != "/tracker/events", !parts[1].hasPrefix("/v1/"),
                !open.contains(parts[1])
            else { return nil }
            return (parts[0], parts[1])
        }
    }

    @Test func `without a session every page leads to signing in`() async throws {
        let services = try await Services.test()
        let routes = try Self.pages(services)
        #expect(routes.count > 40)
        try await withPages(services, as: nil) { pages in
            for (method, pattern) in routes {
                let path = pattern.filled
                let answer = try await method == "GET" ? pages.get(path) : pages.post(path)
                #expect(answer.status == 303, "\(method) \(pattern)")
                #expect(answer.header("Location")?.hasPrefix("/sign-in") == true, "\(method) \(pattern)")
            }
        }
    }

    @Test func `a role without permissions gets nothing but its own account`() async throws {
        let services = try await Services.test()
        let routes = try Self.pages(services)
        // The designer has templates, products, campaigns and messages: what else there is, is refused before it is
        // looked for.
        let allowed = User.Role.designer.permissions
        #expect(!allowed.contains(.ordersRead) && !allowed.contains(.customersRead))
        try await withPages(services, as: .designer) { pages in
            for (method, pattern) in routes
            where !Self.isOwn(pattern) && !Self.ofDesigners.contains(where: pattern.hasPrefix) {
                let path = pattern.filled
                let answer = try await method == "GET" ? pages.get(path) : pages.post(path)
                #expect(answer.status == 403, "\(method) \(pattern)")
                #expect(answer.text.contains("has no permission to"), "\(method) \(pattern)")
            }
        }
    }

    private static let ofDesigners = ["/templates", "/products", "/campaigns", "/messages"]

    @Test func `a form without the session's token is refused, whatever it is`() async throws {
        let services = try await Services.test()
        let routes = try Self.pages(services)
        try await withPages(services) { pages in
            let forged = pages.with(cookie: pages.cookie, csrf: "forged")
            for (method, pattern) in routes where method == "POST" {
                let answer = try await forged.post(pattern.filled)
                // What is not there, or no form of this page, may be said before the token is looked at.
                #expect([403, 404, 415].contains(answer.status), "\(pattern): \(answer.status)")
            }
        }
    }
}

extension String {
    /// An address of a route's pattern, of things that are not there.
    fileprivate var filled: String {
        split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard part.hasPrefix("{") || part.hasPrefix(":") else { return String(part) }
            return part.contains("type") ? "general" : part.contains("secret") ? "none" : "1"
        }.joined(separator: "/")
    }
}
