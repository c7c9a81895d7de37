import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Signing in and out.
struct AccountPages {
    let accounts: AccountService
    let frame: PageFrame

    func mount(open: some RouterMethods<WebContext>, signedIn: some RouterMethods<OperatorContext>) {
        open.get("sign-in", use: show)
        open.post("sign-in", use: signIn)
        signedIn.post("sign-out", use: signOut)
    }

    @Sendable private func show(_ request: Request, context: WebContext) async throws -> Response {
        let target = Self.local(QueryItems(request)["return"])
        guard context.session == nil else { return frame.lead(to: target, request) }
        return try page(request, email: "", target: target)
    }

    @Sendable private func signIn(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormBody(request)
        let target = Self.local(form["return"])
        let email = form["email"] ?? ""
        do {
            let secret = try await accounts.signIn(
                email: email, password: form.raw("password"), address: context.address
            )
            var response = frame.lead(to: target, request)
            response.setCookie(SessionCookie.set(secret, request))
            return response
        } catch AccountError.wrongEmailOrPassword {
            return try page(
                request, email: email, target: target, failure: "This email and password don’t go together.",
                status: .unauthorized
            )
        } catch AccountError.tooManyTries(let seconds) {
            var response = try page(
                request, email: email, target: target,
                failure: "Too many tries. Wait \(PageFormat.count(seconds, "second", "seconds")), and try again.",
                status: .tooManyRequests
            )
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    @Sendable private func signOut(_ request: Request, context: OperatorContext) async throws -> Response {
        _ = try await FormBody(request, context.session)
        try await accounts.signOut(context.session)
        var response = frame.lead(to: Links.signIn(), request)
        response.setCookie(SessionCookie.clear(request))
        return response
    }

    private func page(
        _ request: Request, email: String, target: String, failure: String? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = SignInModel(
            shell: frame.bareShell(), action: Links.signIn(), returnHref: target, failure: failure,
            email: FieldModel(name: "email", value: email), password: FieldModel(name: "password")
        )
        return try frame.answer(.signIn, model, request, status: status)
    }

    /// An address of this site to go on to, or the start page: a link must not lead elsewhere after signing in.
    static func local(_ target: String?) -> String {
        guard let target, target.hasPrefix("/"), !target.hasPrefix("//"), !target.contains("\\"),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return Links.home }
        return target
    }
}

struct SignInModel: Sendable {
    var shell: ShellModel
    var action: String
    var returnHref: String
    var failure: String?
    var email: FieldModel
    var password: FieldModel
}
