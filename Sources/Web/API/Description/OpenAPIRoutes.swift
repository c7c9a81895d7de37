import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/openapi.json` (spec README, "Conventions").
struct OpenAPIRoutes {
    let operations: [Operation]
    let references: ReferenceBoard

    func mount(on router: some RouterMethods<WebContext>) {
        let plain = OpenAPIDocument(operations: operations).bytes
        let (operations, references) = (operations, references)
        router.get("openapi.json") { _, _ in
            let fields = references.current.fields
            let bytes =
                fields.isEmpty ? plain : OpenAPIDocument(operations: operations.map { $0.resolved(fields) }).bytes
            return Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: ResponseBody(bytes: bytes)
            )
        }
    }
}
