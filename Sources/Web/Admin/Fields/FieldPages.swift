import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The fields of each object, their order, and what profiles show (spec admin.md, Settings).
struct FieldPages {
    let fields: FieldService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        let forms = FieldFormPages(fields: fields, frame: frame)
        router.get("settings/fields") { request, context in try index(request, context) { .customer } }
        router.get("settings/fields/{object}") { request, context in try index(request, context, context.fieldObject) }
        router.post("settings/fields/{object}/order", use: order)
        router.post("settings/fields/{object}/profile", use: saveProfile)
        router.get("settings/fields/{object}/new", use: forms.new)
        router.post("settings/fields/{object}/new", use: forms.add)
        router.get("settings/fields/{object}/field/{code}", use: forms.edit)
        router.post("settings/fields/{object}/field/{code}", use: forms.save)
        router.get("settings/fields/{object}/field/{code}/delete", use: confirmDeletion)
        router.post("settings/fields/{object}/field/{code}/delete", use: delete)
    }

    private func index(
        _ request: Request, _ context: OperatorContext, _ object: () throws -> FieldObject
    ) throws -> Response {
        try context.require(.settings)
        let model = FieldListModel(shell: frame.shell(request, context, .settings), try object(), fields.book)
        return try frame.answer(.fieldIndex, model, request)
    }

    /// The order as it was dragged, or one field moved by its button.
    @Sendable private func order(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let object = try context.fieldObject()
        let form = try await FormBody(request, context.session)
        try await fields.order(object, Self.moved(form), by: context.actor)
        return frame.lead(to: Links.fields(object), request)
    }

    @Sendable private func saveProfile(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let object = try context.fieldObject()
        let form = try await FormBody(request, context.session)
        guard !form.isOn("reset") else {
            try await fields.setProfileView(object, nil, by: context.actor)
            return frame.lead(to: Links.fields(object), request, flash: .profileViewReset)
        }
        var codes = Self.moved(form).filter { $0 != form["remove"] }
        if form.isOn("add"), let added = form["added"] { codes.append(added) }
        // A field that went while the page was open is left out, not complained about.
        codes = codes.filter { fields.book.field(object, code: $0) != nil }
        try await fields.setProfileView(object, codes, by: context.actor)
        return frame.lead(to: Links.fields(object) + "#profile", request)
    }

    private static func moved(_ form: FormBody) -> [String] {
        let codes = form.all("codes")
        if let code = form["up"] { return FieldService.moved(code, in: codes, up: true) }
        if let code = form["down"] { return FieldService.moved(code, in: codes, up: false) }
        return codes
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (object, code) = (try context.fieldObject(), try context.path("code"))
        let field = try fields.field(object, code: code)
        let count = try await fields.valueCount(field)
        let uses = try fields.uses(of: field)
        var losses = [
            "Its value on \(PageFormat.count(count, "object", "objects")), for good. History keeps what it was."
        ]
        if object.hasMetadata, field.metadataPath != nil {
            losses = ["The field itself, with \(PageFormat.count(count, "value", "values")). Metadata stays as it is."]
        }
        let users = uses.map { "The \($0.kind) “\($0.name)” uses it: change that first." }
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteField(object, code: code), heading: "Delete the field \(field.name)?",
                sentence: "What your shop sends with the code “\(code)” will be refused from then on. This is lost:",
                losses: users + losses, cancelHref: Links.fields(object), verb: "Delete field"
            )
        )
        return try frame.answer(.fieldDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (object, code) = (try context.fieldObject(), try context.path("code"))
        _ = try await FormBody(request, context.session)
        do {
            try await fields.delete(object, code: code, by: context.actor)
            return frame.lead(to: Links.fields(object), request, flash: .fieldDeleted)
        } catch FieldError.inUse {
            return frame.lead(to: Links.fields(object), request, flash: .fieldInUse)
        } catch FieldError.unknown {
            return frame.lead(to: Links.fields(object), request, flash: .fieldGone)
        }
    }
}

extension OperatorContext {
    /// The object that an address names.
    func fieldObject() throws -> FieldObject {
        guard let object = FieldObject(rawValue: try path("object")) else { throw Problem.notFound }
        return object
    }
}
