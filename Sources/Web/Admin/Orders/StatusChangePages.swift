import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Changing the status of many orders: of those chosen in the list, or of all that it shows.
struct StatusChangePages {
    let changes: StatusChanges
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.post("orders/statuses", use: changeChosen)
        router.get("orders/statuses/all", use: askForAll)
        router.post("orders/statuses/all", use: changeAll)
    }

    @Sendable private func changeChosen(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let form = try await FormBody(request, context.session)
        let back = form["return"].map { AccountPages.local($0) } ?? Links.orders
        let chosen = form.all("order")
        guard !chosen.isEmpty else { return frame.lead(to: back, request, flash: .noOrderChosen) }
        guard let change = form["change"].flatMap(StatusChange.init) else {
            return frame.lead(to: back, request, flash: .noStatusChosen)
        }
        do {
            let count = try await changes.change(chosen, to: change, by: context.origin)
            return frame.lead(to: back, request, flash: count > 0 ? .statusesChanged : .statusesAsBefore)
        } catch is Faults {
            return frame.lead(to: back, request, flash: .statusGone)
        }
    }

    @Sendable private func askForAll(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        return try page(QueryItems(request), request, context)
    }

    @Sendable private func changeAll(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let form = try await FormBody(request, context.session)
        let sent = QueryItems(form.raw("filters"))
        guard let change = form["change"].flatMap(StatusChange.init) else {
            return try page(sent, request, context, failure: "Choose the status that the orders are to have.")
        }
        let asked = OrderListQuery(sent, frame.references.current.reading, context.mask)
        do {
            let run = try await changes.start(
                asked.query.filters, to: change, named: maker(asked, context).name(of: change),
                by: context.session.email, author: context.actor
            )
            return frame.lead(to: Links.importRun(run.id), request)
        } catch let faults as Faults {
            return try page(sent, request, context, failure: faults.all.map(\.detail).joined(separator: " "))
        } catch is ImportError {
            return try page(sent, request, context, failure: "No order matches any more.")
        }
    }

    private func maker(_ asked: OrderListQuery, _ context: OperatorContext) -> OrderListMaker {
        let reference = frame.references.current
        return OrderListMaker(
            asked: asked, columns: [], format: frame.format(context), book: reference.book, fields: reference.fields
        )
    }

    private func page(
        _ sent: QueryItems, _ request: Request, _ context: OperatorContext, failure: String? = nil
    ) throws -> Response {
        let asked = OrderListQuery(sent, frame.references.current.reading, context.mask)
        let maker = maker(asked, context)
        let model = StatusChangeModel(
            shell: frame.shell(request, context, .orders),
            statusChange: StatusChangeModel.Form(
                count: PageFormat.count(try changes.count(asked.query.filters), "order", "orders"), failure: failure,
                filters: asked.filterText, shown: maker.activeFilters, groups: maker.statusGroups,
                cancelHref: asked.link(page: 1)
            )
        )
        return try frame.answer(
            .statusChange, model, request, fragment: ("dialog", .statusChangeFields),
            status: failure == nil ? .ok : .unprocessableContent
        )
    }
}

/// The form that changes the status of all orders that a list shows.
struct StatusChangeModel: Sendable {
    struct Form: Sendable {
        var action = Links.allStatuses
        var count: String
        var failure: String?
        /// The list's filters as its address has them.
        var filters: String
        var shown: [OrderListModel.ActiveFilter]
        var groups: [StatusGroupModel]
        var cancelHref: String
    }

    var shell: ShellModel
    var statusChange: Form
}

/// The statuses of one type to choose from.
struct StatusGroupModel: Sendable {
    var label: String
    var options: [OptionModel]
}

extension OrderListMaker {
    /// What can be chosen for many orders at once: archived statuses are hidden, as in every picker.
    var statusGroups: [StatusGroupModel] {
        OrderStatusType.allCases.compactMap { type in
            let statuses = book.statuses(of: type).filter { !$0.isArchived }
            guard !statuses.isEmpty else { return nil }
            let options = statuses.map { status in
                OptionModel(value: StatusChange(type, code: status.code).text, text: status.name)
            }
            let none = OptionModel(
                value: StatusChange(type, code: nil).text,
                text: type == .general ? "No status" : "No \(type.shortLabel.lowercased()) status")
            return StatusGroupModel(label: type.shortLabel, options: options + [none])
        }
    }

    /// What a change of many is called where its progress is shown.
    func name(of change: StatusChange) -> String {
        let name = change.code.map { book.status(change.type, code: $0)?.name ?? $0 } ?? "none"
        return "\(change.type.shortLabel) → \(name)"
    }
}
