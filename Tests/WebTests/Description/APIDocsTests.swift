import Platform
import TestSupport
import Testing

/// `/docs/api` is the API for people, without a key and without scripts.
struct APIDocsTests {
    @Test func `each operation of the document stands on the page, with an example and its answers`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            let page = try await api.get("/docs/api", headers: ["Accept": "text/html"])
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.header("Content-Security-Policy")?.contains("script-src 'self'") == true)
            let document = try await api.get("/openapi.json").json()
            for (path, operations) in document["paths"]?.members ?? [:] {
                for (_, operation) in operations.members {
                    let name = try #require(operation["operationId"]?.text)
                    #expect(page.text.contains(#"id="\#(name)""#), "\(path)")
                    #expect(page.text.contains(##"href="#\##(name)""##), "\(path)")
                    #expect(page.text.contains("curl-\(name)"), "\(path)")
                }
                #expect(page.text.contains(path), "\(path)")
            }
            for name in document["components"]?["schemas"]?.keys ?? [] where !name.hasSuffix("Input") {
                guard !name.hasSuffix("Patch") else { continue }
                #expect(page.text.contains(#"id="object-\#(name)""#), "\(name)")
            }
        }
    }
}
