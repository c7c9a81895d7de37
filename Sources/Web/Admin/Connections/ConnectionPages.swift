import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Connections to shop systems (Docs/connecting-a-shop.md).
struct ConnectionPages {
    let connectors: ConnectorService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/connections", use: index)
        router.get("settings/connections/new/{kind}", use: new)
        router.post("settings/connections/new/{kind}", use: add)
        router.get("settings/connections/by-code/{code}", use: show)
        router.get("settings/connections/by-code/{code}/edit", use: edit)
        router.post("settings/connections/by-code/{code}/edit", use: save)
        router.post("settings/connections/by-code/{code}/pause", use: pause)
        router.post("settings/connections/by-code/{code}/statuses", use: saveStatuses)
        router.get("settings/connections/by-code/{code}/delete", use: confirmDeletion)
        router.post("settings/connections/by-code/{code}/delete", use: delete)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let shell = frame.shell(request, context, .settings)
        return try frame.answer(
            .connectionIndex, ConnectionListModel(shell: shell, try connectors.all(), frame.format), request
        )
    }

    // MARK: The form

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let form = ConnectionFormModel.Form(try Self.kind(context), nil, nil, FormFaults())
        return try page(request, context, form)
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let kind = try Self.kind(context)
        let form = try await FormBody(request, context.session)
        do {
            let connection = try await connectors.create(kind, Self.patch(form), by: context.actor)
            return frame.lead(to: Links.connection(connection.code), request, flash: .connectionAdded)
        } catch let faults as Faults {
            let model = ConnectionFormModel.Form(kind, nil, form, FormFaults(faults))
            return try page(request, context, model, status: .unprocessableContent)
        }
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let connection = try connection(context).overview.connection
        let form = ConnectionFormModel.Form(connection.kind, connection, nil, FormFaults())
        return try page(request, context, form)
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let connection = try connection(context).overview.connection
        let form = try await FormBody(request, context.session)
        do {
            _ = try await connectors.update(connection.code, Self.patch(form), by: context.actor)
            return frame.lead(to: Links.connection(connection.code), request, flash: .connectionSaved)
        } catch let faults as Faults {
            let model = ConnectionFormModel.Form(connection.kind, connection, form, FormFaults(faults))
            return try page(request, context, model, status: .unprocessableContent)
        }
    }

    // MARK: One that is there

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        return try show(request, context, form: nil, FormFaults())
    }

    private func show(
        _ request: Request, _ context: OperatorContext, form: FormBody?, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let found = try connection(context)
        let model = ConnectionModel(
            shell: frame.shell(request, context, .settings), origin: Self.origin(request), found.overview,
            found.refusals, frame.references.current.book, form: form, faults, frame.format
        )
        return try frame.answer(.connectionShow, model, request, status: status)
    }

    @Sendable private func saveStatuses(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let connection = try connection(context).overview.connection
        let form = try await FormBody(request, context.session)
        var patch = ShopConnectionPatch()
        patch.statuses = Dictionary(
            uniqueKeysWithValues: connection.kind.statuses.map { usual in
                (usual.source.key, form["statuses.\(usual.source.key)"] ?? "")
            }
        )
        do {
            _ = try await connectors.update(connection.code, patch, by: context.actor)
            return frame.lead(to: Links.connection(connection.code), request, flash: .connectionSaved)
        } catch let faults as Faults {
            return try show(request, context, form: form, FormFaults(faults), status: .unprocessableContent)
        }
    }

    @Sendable private func pause(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let form = try await FormBody(request, context.session)
        var patch = ShopConnectionPatch()
        patch.isPaused = form["paused"] == "1"
        let connection = try await connectors.update(try context.path("code"), patch, by: context.actor)
        return frame.lead(to: Links.connection(connection.code), request, flash: .connectionSaved)
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let connection = try connection(context).overview.connection
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteConnection(connection.code), heading: "Delete connection \(connection.name)?",
                sentence: "Orders that came over it stay; what the shop sends from now on is refused.",
                losses: ["its address, and so every webhook in the shop that names it", "its table of statuses"],
                cancelHref: Links.connection(connection.code), verb: "Delete connection"
            )
        )
        return try frame.answer(.connectionDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        try await connectors.delete(try context.path("code"), by: context.actor)
        return frame.lead(to: Links.connections, request, flash: .connectionDeleted)
    }

    // MARK: Parts

    private func connection(
        _ context: OperatorContext
    ) throws -> (overview: ConnectorService.Overview, refusals: [ShopRefusal]) {
        do {
            return try connectors.get(try context.path("code"))
        } catch is ConnectorService.Unknown {
            throw Problem.notFound
        }
    }

    private static func kind(_ context: OperatorContext) throws -> ShopConnection.Kind {
        guard let kind = ShopConnection.Kind(rawValue: try context.path("kind")) else { throw Problem.notFound }
        return kind
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: ConnectionFormModel.Form,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = ConnectionFormModel(shell: frame.shell(request, context, .settings), connectionForm: form)
        return try frame.answer(
            .connectionForm, model, request, fragment: ("dialog", .connectionFields), status: status)
    }

    private static func patch(_ form: FormBody) -> ShopConnectionPatch {
        var patch = ShopConnectionPatch()
        patch.name = form["name"] ?? ""
        patch.secret = form["secret"]
        patch.idPrefix = form["id_prefix"] ?? ""
        return patch
    }

    /// The server's own address as the browser that asks knows it.
    private static func origin(_ request: Request) -> String {
        let scheme = request.headers[.forwardedProtocol] == "https" ? "https" : "http"
        return "\(scheme)://\(request.head.authority ?? "localhost")"
    }
}
