import HTTPTypes
import Hummingbird

/// Lets pages of other origins see what the doors for events answer, faults and limits too.
///
/// A browser shows a script no answer without these headers, so that a tracker would take a refusal for a network
/// that is away, and repeat. There is nothing to be read: answers say whether something was taken.
struct CrossOrigin: RouterMiddleware {
    typealias Context = WebContext

    private static let paths = SegmentConventionRoutes.paths.union(["/tracker.js", "/tracker/events"])

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard Self.paths.contains(request.uri.path) else { return try await next(request, context) }
        var response = try await next(request, context)
        // No answer depends on who asks from where, and none is for who has cookies here.
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "Retry-After"
        if request.method == .options {
            response.headers[.accessControlAllowMethods] = "POST"
            response.headers[.accessControlAllowHeaders] = "authorization, content-encoding, content-type, anonymousid"
            response.headers[.accessControlMaxAge] = "86400"
        }
        return response
    }
}
