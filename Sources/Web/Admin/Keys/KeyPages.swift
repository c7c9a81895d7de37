import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Settings, API keys: made, rotated and revoked; a key is shown once.
struct KeyPages {
    let keys: KeyService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/keys", use: index)
        router.get("settings/keys/new", use: new)
        router.post("settings/keys/new", use: create)
        router.get("settings/keys/{code}", use: edit)
        router.post("settings/keys/{code}", use: save)
        router.post("settings/keys/{code}/rotate", use: rotate)
        router.get("settings/keys/{code}/revoke", use: confirmRevocation)
        router.post("settings/keys/{code}/revoke", use: revoke)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let shell = frame.shell(request, context, .settings)
        let model = KeysModel(
            shell: shell, sections: SettingsSection.all(current: Links.keys, shell), keys: try keys.keys(),
            format: frame.format(context)
        )
        return try frame.answer(.keys, model, request)
    }

    // MARK: Making

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        return try page(request, context, nil, FormBody("scopes=orders:read&scopes=orders:write"), FormFaults())
    }

    @Sendable private func create(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let form = try await FormBody(request, context.session)
        let input = KeyForm(form, now: frame.surroundings.now())
        var faults = input.faults
        if faults.isEmpty {
            do {
                let made = try await keys.create(
                    name: input.name, scopes: input.scopes, expiresAt: input.expiresAt,
                    requestsPerSecond: input.requestsPerSecond, by: context.actor
                )
                return try madePage(made, replaced: nil, request, context)
            } catch let refused as Faults {
                faults.add(refused)
            }
        }
        return try page(request, context, nil, form, faults, status: .unprocessableContent)
    }

    private func madePage(
        _ made: KeyService.Made, replaced: String?, _ request: Request, _ context: OperatorContext
    ) throws -> Response {
        let model = KeyMadeModel(
            shell: frame.shell(request, context, .settings), heading: "The key \(made.key.name)", key: made.text,
            id: made.key.code, hasReplaced: replaced != nil,
            replaced: replaced ?? ""
        )
        return try frame.answer(.keyMade, model, request)
    }

    // MARK: One key

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let key = try keys.key(code: try context.path("code"))
        let scopes = key.scopes.map { "scopes=\($0.rawValue)" }.joined(separator: "&")
        let limit = key.requestsPerSecond.map { "&requests_per_second=\($0)" } ?? ""
        let form = FormBody("name=\(QueryItems.encode(key.name))&\(scopes)\(limit)")
        return try page(request, context, key, form, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let key = try keys.key(code: try context.path("code"))
        let form = try await FormBody(request, context.session)
        let input = KeyForm(form, now: frame.surroundings.now())
        var faults = input.faults
        if faults.isEmpty {
            do {
                try await keys.change(
                    code: key.code, name: input.name, scopes: input.scopes,
                    requestsPerSecond: input.requestsPerSecond, by: context.actor
                )
                return frame.lead(to: Links.keys, request, flash: .keySaved)
            } catch let refused as Faults {
                faults.add(refused)
            }
        }
        return try page(request, context, key, form, faults, status: .unprocessableContent)
    }

    @Sendable private func rotate(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let code = try context.path("code")
        let form = try await FormBody(request, context.session)
        let overlap = form["overlap"].flatMap(KeyOverlap.init) ?? .day
        let made = try await keys.rotate(code: code, overlapSeconds: overlap.seconds, by: context.actor)
        return try madePage(made, replaced: overlap.sentence, request, context)
    }

    @Sendable private func confirmRevocation(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let key = try keys.key(code: try context.path("code"))
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.revokeKey(key.code), heading: "Revoke the key \(key.name)?",
                sentence: "Programs that use it are refused from now on, for good. To replace it without a gap, rotate "
                    + "it instead.",
                cancelHref: Links.keys, verb: "Revoke key"
            )
        )
        return try frame.answer(.keyRevoke, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func revoke(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.keys)
        let code = try context.path("code")
        _ = try await FormBody(request, context.session)
        let wasThere = try await keys.revoke(code: code, by: context.actor)
        return frame.lead(to: Links.keys, request, flash: wasThere ? .keyRevoked : .keyGone)
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ key: APIKey?, _ form: FormBody, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let shell = frame.shell(request, context, .settings)
        let model = KeyFormModel(
            shell: shell, key: key, form: form, faults: faults, format: frame.format(context),
            now: frame.surroundings.now()
        )
        return try frame.answer(.keyForm, model, request, status: status)
    }
}
