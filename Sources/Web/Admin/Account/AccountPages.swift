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
        open.get("sign-in/code", use: showCode)
        open.post("sign-in/code", use: signInWithCode)
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
            let outcome = try await accounts.signIn(
                email: email, password: form.raw("password"), from: context.place(request), replacing: context.session
            )
            return entered(outcome, target: target, request)
        } catch AccountError.wrongEmailOrPassword {
            return try page(
                request, email: email, target: target, failure: "This email and password don’t go together.",
                status: .unauthorized
            )
        } catch AccountError.tooManyTries(let seconds) {
            return Self.tooMany(
                seconds, try page(request, email: email, target: target, failure: Self.wait(seconds))
            )
        }
    }

    /// Leads on after a right password: to the page that was wanted, or to the code of the second factor.
    private func entered(_ outcome: AccountService.SignIn, target: String, _ request: Request) -> Response {
        switch outcome {
        case .done(let secret):
            var response = frame.lead(to: target, request)
            response.setCookie(SessionCookie.set(secret, request))
            return response
        case .codeNeeded(let step):
            var response = frame.lead(to: Links.signInCode(returningTo: target), request)
            response.setCookie(SessionCookie.step(step, request))
            return response
        }
    }

    // MARK: The second factor

    @Sendable private func showCode(_ request: Request, context: WebContext) async throws -> Response {
        let target = Self.local(QueryItems(request)["return"])
        guard let step = SessionCookie.step(of: request), try accounts.awaitsCode(step: step) else {
            return frame.lead(to: Links.signIn(returningTo: target), request)
        }
        return try codePage(request, target: target)
    }

    @Sendable private func signInWithCode(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormBody(request)
        let target = Self.local(form["return"])
        guard let step = SessionCookie.step(of: request) else {
            return frame.lead(to: Links.signIn(returningTo: target), request)
        }
        do {
            let secret = try await accounts.signIn(
                step: step, code: form["code"] ?? "", from: context.place(request), replacing: context.session
            )
            var response = frame.lead(to: target, request)
            response.setCookie(SessionCookie.set(secret, request))
            response.setCookie(SessionCookie.clearStep(request))
            return response
        } catch AccountError.stepEnded {
            return frame.lead(to: Links.signIn(returningTo: target), request)
        } catch AccountError.wrongCode {
            return try codePage(
                request, target: target, failure: AccountError.wrongCode.sentence, status: .unauthorized
            )
        } catch AccountError.tooManyTries(let seconds) {
            return Self.tooMany(seconds, try codePage(request, target: target, failure: Self.wait(seconds)))
        }
    }

    private static func wait(_ seconds: Int) -> String {
        "Too many tries. Wait \(PageFormat.count(seconds, "second", "seconds")), and try again."
    }

    private static func tooMany(_ seconds: Int, _ page: Response) -> Response {
        var response = page
        response.status = .tooManyRequests
        response.headers[.retryAfter] = String(seconds)
        return response
    }

    private func codePage(
        _ request: Request, target: String, failure: String? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = SignInCodeModel(
            shell: frame.bareShell(), returnHref: target, failure: failure, code: FieldModel(name: "code")
        )
        return try frame.answer(.signInCode, model, request, status: status)
    }

    // MARK: Signing out

    @Sendable private func signOut(_ request: Request, context: OperatorContext) async throws -> Response {
        _ = try await FormBody(request, context.session)
        try await accounts.signOut(context.session, by: context.actor)
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

struct SignInCodeModel: Sendable {
    var shell: ShellModel
    var action = Links.signInCode()
    var returnHref: String
    var backHref = Links.signIn()
    var failure: String?
    var code: FieldModel
}
