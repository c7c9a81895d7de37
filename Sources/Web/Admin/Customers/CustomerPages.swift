import Domain
import HTTPTypes
import Hummingbird
import Platform

/// One customer: the page with its tabs, the form that changes it, the export of the person.
struct CustomerPages {
    let customers: CustomerService
    let orders: OrderService
    let receipts: ReceiptService
    let segments: SegmentService
    let tracking: TrackingService
    let containers: ContainerService
    let products: ProductService
    let frame: PageFrame

    /// Orders of one page of the tab.
    private static let orderLimit = 20
    /// Events of one page of the tab.
    private static let eventLimit = 50

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("customers/by-id/{id}", use: show)
        router.get("customers/by-id/{id}/edit", use: edit)
        router.post("customers/by-id/{id}/edit", use: save)
        router.get("customers/by-id/{id}/export", use: export)
    }

    /// The tabs that a page has.
    enum Tab: String, CaseIterable {
        case overview, activity, events, orders, receipts, containers, segments

        /// Whose changes the timeline shows where this tab is there.
        var kind: TimelineRow.Thing.Kind? {
            switch self {
            case .overview, .activity, .events, .containers, .segments: nil
            case .orders: .order
            case .receipts: .receipt
            }
        }

        var label: String {
            switch self {
            case .overview: "Overview"
            case .activity: "Activity"
            case .events: "Events"
            case .orders: "Orders"
            case .receipts: "Receipts"
            case .containers: "Containers"
            case .segments: "Segments"
            }
        }
    }

    // MARK: The page

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersRead)
        let profile = try customers.customer(try context.path("id"))
        let query = QueryItems(request)
        let tab = tabs(context).first { $0.rawValue == query["tab"] } ?? .overview
        var model = try page(profile, tab, request, context)
        let maker = try maker(profile, context)
        let externalID = profile.customer.externalID
        switch tab {
        case .overview: model.overview = maker.overview()
        case .activity:
            let rows = try customers.timeline(
                of: externalID, after: query["after"].flatMap(TimelineCursor.init),
                kinds: tabs(context).compactMap(\.kind), limit: TimelineMaker.limit + 1
            )
            model.timeline = TimelineMaker(
                externalID: externalID, format: maker.format, reference: maker.reference, events: maker,
                knownAt: profile.customer.createdAt
            ).model(rows)
        case .events:
            let cursor = query["after"].flatMap(TrackedEventCursor.init)
            let found = try tracking.events(of: externalID, after: cursor, limit: Self.eventLimit + 1)
            model.events = maker.events(found.page, size: Self.eventLimit, tracking.book)
        case .orders:
            let page = query["page"].flatMap(Int.init).map { min(max($0, 1), 100_000) } ?? 1
            let (found, total) = try orders.orders(
                ofCustomer: externalID, offset: (page - 1) * Self.orderLimit, limit: Self.orderLimit
            )
            model.orders = maker.orders(found, page: page, size: Self.orderLimit, total: total)
        case .receipts:
            let page = query["page"].flatMap(Int.init).map { min(max($0, 1), 100_000) } ?? 1
            let (found, figures) = try receipts.receipts(
                ofCustomer: externalID, offset: (page - 1) * Self.orderLimit, limit: Self.orderLimit
            )
            model.receipts = maker.receipts(found, figures, page: page, size: Self.orderLimit)
        case .containers:
            let views = try containers.containers(of: externalID)
            let names = Set(views.flatMap { $0.container.lines.map(\.product) })
            model.containers = maker.containers(
                views, try products.products(names), settingsHref: context.may(.settings) ? Links.containers : nil
            )
        case .segments: model.segments = maker.segments(try await segments.segments(of: externalID), segments.book)
        }
        return try frame.answer(.customerShow, model, request, fragment: ("customer", .customerFragment))
    }

    private func maker(_ profile: CustomerService.Profile, _ context: OperatorContext) throws -> CustomerMaker {
        CustomerMaker(
            profile: profile, merges: try customers.merges(into: profile.customer.externalID),
            format: frame.format(context), reference: frame.references.current
        )
    }

    /// What a role may see of a customer, of the features that are switched on.
    private func tabs(_ context: OperatorContext) -> [Tab] {
        Tab.allCases.filter { tab in
            switch tab {
            case .overview, .activity, .events, .containers: true
            case .orders: frame.features.has(.orders) && context.may(.ordersRead)
            case .receipts: frame.features.has(.receipts) && context.may(.receiptsRead)
            case .segments: context.may(.segmentsRead)
            }
        }
    }

    /// The page without the content of its tab.
    private func page(
        _ profile: CustomerService.Profile, _ tab: Tab, _ request: Request, _ context: OperatorContext
    ) throws -> CustomerPageModel {
        let externalID = profile.customer.externalID
        return CustomerPageModel(
            shell: frame.shell(request, context, .customers), head: try maker(profile, context).head(context),
            tabs: tabs(context).map { other in
                CustomerPageModel.Tab(
                    id: "tab-\(other.rawValue)", label: other.label,
                    href: other == .overview
                        ? Links.customer(externalID) : Links.customer(externalID, tab: other.rawValue),
                    isSelected: String(other == tab), count: ""
                )
            },
            selectedTab: "tab-\(tab.rawValue)", liveHref: Links.liveCustomer(externalID)
        )
    }

    // MARK: Changing

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try Self.mayChange(context)
        let profile = try customers.customer(try context.path("id"))
        return try form(profile, nil, FormFaults(), request, context)
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try Self.mayChange(context)
        let profile = try customers.customer(try context.path("id"))
        let externalID = profile.customer.externalID
        let sent = try await FormBody(request, context.session)
        var reader = CustomerForm(sent, frame.references.current.reading)
        let patch = reader.patch(externalID: externalID)
        if reader.faults.isEmpty {
            do {
                _ = try await customers.update(
                    patch, by: context.origin, expectedVersion: sent["version"].flatMap(Int64.init)
                )
                return frame.lead(to: Links.customer(externalID), request, flash: .customerSaved)
            } catch CustomerError.outdated {
                reader.add(
                    "", "somebody changed this customer meanwhile. Open the form again to see the values of now."
                )
            } catch let refused as Faults {
                reader.add(refused)
            }
        }
        return try form(profile, sent, reader.faults, request, context)
    }

    /// Who sees masked values must not write them back.
    static func mayChange(_ context: OperatorContext) throws {
        try context.require(.customersWrite)
        try context.require(.personalData)
    }

    private func form(
        _ profile: CustomerService.Profile, _ sent: FormBody?, _ faults: FormFaults, _ request: Request,
        _ context: OperatorContext
    ) throws -> Response {
        let externalID = profile.customer.externalID
        var model = try page(profile, .overview, request, context)
        model.liveHref = nil
        model.editForm = CustomerFormMaker(
            customer: profile.customer, form: sent, faults: faults, format: frame.format(context),
            fields: frame.references.current.fields
        ).model(action: Links.editCustomer(externalID), cancelHref: Links.customer(externalID))
        return try frame.answer(.customerShow, model, request, status: sent == nil ? .ok : .unprocessableContent)
    }

    // MARK: The person as a file

    @Sendable private func export(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersExport)
        let dossier = try await customers.dossier(try context.path("id"), for: context.actor)
        var response = Response.json(capacity: 4096 + dossier.orders.count * 4096) { writer in
            DossierPayload.write(dossier, frame.references.current, at: customers.now, &writer)
        }
        // An identifier may hold what the name of a file may not.
        let id = dossier.profile.customer.externalID
        let name = String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }.prefix(80))
        response.headers[.contentDisposition] = "attachment; filename=\"customer-\(name).json\""
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
