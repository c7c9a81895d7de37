import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Order statuses, and the rules that go by them.
struct StatusPages {
    let statuses: StatusService
    let orders: OrderService
    let project: ProjectService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        let forms = StatusFormPages(statuses: statuses, orders: orders, frame: frame)
        router.get("settings/order-statuses", use: index)
        router.post("settings/order-statuses/starter-set", use: addStarterSet)
        router.post("settings/order-statuses/rules", use: saveRules)
        router.get("settings/order-statuses/new", use: forms.new)
        router.post("settings/order-statuses/new", use: forms.add)
        router.get("settings/order-statuses/{type}/{code}", use: forms.edit)
        router.post("settings/order-statuses/{type}/{code}", use: forms.save)
        router.post("settings/order-statuses/{type}/{code}/archive", use: archive)
        router.post("settings/order-statuses/{type}/{code}/move", use: move)
        router.get("settings/order-statuses/{type}/{code}/delete", use: confirmDeletion)
        router.post("settings/order-statuses/{type}/{code}/delete", use: delete)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let reference = frame.references.current
        let model = StatusListModel(
            shell: frame.shell(request, context, .settings), project: reference.project,
            book: reference.book,
            counts: orders.countsByStatus(), seen: frame.projectTag
        )
        return try frame.answer(.statusIndex, model, request)
    }

    @Sendable private func addStarterSet(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        _ = try await FormBody(request, context.session)
        try await statuses.addStarterSet(by: context.actor)
        return frame.lead(to: Links.statuses, request, flash: .starterSet)
    }

    @Sendable private func saveRules(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        guard let rule = form["included_orders"].flatMap(InclusionRule.init) else {
            throw Problem.badRequest("unknown_rule", "The form names no rule that there is.")
        }
        var patch = ProjectPatch()
        patch.inclusionRule = rule
        patch.createsUnknownCustomers = form.isOn("create_unknown_customers")
        patch.createsUnknownStatuses = form.isOn("create_unknown_statuses")
        do {
            try await project.update(patch, from: form, by: context.actor)
            return frame.lead(to: Links.statuses, request, flash: .rulesSaved)
        } catch is ChangedMeanwhile {
            return frame.lead(to: Links.statuses, request, flash: .changedMeanwhile)
        }
    }

    @Sendable private func archive(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (type, code) = try context.statusName()
        let form = try await FormBody(request, context.session)
        var patch = OrderStatusPatch()
        patch.isArchived = form["archived"] == "1"
        _ = try await statuses.update(type, code: code, patch, by: context.actor)
        let flash = patch.isArchived == true ? Flash.statusArchived : .statusRestored
        return frame.lead(to: Links.statuses, request, flash: flash)
    }

    @Sendable private func move(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (type, code) = try context.statusName()
        let form = try await FormBody(request, context.session)
        try await statuses.move(type, code: code, up: form["direction"] == "up", by: context.actor)
        return frame.lead(to: Links.statuses, request)
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (type, code) = try context.statusName()
        guard let status = statuses.book.status(type, code: code) else { throw StatusError.unknown(type, code: code) }
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteStatus(type, code: code), heading: "Delete the status \(status.name)?",
                sentence: "Orders that your shop sends with the code “\(code)” will be refused from then on, "
                    + "unless unknown statuses are created.",
                cancelHref: Links.statuses, verb: "Delete status"
            )
        )
        return try frame.answer(.statusDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let (type, code) = try context.statusName()
        _ = try await FormBody(request, context.session)
        do {
            try await statuses.delete(type, code: code, by: context.actor)
            return frame.lead(to: Links.statuses, request, flash: .statusDeleted)
        } catch StatusError.inUse {
            return frame.lead(to: Links.statuses, request, flash: .statusInUse)
        } catch StatusError.namedBySegments {
            return frame.lead(to: Links.statuses, request, flash: .statusInSegments)
        } catch StatusError.unknown {
            return frame.lead(to: Links.statuses, request, flash: .statusGone)
        }
    }
}

extension OperatorContext {
    /// The status that an address names.
    func statusName() throws -> (type: OrderStatusType, code: String) {
        guard let type = OrderStatusType(rawValue: try path("type")) else { throw Problem.notFound }
        return (type, try path("code"))
    }
}
