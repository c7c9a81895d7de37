import HTTPTypes
import Hummingbird

/// What a browser must not do with our answers (spec operations.md, "Security").
struct SecurityHeaders: RouterMiddleware {
    typealias Context = WebContext

    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; \
        form-action 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentType]?.hasPrefix("text/html") == true {
            response.headers[.contentSecurityPolicy] = Self.policy
            response.headers[.referrerPolicy] = "same-origin"
            response.headers[.frameOptions] = "DENY"
        }
        if request.headers[.forwardedProtocol] == "https" {
            response.headers[.strictTransportSecurity] = "max-age=31536000"
        }
        return response
    }
}
