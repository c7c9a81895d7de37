import Hummingbird

/// `/docs/api`: the API for people, made from the same descriptions as `/openapi.json`.
struct APIDocsPages {
    let maker: APIDocsMaker
    let views: Views
    let assetVersion: String

    func mount(on router: some RouterMethods<WebContext>) {
        router.get("docs/api") { request, _ in
            let scheme = request.headers[.forwardedProtocol] == "https" ? "https" : "http"
            let origin = "\(scheme)://\(request.head.authority ?? "127.0.0.1:8080")"
            let shell = ShellModel.bare(assetVersion: assetVersion)
            return try views.response(.apiDocs, maker.model(shell, origin: origin))
        }
    }
}
