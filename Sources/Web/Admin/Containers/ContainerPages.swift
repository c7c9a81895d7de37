import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The kinds of containers that customers have one of each: the list, and the form of one.
struct ContainerPages {
    let containers: ContainerService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/containers", use: index)
        router.get("settings/containers/new", use: new)
        router.post("settings/containers/new", use: add)
        router.get("settings/containers/by-code/{code}", use: edit)
        router.post("settings/containers/by-code/{code}", use: save)
        router.get("settings/containers/by-code/{code}/delete", use: confirmDeletion)
        router.post("settings/containers/by-code/{code}/delete", use: delete)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let counts = try await containers.counts()
        let types = containers.book.types
        let shell = frame.shell(request, context, .settings)
        let model = ContainerListModel(
            shell: shell, sections: SettingsSection.all(current: Links.containers, shell),
            count: PageFormat.count(types.count), rows: types.map { .init($0, count: counts[$0.id] ?? 0) }
        )
        return try frame.answer(.containerIndex, model, request)
    }

    // MARK: The form

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try page(request, context, nil, nil, FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            var patch = Self.patch(form, &faults)
            patch.code = form["code"]
            if faults.isEmpty {
                _ = try await containers.create(patch, by: context.actor)
                return frame.lead(to: Links.containers, request, flash: .containerAdded)
            }
        } catch let refused as Faults {
            faults.add(refused)
        } catch let refused as ContainerError {
            faults.add("code", refused.sentence)
        }
        return try page(request, context, nil, form, faults, status: .unprocessableContent)
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try page(request, context, try containers.type(try context.path("code")), nil, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let type = try containers.type(try context.path("code"))
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            let patch = Self.patch(form, &faults)
            if faults.isEmpty {
                _ = try await containers.update(
                    type.code, patch, expectedVersion: form["version"].flatMap(Int64.init), by: context.actor
                )
                return frame.lead(to: Links.containers, request, flash: .containerSaved)
            }
        } catch let refused as Faults {
            faults.add(refused)
        } catch ContainerError.outdated {
            faults.add("name", "Somebody changed this container meanwhile: open it again, and repeat your change.")
        }
        return try page(request, context, type, form, faults, status: .unprocessableContent)
    }

    /// What a form says, as far as it is numbers.
    private static func patch(_ form: FormBody, _ faults: inout FormFaults) -> ContainerTypePatch {
        var patch = ContainerTypePatch(name: form["name"] ?? "")
        patch.isEmptiedByOrder = form.isOn("emptied_by_order")
        patch.abandonedAfterMinutes = whole("abandoned_after_minutes", form, &faults)
        if patch.abandonedAfterMinutes == nil, faults["abandoned_after_minutes"] == nil {
            faults.add("abandoned_after_minutes", "This is required.")
        }
        patch.lifetimeDays = Patch(whole("lifetime_days", form, &faults))
        return patch
    }

    private static func whole(_ name: String, _ form: FormBody, _ faults: inout FormFaults) -> Int64? {
        guard let text = form[name] else { return nil }
        guard let number = Int64(text) else {
            faults.add(name, "This must be a whole number.")
            return nil
        }
        return number
    }

    /// - Parameter form: What was sent; nil shows the kind as it is.
    private func page(
        _ request: Request, _ context: OperatorContext, _ type: ContainerType?, _ form: FormBody?,
        _ faults: FormFaults, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let stored = type ?? ContainerType(id: ContainerType.ID(rawValue: 0), code: "", name: "")
        func field(_ name: String, _ value: String) -> FieldModel {
            FieldModel(name: name, value: form?.raw(name) ?? value, error: faults[name])
        }
        let model = ContainerFormModel(
            shell: frame.shell(request, context, .settings),
            container: ContainerFormModel.Form(
                action: type.map { Links.container($0.code) } ?? Links.newContainer,
                heading: type == nil ? "Add container" : "Edit container", isNew: type == nil,
                version: type.map { form?["version"] ?? String($0.version) }, name: field("name", stored.name),
                code: FieldModel(
                    name: "code", value: type?.code ?? form?.raw("code") ?? "", error: faults["code"]),
                abandonedAfter: field("abandoned_after_minutes", String(stored.abandonedAfterMinutes)),
                lifetime: field("lifetime_days", stored.lifetimeDays.map { String($0) } ?? ""),
                isEmptiedByOrder: form?.isOn("emptied_by_order") ?? stored.isEmptiedByOrder
            )
        )
        return try frame.answer(.containerForm, model, request, fragment: ("dialog", .containerFields), status: status)
    }

    // MARK: Deletion

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let type = try containers.type(try context.path("code"))
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteContainer(type.code), heading: "Delete the container \(type.name)?",
                sentence: "What your shop or a page puts into “\(type.code)” is refused from then on.",
                cancelHref: Links.containers, verb: "Delete container"
            )
        )
        return try frame.answer(.containerDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        _ = try await FormBody(request, context.session)
        do {
            try await containers.delete(try context.path("code"), by: context.actor)
            return frame.lead(to: Links.containers, request, flash: .containerDeleted)
        } catch ContainerError.inUse {
            return frame.lead(to: Links.containers, request, flash: .containerInUse)
        } catch ContainerError.unknownType {
            return frame.lead(to: Links.containers, request, flash: .containerDeleted)
        }
    }
}
