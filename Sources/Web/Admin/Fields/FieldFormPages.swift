import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The form that adds or changes a custom field: a page, or a window over the list.
struct FieldFormPages: Sendable {
    let fields: FieldService
    let frame: PageFrame

    // MARK: A new one

    @Sendable func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let object = try context.fieldObject()
        return try page(request, context, form(object, nil, FormBody("type=string"), FormFaults()), FormFaults())
    }

    @Sendable func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let object = try context.fieldObject()
        let body = try await FormBody(request, context.session)
        var patch = Self.patch(body, type: body["type"].flatMap(CustomFieldType.init))
        (patch.object, patch.code) = (object, body["code"] ?? "")
        patch.type = body["type"].flatMap(CustomFieldType.init)
        var faults = FormFaults()
        do {
            _ = try await fields.create(patch, base: "", by: context.actor)
            return frame.lead(to: Links.fields(object), request, flash: .fieldAdded)
        } catch let refused as Faults {
            faults.add(refused)
        } catch FieldError.codeTaken {
            faults.add("code", "Another field of \(object.plural.lowercased()) has this code.")
        }
        return try page(request, context, form(object, nil, body, faults), faults, status: .unprocessableContent)
    }

    // MARK: One that is there

    @Sendable func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let field = try fields.field(try context.fieldObject(), code: try context.path("code"))
        return try page(request, context, form(field.object, field, Self.body(of: field), FormFaults()), FormFaults())
    }

    @Sendable func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let field = try fields.field(try context.fieldObject(), code: try context.path("code"))
        let body = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            guard ContentTag(field).isSeen(by: body) else { throw ChangedMeanwhile() }
            _ = try await fields.update(
                field.object, code: field.code, Self.patch(body, type: field.type),
                seen: body["seen"] == nil ? nil : field, base: "", by: context.actor
            )
            return frame.lead(to: Links.fields(field.object), request, flash: .fieldSaved)
        } catch let refused as Faults {
            faults.add(refused)
        } catch is ChangedMeanwhile {
            faults.add("name", "Somebody changed this field meanwhile: open it again, and repeat your change.")
        }
        return try page(
            request, context, form(field.object, field, body, faults), faults, status: .unprocessableContent
        )
    }

    // MARK: Parts

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: FieldFormModel.Form, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = FieldFormModel(
            shell: frame.shell(request, context, .settings), hasProblems: !faults.isEmpty,
            problems: faults.listed(Self.label), fieldForm: form
        )
        return try frame.answer(.fieldForm, model, request, fragment: ("dialog", .fieldFields), status: status)
    }

    private static func label(_ name: String) -> String {
        switch name {
        case "description": "Description"
        case "default": "Default"
        case "min": "Least"
        case "max": "Most"
        case "metadata_path": "Taken from metadata"
        default: name.prefix(1).uppercased() + name.dropFirst()
        }
    }

    /// What the form says; parts that the type does not have are passed over.
    private static func patch(_ form: FormBody, type: CustomFieldType?) -> CustomFieldPatch {
        var patch = CustomFieldPatch()
        patch.name = form["name"] ?? ""
        patch.group = Patch(form["group"])
        patch.help = Patch(form["description"])
        patch.isRequired = form.isOn("required")
        patch.defaultText = Patch(form["default"])
        patch.metadataPath = Patch(form["metadata_path"])
        if type?.bound != nil {
            patch.minimumText = Patch(form["min"])
            patch.maximumText = Patch(form["max"])
        }
        if type?.hasChoices == true {
            let lines = form.raw("choices").split(whereSeparator: \.isNewline).map { line in
                String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            patch.choices = lines.filter { !$0.isEmpty }
        }
        return patch
    }

    /// A stored field as its form would send it.
    private static func body(of field: CustomField) -> FormBody {
        var pairs = [
            ("name", field.name), ("group", field.group), ("description", field.help),
            ("default", field.defaultValue?.plain ?? ""), ("choices", field.choices.joined(separator: "\n")),
            ("min", field.minimum.map(field.text(ofBound:)) ?? ""),
            ("max", field.maximum.map(field.text(ofBound:)) ?? ""), ("metadata_path", field.metadataPath ?? ""),
        ]
        pairs.append(("seen", ContentTag(field).text))
        if field.isRequired { pairs.append(("required", "1")) }
        return FormBody(pairs.map { "\($0)=\(QueryItems.encode($1))" }.joined(separator: "&"))
    }

    private func form(
        _ object: FieldObject, _ field: CustomField?, _ body: FormBody, _ faults: FormFaults
    ) -> FieldFormModel.Form {
        let type = field?.type ?? body["type"].flatMap(CustomFieldType.init) ?? .string
        var groups: [String] = []
        for other in fields.book.custom(object) where !other.group.isEmpty && !groups.contains(other.group) {
            groups.append(other.group)
        }
        return FieldFormModel.Form(
            action: field.map { Links.field(object, code: $0.code) } ?? Links.newField(object),
            heading: field == nil ? "Add field" : "Edit field", cancelHref: Links.fields(object),
            objectName: object.plural, isNew: field == nil, name: faults.field("name", body),
            code: FieldModel(name: "code", value: field?.code ?? body.raw("code"), error: faults["code"]),
            type: ChoiceModel(
                name: "type", error: faults["type"],
                options: CustomFieldType.allCases.map {
                    OptionModel(value: $0.rawValue, text: $0.label, isSelected: $0 == type)
                }
            ),
            typeName: type.label, typeValue: type.rawValue, group: faults.field("group", body), groups: groups,
            help: faults.field("description", body), standard: faults.field("default", body),
            choices: faults.field("choices", body), minimum: faults.field("min", body),
            maximum: faults.field("max", body), isRequired: body.isOn("required"), requiredError: faults["required"],
            metadataPath: object.hasMetadata ? faults.field("metadata_path", body) : nil,
            seen: field == nil ? nil : body["seen"]
        )
    }
}
