import Domain
import HTTPTypes
import Hummingbird
import Logging
import Platform

/// Every page of the web application (spec admin.md).
struct AdminPages {
    let services: Services
    let views: Views
    let assetVersion: String
    let logger: Logger
    /// The largest file that can be imported, in bytes.
    let importLimit: Int

    func mount(on router: Router<WebContext>) {
        let frame = PageFrame(
            views: views, assetVersion: assetVersion, references: services.references,
            surroundings: services.surroundings
        )
        let open = router.group()
            .add(middleware: SetUpMiddleware(accounts: services.accounts))
            .add(middleware: SessionMiddleware(accounts: services.accounts, logger: logger))
        let signedIn = open.group(context: OperatorContext.self)
            .add(middleware: SecondFactorGate(references: services.references))

        let withOrders = signedIn.group().add(middleware: FeatureGate(.orders, services.references))

        open.get("/") { request, context in
            guard let session = context.session else { return frame.lead(to: Links.signIn(), request) }
            let sections = ShellModel.Section.all(services.references.current.features, session.role)
            return frame.lead(to: sections.first?.href ?? Links.account, request)
        }
        FirstRunPages(accounts: services.accounts, samples: services.samples, frame: frame).mount(on: open)
        AccountPages(accounts: services.accounts, frame: frame).mount(open: open, signedIn: signedIn)
        OrderListPages(orders: services.orders, frame: frame).mount(on: withOrders)
        StatusChangePages(changes: services.statusChanges, frame: frame).mount(on: withOrders)
        OrderAddPages(orders: services.orders, frame: frame).mount(on: withOrders)
        let orderPages = OrderPages(
            orders: services.orders, customers: services.customers, products: services.products,
            receipts: services.receipts, frame: frame
        )
        orderPages.mount(on: withOrders)
        let withReceipts = signedIn.group().add(middleware: FeatureGate(.receipts, services.references))
        ReceiptListPages(receipts: services.receipts, frame: frame).mount(on: withReceipts)
        ReceiptPages(receipts: services.receipts, products: services.products, frame: frame).mount(on: withReceipts)
        OrderReceiptPages(receipts: services.receipts, order: orderPages, frame: frame)
            .mount(on: withReceipts.group().add(middleware: FeatureGate(.orders, services.references)))
        CategoryPages(categories: services.categories, frame: frame).mount(on: signedIn)
        ProductPages(products: services.products, categories: services.categories, frame: frame).mount(on: signedIn)
        let transfers = TransferPages(imports: services.imports, exports: services.exports, frame: frame)
        transfers.mount(on: signedIn)
        ImportPages(imports: services.imports, transfers: transfers, frame: frame, limit: importLimit)
            .mount(on: signedIn)
        ExportPages(exports: services.exports, frame: frame).mount(on: signedIn)
        LivePages(
            live: services.orders.live, profiles: services.orders.liveProfiles, customers: services.customers
        ).mount(on: signedIn, orders: withOrders)
        OwnAccountPages(own: services.ownAccount, frame: frame).mount(on: signedIn)
        JoinPages(accounts: services.accounts, users: services.users, frame: frame).mount(on: open)
        CustomerListPages(customers: services.customers, frame: frame).mount(on: signedIn)
        CustomerAddPages(customers: services.customers, frame: frame).mount(on: signedIn)
        CustomerPages(
            customers: services.customers, orders: services.orders, receipts: services.receipts,
            segments: services.segments, tracking: services.tracking, containers: services.containers,
            products: services.products, frame: frame
        ).mount(on: signedIn)
        SegmentListPages(segments: services.segments, frame: frame).mount(on: signedIn)
        SegmentFormPages(segments: services.segments, customers: services.customers, frame: frame).mount(on: signedIn)
        ScorePages(segments: services.segments, frame: frame).mount(on: signedIn)
        ConditionSuggestions(services: services, frame: frame).mount(on: signedIn)
        let segmentPages = SegmentPages(segments: services.segments, customers: services.customers, frame: frame)
        segmentPages.mount(on: signedIn)
        AudiencePages(segments: services.segments, page: segmentPages, frame: frame).mount(on: signedIn)
        CustomerMergePages(customers: services.customers, orders: services.orders, frame: frame).mount(on: signedIn)
        CustomerErasePages(customers: services.customers, orders: services.orders, frame: frame).mount(on: signedIn)
        SettingsPages(frame: frame).mount(on: signedIn)
        ProjectPages(project: services.project, frame: frame).mount(on: signedIn)
        UserPages(users: services.users, frame: frame).mount(on: signedIn)
        KeyPages(keys: services.keys, frame: frame).mount(on: signedIn)
        AuditPages(audit: services.audit, frame: frame).mount(on: signedIn)
        FieldPages(fields: services.fields, frame: frame).mount(on: signedIn)
        ContainerPages(containers: services.containers, frame: frame).mount(on: signedIn)
        FeaturePages(project: services.project, frame: frame).mount(on: signedIn)
        ConnectionPages(connectors: services.connectors, frame: frame).mount(on: signedIn)
        WebhookPages(webhooks: services.webhooks, frame: frame).mount(on: signedIn)
        EventSourcePages(tracking: services.tracking, frame: frame).mount(on: signedIn)
        EventNamePages(tracking: services.tracking, frame: frame).mount(on: signedIn)
        StatusPages(
            statuses: services.statuses, orders: services.orders, project: services.project, frame: frame
        ).mount(on: withOrders)
    }
}

/// Leads every page to the first run until the project is set up.
struct SetUpMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let accounts: AccountService

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if accounts.isFirstRun, request.uri.path != Links.firstRun {
            return Response.redirect(to: Links.firstRun, type: .normal)
        }
        return try await next(request, context)
    }
}
