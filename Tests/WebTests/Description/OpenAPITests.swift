import Platform
import TestSupport
import Testing
import Web

/// `/openapi.json` says what is there, and nothing else (spec README, "Conventions").
struct OpenAPITests {
    @Test func `each mounted route of the API is described, and nothing else is`() async throws {
        let services = try await Services.test()
        let mounted = try mountedRoutes(services: services).filter { $0.contains(" /api") }
        try await withAPI(services, scopes: nil) { api in
            let document = try await api.get("/openapi.json").json()
            var described: Set<String> = []
            for (path, operations) in document["paths"]?.members ?? [:] {
                for method in operations.members.keys { described.insert("\(method.uppercased()) \(path)") }
            }
            #expect(Set(mounted).subtracting(described) == [], "These routes have no description (CONTRIBUTING.md).")
            #expect(described.subtracting(mounted) == [], "These descriptions have no route.")
            #expect(!mounted.isEmpty)
        }
    }

    @Test func `the document is OpenAPI 3.1, and its references lead somewhere`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            let answer = try await api.get("/openapi.json")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "application/json")
            let document = try answer.json()
            #expect(document["openapi"]?.text == "3.1.0")
            let named = document["components"]?["schemas"]?.members ?? [:]
            let references = answer.text.matches(of: /"\$ref":"#\/components\/schemas\/([A-Za-z]+)"/).map {
                String($0.1)
            }
            #expect(Set(references).subtracting(named.keys) == [])
        }
    }

    @Test func `each operation has a name of its own and a summary`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            let document = try await api.get("/openapi.json").json()
            var names: [String] = []
            for (_, operations) in document["paths"]?.members ?? [:] {
                for (_, operation) in operations.members {
                    names.append(try #require(operation["operationId"]?.text))
                    #expect(operation["summary"]?.text?.isEmpty == false)
                }
            }
            #expect(Set(names).count == names.count)
        }
    }
}
