import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The form that adds or changes a status: a page, or a window over the list.
struct StatusFormPages: Sendable {
    let statuses: StatusService
    let orders: OrderService
    let frame: PageFrame

    // MARK: A new one

    @Sendable func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let type = QueryItems(request)["type"].flatMap(OrderStatusType.init) ?? .general
        return try page(request, context, newForm(type, FormBody(""), FormFaults()))
    }

    @Sendable func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        let type = form["type"].flatMap(OrderStatusType.init) ?? .general
        var faults = FormFaults()
        do {
            _ = try await statuses.create(type, Self.patch(form), by: context.actor)
            return frame.lead(to: Links.statuses, request, flash: .statusAdded)
        } catch let refused as Faults {
            faults.add(refused)
        } catch StatusError.codeTaken {
            faults.add("code", Self.taken(type))
        }
        return try page(request, context, newForm(type, form, faults), status: .unprocessableContent)
    }

    private func newForm(_ type: OrderStatusType, _ form: FormBody, _ faults: FormFaults) -> StatusFormModel.Form {
        StatusFormModel.Form(
            action: Links.newStatus, heading: "Add status", isNew: true, name: faults.field("name", form),
            type: Self.choice(type), typeName: type.name,
            code: StatusFormModel.Code(value: form.raw("code"), error: faults["code"], isFixed: false),
            colors: Self.colors(form["color"].flatMap(StatusColor.init) ?? .grey),
            isIncluded: form.isOn("included_in_analytics")
        )
    }

    // MARK: One that is there

    @Sendable func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        return try page(request, context, editForm(try status(context), nil, FormFaults()))
    }

    @Sendable func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let status = try status(context)
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            guard ContentTag(status).isSeen(by: form) else { throw ChangedMeanwhile() }
            _ = try await statuses.update(
                status.type, code: status.code, Self.patch(form), seen: form["seen"] == nil ? nil : status,
                by: context.actor
            )
            return frame.lead(to: Links.statuses, request, flash: .statusSaved)
        } catch let refused as Faults {
            faults.add(refused)
        } catch is ChangedMeanwhile {
            faults.add("name", "Somebody changed this status meanwhile: open it again, and repeat your change.")
        } catch StatusError.codeTaken {
            faults.add("code", Self.taken(status.type))
        } catch StatusError.inUse, StatusError.codeFixed {
            faults.add("code", "Orders use this status, or did, so its code stays “\(status.code)”.")
        } catch StatusError.namedBySegments(_, let segments) {
            faults.add(
                "code", "The code stays “\(status.code)”: segments name it (\(segments.joined(separator: ", "))).")
        }
        return try page(request, context, editForm(status, form, faults), status: .unprocessableContent)
    }

    private func status(_ context: OperatorContext) throws -> OrderStatus {
        let (type, code) = try context.statusName()
        guard let status = statuses.book.status(type, code: code) else { throw StatusError.unknown(type, code: code) }
        return status
    }

    /// - Parameter form: What was sent; nil shows the status as it is.
    private func editForm(_ status: OrderStatus, _ form: FormBody?, _ faults: FormFaults) -> StatusFormModel.Form {
        let isUsed = (orders.countsByStatus()[status.id] ?? 0) > 0
        let color = form.map { $0["color"].flatMap(StatusColor.init) ?? status.color } ?? status.color
        return StatusFormModel.Form(
            action: Links.status(status.type, code: status.code), heading: "Edit status", isNew: false,
            name: FieldModel(name: "name", value: form?.raw("name") ?? status.name, error: faults["name"]),
            type: Self.choice(status.type), typeName: status.type.name,
            code: StatusFormModel.Code(value: form?.raw("code") ?? status.code, error: faults["code"], isFixed: isUsed),
            colors: Self.colors(color),
            isIncluded: form?.isOn("included_in_analytics") ?? status.includeInAnalytics,
            seen: form?.raw("seen") ?? ContentTag(status).text
        )
    }

    // MARK: Parts

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: StatusFormModel.Form, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = StatusFormModel(shell: frame.shell(request, context, .settings), statusForm: form)
        return try frame.answer(
            .statusForm, model, request, fragment: ("dialog", .statusFields), status: status
        )
    }

    private static func patch(_ form: FormBody) -> OrderStatusPatch {
        var patch = OrderStatusPatch()
        patch.name = form["name"] ?? ""
        patch.code = form["code"] ?? ""
        patch.color = form["color"].flatMap(StatusColor.init)
        patch.includeInAnalytics = form.isOn("included_in_analytics")
        return patch
    }

    private static func choice(_ selected: OrderStatusType) -> ChoiceModel {
        ChoiceModel(
            name: "type",
            options: OrderStatusType.allCases.map { type in
                OptionModel(value: type.rawValue, text: type.name, isSelected: type == selected)
            }
        )
    }

    private static func colors(_ selected: StatusColor) -> [OptionModel] {
        StatusColor.allCases.map { color in
            let name = color.rawValue
            return OptionModel(
                value: name, text: name.prefix(1).uppercased() + name.dropFirst(), color: name,
                isSelected: color == selected
            )
        }
    }

    private static func taken(_ type: OrderStatusType) -> String {
        "Another \(type.name.lowercased()) status has this code."
    }
}
