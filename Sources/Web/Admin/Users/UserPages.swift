import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Settings, Users: who may sign in, and as what.
struct UserPages {
    let users: UserService
    let frame: PageFrame

    private static let shownSignIns = 20

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/users", use: index)
        router.get("settings/users/invite", use: newInvitation)
        router.post("settings/users/invite", use: invite)
        router.get("settings/users/{id}", use: show)
        router.post("settings/users/{id}/role", use: changeRole)
        router.post("settings/users/{id}/link", use: makeLink)
        router.post("settings/users/{id}/active", use: setActive)
        router.post("settings/users/{id}/second-factor", use: resetSecondFactor)
        router.get("settings/users/{id}/remove", use: confirmRemoval)
        router.post("settings/users/{id}/remove", use: remove)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let shell = frame.shell(request, context, .settings)
        let model = UsersModel(
            shell: shell, sections: SettingsSection.all(current: Links.users, shell),
            users: try users.users().map { UsersModel.Row($0, frame.format(context), own: context.session.user) }
        )
        return try frame.answer(.users, model, request)
    }

    // MARK: Inviting

    @Sendable private func newInvitation(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        return try invitation(request, context, FormBody(""), FormFaults())
    }

    @Sendable private func invite(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            guard let role = form["role"].flatMap(User.Role.init) else {
                throw Faults("/role", "required", "Choose a role.")
            }
            let link = try await users.invite(
                email: form["email"] ?? "", role: role, as: context.role, by: context.actor
            )
            return try linkPage(link, request, context)
        } catch let refused as Faults {
            faults.add(refused)
        }
        return try invitation(request, context, form, faults, status: .unprocessableContent)
    }

    private func invitation(
        _ request: Request, _ context: OperatorContext, _ form: FormBody, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = UserInviteModel(
            shell: frame.shell(request, context, .settings), hasProblems: !faults.isEmpty,
            problems: faults.listed { $0 == "email" ? "Email" : "Role" }, email: faults.field("email", form),
            roles: RoleOption.all(for: context.role, chosen: form["role"].flatMap(User.Role.init) ?? .marketer)
        )
        return try frame.answer(.userInvite, model, request, status: status)
    }

    /// Shows a link once: mail is not ours to send yet, so it is copied.
    private func linkPage(
        _ link: UserService.Link, _ request: Request, _ context: OperatorContext
    ) throws -> Response {
        let isInvitation = link.user.state == .invited
        let model = UserLinkModel(
            shell: frame.shell(request, context, .settings),
            heading: isInvitation ? "Invitation for \(link.user.email)" : "New password for \(link.user.email)",
            sentence: isInvitation
                ? "Send this link to \(link.user.email). It sets a password, once."
                : "Send this link to \(link.user.email). It sets a new password, once, and signs out everywhere else.",
            address: request.origin + Links.join(link.secret),
            expires: frame.format(context).long(link.expiresAt), userHref: Links.user(link.user.id)
        )
        return try frame.answer(.userLink, model, request)
    }

    // MARK: One user

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let user = try users.user(try Self.id(context))
        let shell = frame.shell(request, context, .settings)
        let signIns = try await users.signIns(of: user.id, limit: Self.shownSignIns)
        let model = UserModel(
            shell: shell, sections: SettingsSection.all(current: Links.users, shell), user: user,
            manager: context.role, own: context.session.user, signIns: signIns, format: frame.format(context)
        )
        return try frame.answer(.user, model, request)
    }

    @Sendable private func changeRole(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let id = try Self.id(context)
        let form = try await FormBody(request, context.session)
        guard let role = form["role"].flatMap(User.Role.init) else {
            throw Problem.badRequest("unknown_role", "The form names no role that there is.")
        }
        return try await lead(request, to: Links.user(id), .userSaved) {
            try await users.changeRole(of: id, to: role, as: context.role, by: context.actor)
        }
    }

    @Sendable private func makeLink(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let id = try Self.id(context)
        _ = try await FormBody(request, context.session)
        return try linkPage(
            try await users.resetLink(of: id, as: context.role, by: context.actor), request, context
        )
    }

    @Sendable private func setActive(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let id = try Self.id(context)
        let isActive = try await FormBody(request, context.session)["active"] == "1"
        return try await lead(request, to: Links.user(id), isActive ? .userActivated : .userDeactivated) {
            try await users.setActive(
                isActive, id, own: context.session.user, as: context.role, by: context.actor
            )
        }
    }

    @Sendable private func resetSecondFactor(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let id = try Self.id(context)
        _ = try await FormBody(request, context.session)
        return try await lead(request, to: Links.user(id), .secondFactorOff) {
            try await users.resetSecondFactor(of: id, as: context.role, by: context.actor)
        }
    }

    @Sendable private func confirmRemoval(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let user = try users.user(try Self.id(context))
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.removeUser(user.id), heading: "Remove \(user.email)?",
                sentence: "The account goes for good, and its browsers are signed out. What history and the audit log "
                    + "say of it stays. To keep the account and lock it, deactivate it instead.",
                cancelHref: Links.user(user.id), verb: "Remove user"
            )
        )
        return try frame.answer(.userRemove, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func remove(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.users)
        let id = try Self.id(context)
        _ = try await FormBody(request, context.session)
        return try await lead(request, to: Links.users, .userRemoved, otherwise: Links.user(id)) {
            try await users.remove(id, own: context.session.user, as: context.role, by: context.actor)
        }
    }

    /// Does something and leads on, with what came of it as the message.
    private func lead(
        _ request: Request, to href: String, _ done: Flash, otherwise: String? = nil, _ body: () async throws -> Void
    ) async throws -> Response {
        do {
            try await body()
            return frame.lead(to: href, request, flash: done)
        } catch AccountError.lastOwner {
            return frame.lead(to: otherwise ?? href, request, flash: .lastOwner)
        } catch AccountError.ownAccount {
            return frame.lead(to: otherwise ?? href, request, flash: .ownAccount)
        }
    }

    private static func id(_ context: OperatorContext) throws -> User.ID {
        let text = try context.path("id")
        guard let id = Int64(text) else { throw AccountError.unknownUser(text) }
        return User.ID(rawValue: id)
    }
}

extension Request {
    /// Where this server is, as the browser calls it.
    var origin: String {
        let scheme = headers[.forwardedProtocol] == "https" ? "https" : head.scheme ?? "http"
        return "\(scheme)://\(head.authority ?? "localhost:8080")"
    }
}
