import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Looks up who is signed in, and refuses forms that another site sent (spec operations.md, "Security").
struct SessionMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let accounts: AccountService

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isOwn(request) else {
            throw Problem(.forbidden, "other_site", "This form was sent from another site, and was not taken.")
        }
        var context = context
        if let secret = request.cookies[SessionCookie.name(request)]?.value {
            context.session = try accounts.session(secret: secret)
        }
        return try await next(request, context)
    }

    /// Whether a request that changes something comes from a page of ours, as far as the browser tells.
    private static func isOwn(_ request: Request) -> Bool {
        if request.method == .get || request.method == .head { return true }
        if let site = request.headers[.fetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin] else { return true }
        return origin.split(separator: "/").last.map(String.init) == request.head.authority
    }
}

/// The cookie that holds a session's secret.
enum SessionCookie {
    /// Over TLS the name binds the cookie to this host alone; over plain HTTP a browser would refuse such a one.
    static func name(_ request: Request) -> String { isSecure(request) ? "__Host-reorder" : "reorder" }

    static func set(_ secret: String, _ request: Request) -> Cookie {
        Cookie(
            name: name(request), value: secret, maxAge: 14 * 86_400, path: "/", secure: isSecure(request),
            httpOnly: true, sameSite: .lax
        )
    }

    static func clear(_ request: Request) -> Cookie {
        Cookie(
            name: name(request), value: "", maxAge: 0, path: "/", secure: isSecure(request), httpOnly: true,
            sameSite: .lax
        )
    }

    /// Whether the browser speaks TLS, to us or to the proxy before us.
    private static func isSecure(_ request: Request) -> Bool {
        request.head.scheme == "https" || request.headers[.forwardedProtocol] == "https"
    }
}
