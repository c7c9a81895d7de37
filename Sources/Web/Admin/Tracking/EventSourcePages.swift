import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Settings, Event sources: where events of customers come from, with the line to paste and what was refused.
struct EventSourcePages {
    let tracking: TrackingService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/event-sources", use: index)
        router.get("settings/event-sources/new", use: new)
        router.post("settings/event-sources/new", use: add)
        router.get("settings/event-sources/by-code/{code}", use: show)
        router.get("settings/event-sources/by-code/{code}/edit", use: edit)
        router.post("settings/event-sources/by-code/{code}/edit", use: save)
        router.post("settings/event-sources/by-code/{code}/switch", use: turn)
        router.post("settings/event-sources/by-code/{code}/keys", use: makeKey)
        router.post("settings/event-sources/by-code/{code}/keys/revoke", use: revokeKey)
        router.get("settings/event-sources/by-code/{code}/delete", use: confirmDeletion)
        router.post("settings/event-sources/by-code/{code}/delete", use: delete)
    }

    // MARK: The list

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let shell = frame.shell(request, context, .settings)
        let model = EventSourceListModel(shell: shell, tracking.book, try await tracking.figures())
        return try frame.answer(.eventSourceIndex, model, request)
    }

    // MARK: One source

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let source = try source(context)
        let model = EventSourceModel(
            shell: frame.shell(request, context, .settings), source,
            try await tracking.figures()[source.id] ?? SourceFigures(), try await tracking.refusals(of: source.id),
            host: request.origin, frame.format(context)
        )
        return try frame.answer(.eventSourceShow, model, request)
    }

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try form(request, context, nil, nil, FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let sent = try await FormBody(request, context.session)
        do {
            var patch = Self.patch(sent)
            patch.code = sent["code"].flatMap { $0.isEmpty ? nil : $0 }
            let source = try await tracking.create(patch, by: context.actor)
            return frame.lead(to: Links.eventSource(source.code), request, flash: .sourceAdded)
        } catch let faults as Faults {
            return try form(request, context, nil, sent, FormFaults(faults))
        } catch let error as TrackingError {
            var faults = FormFaults()
            faults.add("code", error.sentence)
            return try form(request, context, nil, sent, faults)
        }
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try form(request, context, try source(context), nil, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let source = try source(context)
        let sent = try await FormBody(request, context.session)
        do {
            _ = try await tracking.update(source.code, Self.patch(sent), by: context.actor)
            return frame.lead(to: Links.eventSource(source.code), request, flash: .sourceSaved)
        } catch let faults as Faults {
            return try form(request, context, source, sent, FormFaults(faults))
        }
    }

    @Sendable private func turn(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let sent = try await FormBody(request, context.session)
        var patch = EventSourcePatch()
        patch.isOn = sent["on"] == "1"
        let source = try await tracking.update(try context.path("code"), patch, by: context.actor)
        let flash: Flash = source.isOn ? .sourceOn : .sourceOff
        return frame.lead(to: Links.eventSource(source.code), request, flash: flash)
    }

    @Sendable private func makeKey(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        let source = try await tracking.addKey(
            to: try context.path("code"), named: String((form["name"] ?? "").prefix(WriteKey.nameLimit)),
            by: context.actor)
        return frame.lead(to: Links.eventSource(source.code), request, flash: .writeKeyMade)
    }

    @Sendable private func revokeKey(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let sent = try await FormBody(request, context.session)
        let source = try await tracking.revoke(
            sent["key"] ?? "", of: try context.path("code"), by: context.actor)
        return frame.lead(to: Links.eventSource(source.code), request, flash: .writeKeyRevoked)
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let source = try source(context)
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteEventSource(source.code), heading: "Delete the source \(source.name)?",
                sentence: "Whoever sends with its key is refused from then on. Events that came by it stay.",
                losses: [
                    PageFormat.count(source.keys.count, "write key", "write keys"),
                    "the record of what was refused",
                ],
                cancelHref: Links.eventSource(source.code), verb: "Delete source"
            )
        )
        return try frame.answer(.eventSourceDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        _ = try await FormBody(request, context.session)
        try await tracking.delete(try context.path("code"), by: context.actor)
        return frame.lead(to: Links.eventSources, request, flash: .sourceDeleted)
    }

    // MARK: Parts

    private func source(_ context: OperatorContext) throws -> EventSource {
        try tracking.source(try context.path("code"))
    }

    private static func patch(_ form: FormBody) -> EventSourcePatch {
        var patch = EventSourcePatch()
        patch.name = form["name"] ?? ""
        patch.domains = form.raw("domains").split { $0.isWhitespace || $0 == "," }.map(String.init)
        (patch.takesOrders, patch.learnsNames) = (form.isOn("takes_orders"), form.isOn("learns_names"))
        patch.updatesCustomers = form.isOn("updates_customers")
        return patch
    }

    private func form(
        _ request: Request, _ context: OperatorContext, _ source: EventSource?, _ sent: FormBody?,
        _ faults: FormFaults
    ) throws -> Response {
        let model = EventSourceFormModel(shell: frame.shell(request, context, .settings), source, sent, faults)
        return try frame.answer(
            .eventSourceForm, model, request, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}
