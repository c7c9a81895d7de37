import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Settings, Event sources, Names: what events are called.
struct EventNamePages {
    let tracking: TrackingService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/event-names", use: index)
        router.get("settings/event-names/new", use: new)
        router.post("settings/event-names/new", use: add)
        router.get("settings/event-names/by-code/{code}", use: edit)
        router.post("settings/event-names/by-code/{code}", use: save)
        router.get("settings/event-names/by-code/{code}/delete", use: confirmDeletion)
        router.post("settings/event-names/by-code/{code}/delete", use: delete)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let model = EventNameListModel(shell: frame.shell(request, context, .settings), tracking.book)
        return try frame.answer(.eventNameIndex, model, request)
    }

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try form(request, context, nil, nil, FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try await store(nil, request, context)
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try form(request, context, try name(context), nil, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try await store(try name(context), request, context)
    }

    private func store(
        _ name: EventName?, _ request: Request, _ context: OperatorContext
    ) async throws -> Response {
        let sent = try await FormBody(request, context.session)
        let patch = EventNamePatch(
            code: name == nil ? sent["code"].flatMap { $0.isEmpty ? nil : $0 } : nil, name: sent["name"] ?? "",
            kind: sent["kind"].flatMap(EventName.Kind.init)
        )
        do {
            _ = try await tracking.save(patch, code: name?.code, by: context.actor)
            return frame.lead(to: Links.eventNames, request, flash: name == nil ? .eventNameAdded : .eventNameSaved)
        } catch let faults as Faults {
            return try form(request, context, name, sent, FormFaults(faults))
        } catch let error as TrackingError {
            var faults = FormFaults()
            faults.add("code", error.sentence)
            return try form(request, context, name, sent, faults)
        }
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let name = try name(context)
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteEventName(name.code), heading: "Delete the name \(name.name)?",
                sentence: "Events that are called so stay, and are shown as “\(name.code)”. A source that learns names "
                    + "makes it again with the next such event.",
                cancelHref: Links.eventNames, verb: "Delete name"
            )
        )
        return try frame.answer(.eventNameDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        _ = try await FormBody(request, context.session)
        try await tracking.deleteName(try context.path("code"), by: context.actor)
        return frame.lead(to: Links.eventNames, request, flash: .eventNameDeleted)
    }

    private func name(_ context: OperatorContext) throws -> EventName {
        let code = try context.path("code")
        guard let name = tracking.book.name(code), !name.isPredefined else { throw TrackingError.unknownName(code) }
        return name
    }

    private func form(
        _ request: Request, _ context: OperatorContext, _ name: EventName?, _ sent: FormBody?, _ faults: FormFaults
    ) throws -> Response {
        let model = EventNameFormModel(shell: frame.shell(request, context, .settings), name, sent, faults)
        return try frame.answer(.eventNameForm, model, request, status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

/// The list of names of events.
struct EventNameListModel: Sendable {
    struct Row: Sendable {
        var name: String
        var code: String
        var kind: String
        var isOurs: Bool
        var isCustom: Bool
        var href: String
        var deleteHref: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var listHref = Links.eventSources
    var newHref = Links.newEventName
    var names: [Row]

    init(shell: ShellModel, _ book: TrackingBook) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.eventSources, shell)
        names = (book.customNames + EventName.predefined).map { name in
            Row(
                name: name.name, code: name.code, kind: name.kind.name, isOurs: name.isPredefined,
                isCustom: !name.isPredefined, href: Links.eventName(name.code),
                deleteHref: Links.deleteEventName(name.code)
            )
        }
    }
}

extension EventName.Kind {
    /// As pages call it.
    var name: String {
        switch self {
        case .web: "Web event"
        case .customer: "Event of a customer"
        case .system: "System event"
        }
    }
}

/// The form of a name of events.
struct EventNameFormModel: Sendable {
    var shell: ShellModel
    var heading: String
    var verb: String
    var action: String
    var cancelHref = Links.eventNames
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var code: FieldModel?
    var kind: ChoiceModel

    init(shell: ShellModel, _ event: EventName?, _ form: FormBody?, _ faults: FormFaults) {
        self.shell = shell
        heading = event.map { "Edit \($0.name)" } ?? "Add name"
        verb = event == nil ? "Add name" : "Save name"
        action = event.map { Links.eventName($0.code) } ?? Links.newEventName
        hasProblems = !faults.isEmpty
        problems = faults.listed { ["name": "Name", "code": "Code", "kind": "Kind"][$0] ?? $0 }
        name = FieldModel(name: "name", value: form?.raw("name") ?? event?.name ?? "", error: faults["name"])
        code = event == nil ? FieldModel(name: "code", value: form?.raw("code") ?? "", error: faults["code"]) : nil
        let chosen = form?.raw("kind") ?? event?.kind.rawValue ?? EventName.Kind.web.rawValue
        kind = ChoiceModel(
            name: "kind", error: faults["kind"],
            options: EventName.Kind.allCases.map {
                OptionModel(value: $0.rawValue, text: $0.name, isSelected: $0.rawValue == chosen)
            }
        )
    }
}
