import Domain
import HTTPTypes
import Hummingbird
import Platform

/// What people do with their own account; every role may.
struct OwnAccountPages {
    let own: OwnAccount
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("account", use: show)
        router.post("account/password", use: changePassword)
        router.post("account/email", use: changeEmail)
        router.post("account/sessions/end", use: endSession)
        router.post("account/sessions/end-all", use: signOutEverywhere)
        router.get("account/second-factor", use: enrol)
        router.post("account/second-factor", use: confirm)
        router.post("account/second-factor/off", use: endSecondFactor)
        router.post("account/recovery-codes", use: renewCodes)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try page(request, context, FormBody(""), FormFaults())
    }

    @Sendable private func changePassword(_ request: Request, context: OperatorContext) async throws -> Response {
        try await form(request, context) { form in
            try await own.changePassword(
                context.session, current: form.raw("current_password"), new: form.raw("new_password"),
                by: context.actor
            )
            return frame.lead(to: Links.account, request, flash: .passwordSet)
        }
    }

    @Sendable private func changeEmail(_ request: Request, context: OperatorContext) async throws -> Response {
        try await form(request, context) { form in
            try await own.changeEmail(
                context.session, to: form["email"] ?? "", password: form.raw("email_password"), by: context.actor
            )
            return frame.lead(to: Links.account, request, flash: .emailChanged)
        }
    }

    @Sendable private func endSession(_ request: Request, context: OperatorContext) async throws -> Response {
        let form = try await FormBody(request, context.session)
        try await own.signOut(context.session, name: form["session"] ?? "", by: context.actor)
        return frame.lead(to: Links.account, request, flash: .sessionEnded)
    }

    @Sendable private func signOutEverywhere(_ request: Request, context: OperatorContext) async throws -> Response {
        _ = try await FormBody(request, context.session)
        try await own.signOutEverywhere(context.session, by: context.actor)
        var response = frame.lead(to: Links.signIn(), request)
        response.setCookie(SessionCookie.clear(request))
        return response
    }

    // MARK: Second factor

    @Sendable private func enrol(_ request: Request, context: OperatorContext) async throws -> Response {
        guard !context.session.hasSecondFactor else { return frame.lead(to: Links.account, request) }
        return try await enrolPage(request, context, FormFaults())
    }

    @Sendable private func confirm(_ request: Request, context: OperatorContext) async throws -> Response {
        let form = try await FormBody(request, context.session)
        do {
            let codes = try await own.confirmSecondFactor(
                context.session, code: form["code"] ?? "", by: context.actor
            )
            return try codesPage(request, context, codes, isNew: true)
        } catch let faults as Faults {
            return try await enrolPage(request, context, FormFaults(faults), status: .unprocessableContent)
        }
    }

    @Sendable private func endSecondFactor(_ request: Request, context: OperatorContext) async throws -> Response {
        try await form(request, context) { form in
            try await own.endSecondFactor(
                context.session, password: form.raw("factor_password"), by: context.actor
            )
            return frame.lead(to: Links.account, request, flash: .secondFactorOff)
        }
    }

    @Sendable private func renewCodes(_ request: Request, context: OperatorContext) async throws -> Response {
        try await form(request, context) { form in
            let codes = try await own.renewRecoveryCodes(
                context.session, password: form.raw("codes_password"), by: context.actor
            )
            return try codesPage(request, context, codes, isNew: false)
        }
    }

    private func enrolPage(
        _ request: Request, _ context: OperatorContext, _ faults: FormFaults, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let secret = try await own.beginSecondFactor(context.session)
        let project = frame.references.current.project
        let address = OneTimeCodes.address(
            secret: secret, email: context.session.email, issuer: project?.name ?? "Reorder"
        )
        let model = SecondFactorModel(
            shell: frame.shell(request, context, nil), isRequired: project?.requiresSecondFactor ?? false,
            secret: SecondFactorModel.grouped(secret), address: address,
            code: FieldModel(name: "code", error: faults["code"]), picture: SecondFactorModel.Picture(address)
        )
        return try frame.answer(.secondFactor, model, request, status: status)
    }

    private func codesPage(
        _ request: Request, _ context: OperatorContext, _ codes: [String], isNew: Bool
    ) throws -> Response {
        let model = RecoveryCodesModel(shell: frame.shell(request, context, nil), isNew: isNew, codes: codes)
        return try frame.answer(.recoveryCodes, model, request)
    }

    // MARK: Parts

    /// Runs a form; what is wrong with it comes back on the page.
    private func form(
        _ request: Request, _ context: OperatorContext, _ body: (FormBody) async throws -> Response
    ) async throws -> Response {
        let form = try await FormBody(request, context.session)
        do {
            return try await body(form)
        } catch let faults as Faults {
            return try page(request, context, form, FormFaults(faults), status: .unprocessableContent)
        }
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: FormBody, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = AccountModel(
            shell: frame.shell(request, context, nil), profile: try own.profile(of: context.session),
            session: context.session, format: frame.format(context), form: form, faults: faults,
            isFactorRequired: frame.references.current.project?.requiresSecondFactor ?? false
        )
        return try frame.answer(.account, model, request, status: status)
    }
}
