import HTTPTypes
import Hummingbird

/// `/openapi.json` (spec README, "Conventions").
struct OpenAPIRoutes {
    let document: OpenAPIDocument

    func mount(on router: some RouterMethods<WebContext>) {
        let bytes = document.bytes
        router.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: ResponseBody(bytes: bytes)
            )
        }
    }
}
