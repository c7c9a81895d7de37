import Domain
import HTTPTypes
import Hummingbird
import Platform

/// One order: its page, its statuses changed in place, its deletion.
struct OrderPages {
    let orders: OrderService
    let customers: CustomerService
    let products: ProductService
    let receipts: ReceiptService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("orders/by-id/{id}", use: show)
        router.post("orders/by-id/{id}/status", use: moveStatus)
        router.get("orders/by-id/{id}/delete", use: confirmDeletion)
        router.post("orders/by-id/{id}/delete", use: delete)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersRead)
        return try page(try context.path("id"), request, context)
    }

    /// Changes one status; the page comes back as the order is now.
    @Sendable private func moveStatus(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let externalID = try context.path("id")
        let form = try await FormBody(request, context.session)
        var patch = StatusPatch()
        for type in OrderStatusType.allCases {
            let name = OrderListFilter(type).rawValue
            // An empty code clears the status; only what was sent is changed.
            if form.names.contains(name) { patch.statuses[type] = Patch(form[name]) }
        }
        let toast: ShellModel.Toast
        do {
            _ = try await orders.moveStatuses(externalID, patch, by: context.origin)
            toast = .success("The status is changed.")
        } catch let faults as Faults {
            toast = .error(faults.all.map(\.detail).joined(separator: " "))
        }
        guard request.headers[.fragment] != nil else { return frame.lead(to: Links.order(externalID), request) }
        return try page(externalID, request, context, toast: toast)
    }

    // MARK: The page

    /// - Parameter refusedReceipt: The identifier of a receipt that could not be linked, with the reason.
    func page(
        _ externalID: String, _ request: Request, _ context: OperatorContext, toast: ShellModel.Toast? = nil,
        refusedReceipt: (id: String, error: String)? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let stored = try orders.order(externalID)
        let query = QueryItems(request)
        let model = OrderPageModel(
            shell: frame.shell(request, context, .orders, toast: toast), liveHref: Links.liveOrder(externalID),
            order: try maker(stored, context).model, isUnverified: try orders.isUnverified(stored.order),
            receipts: try receipts(of: stored.order, context, refusedReceipt),
            tabs: try tabs(
                stored.order, context, query["tab"] == "metadata", before: query["before"].flatMap(Int64.init))
        )
        return try frame.answer(.orderShow, model, request, fragment: ("order", .orderFragment), status: status)
    }

    /// The receipts of the order; nil where they are switched off, or the role may not see them.
    private func receipts(
        of order: Order, _ context: OperatorContext, _ sent: (id: String, error: String)?
    ) throws -> OrderReceiptsModel? {
        guard frame.features.has(.receipts), context.may(.receiptsRead) else { return nil }
        let mayLink = context.may(.receiptsWrite)
        return OrderReceiptsModel(
            order: order.externalID, linked: try receipts.receipts(ofOrder: order.externalID),
            candidates: mayLink ? try receipts.candidates(for: order, limit: 5) : [], mayLink: mayLink,
            format: frame.format(context), sent: sent
        )
    }

    private func maker(_ stored: StoredOrder, _ context: OperatorContext) throws -> OrderMaker {
        OrderMaker(
            stored: stored,
            products: try products.products(Set(stored.order.lines.compactMap { $0.fields.text(.product) })),
            customer: try customer(stored.customerExternalID), format: frame.format(context),
            book: frame.references.current.book, fields: frame.references.current.fields
        )
    }

    private func customer(_ externalID: String) throws -> (profile: CustomerService.Profile, orderCount: Int)? {
        do {
            let profile = try customers.customer(externalID)
            return (profile, try orders.orders(ofCustomer: externalID, offset: 0, limit: 0).total)
        } catch OrderError.unknownCustomer {
            return nil
        }
    }

    private func tabs(
        _ order: Order, _ context: OperatorContext, _ isMetadata: Bool, before: Int64?
    ) throws -> OrderPageModel.Tabs {
        var tabs = OrderPageModel.Tabs(
            activityHref: Links.order(order.externalID), metadataHref: Links.orderMetadata(order.externalID),
            activitySelected: String(!isMetadata), metadataSelected: String(isMetadata),
            selectedTab: isMetadata ? "tab-metadata" : "tab-activity"
        )
        if isMetadata {
            let json = context.may(.personalData) ? order.metadata.map(JSONLayout.pretty) : nil
            tabs.metadata = OrderPageModel.Metadata(
                hasJSON: json != nil, json: json ?? "", isHidden: !context.may(.personalData))
        } else {
            let maker = ActivityMaker(
                externalID: order.externalID, format: frame.format(context), book: frame.references.current.book,
                fields: frame.references.current.fields
            )
            tabs.activity = maker.model(
                try orders.activity(of: order.externalID, before: before ?? .max, limit: ActivityMaker.limit + 1)
            )
        }
        return tabs
    }

    // MARK: Deletion

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let stored = try orders.order(try context.path("id"))
        let order = stored.order
        let (maker, format) = (try maker(stored, context), frame.format(context))
        var losses: [String] = []
        if !order.lines.isEmpty { losses.append(PageFormat.count(order.lines.count, "line", "lines")) }
        if maker.book.includes(order.statuses) {
            let name = stored.customerName.map(format.mask.name) ?? stored.customerExternalID
            losses.append("\(format.money(order.value)) of the order value of \(name)")
        }
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .orders),
            confirm: ConfirmModel(
                action: Links.deleteOrder(order.externalID), heading: "Delete order \(maker.title)?",
                sentence: "The order goes from lists and figures at once. It is kept for 30 days, then erased.",
                losses: losses, cancelHref: Links.order(order.externalID), verb: "Delete order"
            )
        )
        return try frame.answer(.orderDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let externalID = try context.path("id")
        _ = try await FormBody(request, context.session)
        do {
            try await orders.delete(externalID, by: context.origin)
            return frame.lead(to: Links.orders, request, flash: .orderDeleted)
        } catch OrderError.unknownOrder {
            return frame.lead(to: Links.orders, request, flash: .orderGone)
        }
    }
}
