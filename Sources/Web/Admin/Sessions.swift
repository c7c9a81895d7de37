import Domain
import HTTPTypes
import Hummingbird
import Logging
import Platform

/// Looks up who is signed in, and refuses forms that another site sent (spec operations.md, "Security").
struct SessionMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let accounts: AccountService
    let logger: Logger

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isOwn(request) else {
            throw Problem(.forbidden, "other_site", "This form was sent from another site, and was not taken.")
        }
        var context = context
        if let secret = request.cookies[SessionCookie.name(request)]?.value,
            let session = try accounts.session(secret: secret)
        {
            context.session = session
            do {
                try await accounts.noteUse(of: session, from: context.place(request))
            } catch let error where Outage(error) != nil {
                logger.warning("the use of a session could not be written down", metadata: ["cause": "\(error)"])
            }
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

/// Leads people without a second factor to set one up, where the project requires it.
struct SecondFactorGate: RouterMiddleware {
    typealias Context = OperatorContext

    let references: ReferenceBoard

    func handle(
        _ request: Request, context: OperatorContext,
        next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let isOpen = path == Links.secondFactor || path == Links.signOut || path == Links.signOutEverywhere
        guard references.current.project?.requiresSecondFactor == true, !context.session.hasSecondFactor, !isOpen
        else { return try await next(request, context) }
        guard request.headers[.fragment] == nil else {
            return Response(status: .noContent, headers: [.fragmentLocation: Links.secondFactor])
        }
        return Response.redirect(to: Links.secondFactor, type: .normal)
    }
}

extension WebContext {
    /// Where a sign-in comes from.
    func place(_ request: Request) -> AccountService.Place {
        AccountService.Place(address: address, agent: request.headers[.userAgent] ?? "")
    }
}

/// The cookie that holds a session's secret.
enum SessionCookie {
    /// Over TLS the name binds the cookie to this host alone; over plain HTTP a browser would refuse such a one.
    static func name(_ request: Request) -> String { isSecure(request) ? "__Host-reorder" : "reorder" }

    static func set(_ secret: String, _ request: Request) -> Cookie {
        Cookie(
            name: name(request), value: secret, maxAge: Int(Session.longest), path: "/", secure: isSecure(request),
            httpOnly: true, sameSite: .lax
        )
    }

    static func clear(_ request: Request) -> Cookie {
        Cookie(
            name: name(request), value: "", maxAge: 0, path: "/", secure: isSecure(request), httpOnly: true,
            sameSite: .lax
        )
    }

    // MARK: Between the password and the code

    private static func stepName(_ request: Request) -> String { "\(name(request))-step" }

    static func step(of request: Request) -> String? { request.cookies[stepName(request)]?.value }

    static func step(_ secret: String, _ request: Request) -> Cookie {
        Cookie(
            name: stepName(request), value: secret, maxAge: 300, path: "/", secure: isSecure(request), httpOnly: true,
            sameSite: .lax
        )
    }

    static func clearStep(_ request: Request) -> Cookie {
        Cookie(
            name: stepName(request), value: "", maxAge: 0, path: "/", secure: isSecure(request), httpOnly: true,
            sameSite: .lax
        )
    }

    /// Whether the browser speaks TLS, to us or to the proxy before us.
    private static func isSecure(_ request: Request) -> Bool {
        request.head.scheme == "https" || request.headers[.forwardedProtocol] == "https"
    }
}
