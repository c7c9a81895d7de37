import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The page that a link of an invitation or a reset leads to: a password is set, once.
struct JoinPages {
    let accounts: AccountService
    let users: UserService
    let frame: PageFrame

    func mount(on open: some RouterMethods<WebContext>) {
        open.get("join/{secret}", use: show)
        open.post("join/{secret}", use: setPassword)
    }

    @Sendable private func show(_ request: Request, context: WebContext) async throws -> Response {
        let secret = try context.path("secret")
        do {
            let (user, kind) = try users.user(link: secret)
            return try page(request, secret, user, kind, FormFaults())
        } catch AccountError.linkEnded {
            return try ended(request)
        }
    }

    @Sendable private func setPassword(_ request: Request, context: WebContext) async throws -> Response {
        let secret = try context.path("secret")
        let form = try await FormBody(request)
        let password = form.raw("password")
        do {
            let (user, kind) = try users.user(link: secret)
            do {
                _ = try await users.setPassword(password, link: secret, address: context.address)
            } catch let faults as Faults {
                return try page(request, secret, user, kind, FormFaults(faults), status: .unprocessableContent)
            }
            let outcome = try await accounts.signIn(
                email: user.email, password: password, from: context.place(request), replacing: context.session
            )
            switch outcome {
            case .done(let session):
                var response = frame.lead(to: Links.home, request, flash: .passwordSet)
                response.setCookie(SessionCookie.set(session, request))
                return response
            case .codeNeeded(let step):
                var response = frame.lead(to: Links.signInCode(), request)
                response.setCookie(SessionCookie.step(step, request))
                return response
            }
        } catch AccountError.linkEnded {
            return try ended(request)
        } catch AccountError.tooManyTries {
            // The password is set; who tried too often from here signs in a little later.
            return frame.lead(to: Links.signIn(), request, flash: .passwordSet)
        }
    }

    private func page(
        _ request: Request, _ secret: String, _ user: User, _ kind: UserLink.Kind, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let isInvitation = kind == .invitation
        let model = JoinModel(
            shell: frame.bareShell(), action: Links.join(secret),
            heading: isInvitation ? "Welcome to \(frame.bareShell().projectName)" : "Set a new password",
            sentence: isInvitation
                ? "You are invited as \(user.role.name). Choose a password to begin."
                : "You will be signed out everywhere else.",
            email: user.email, password: FieldModel(name: "password", error: faults["password"])
        )
        return try frame.answer(.join, model, request, status: status)
    }

    private func ended(_ request: Request) throws -> Response {
        let model = JoinModel(
            shell: frame.bareShell(), action: "", heading: "This link has ended",
            sentence: AccountError.linkEnded.sentence, email: "", password: nil
        )
        return try frame.answer(.join, model, request, status: .gone)
    }
}

struct JoinModel: Sendable {
    var shell: ShellModel
    var action: String
    var heading: String
    var sentence: String
    var email: String
    /// Nil when the link has ended.
    var password: FieldModel?
    var signInHref = Links.signIn()
}
