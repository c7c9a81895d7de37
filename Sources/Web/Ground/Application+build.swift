import Domain
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Platform

/// How the web server behaves.
package struct WebSettings: Sendable {
    package var host = "127.0.0.1"
    package var port = 8080
    /// The largest body of an API call, in bytes.
    package var maxBodyBytes = 16 << 20
    /// The largest file that can be imported, in bytes.
    package var maxImportBytes = 4 << 30
    /// The longest a body may take to arrive; files to be imported, to go on arriving.
    package var bodyTimeout = Duration.seconds(60)
    /// The longest a connection may be silent.
    package var idleTimeout = Duration.seconds(75)
    /// Requests a second of one API key, and as a reserve five times as many; 0 is no limit.
    package var requestsPerSecond = 2000
    /// Proxies whose X-Forwarded-For is taken: addresses and ranges.
    package var trustedProxies: [String] = []
    /// Whether nothing is answered but how the process is: for one that only works beside the requests.
    package var onlyTellsHealth = false
    /// Whether `/metrics` answers anybody, and not only this machine and keys with the scope.
    package var metricsAreOpen = false

    package init() {}
}

/// Puts the web server together.
///
/// - Parameter listening: Told the port once requests are taken; the system chose it where the settings say 0.
package func buildApplication(
    services: Services, settings: WebSettings = WebSettings(), logger: Logger,
    listening: @escaping @Sendable (Int) -> Void = { _ in }
) throws -> some ApplicationProtocol {
    Application(
        router: try buildRouter(services: services, settings: settings, logger: logger),
        server: .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [RequestGuard(bodyTimeout: TimeAmount(settings.bodyTimeout))],
                idleTimeout: TimeAmount(settings.idleTimeout)
            )
        ),
        configuration: ApplicationConfiguration(
            address: .hostname(settings.host, port: settings.port), serverName: nil,
            backlog: 1024
        ),
        onServerRunning: { channel in listening(channel.localAddress?.port ?? settings.port) },
        logger: logger
    )
}

/// The methods and paths that the server answers, as `GET /api/orders/{id}`.
package func mountedRoutes(services: Services) throws -> [String] {
    try buildRouter(services: services, settings: WebSettings(), logger: Logger(label: "routes")).routes.map {
        "\($0.method) \($0.path)"
    }
}

/// Every route and page is mounted here, by name.
private func buildRouter(services: Services, settings: WebSettings, logger: Logger) throws -> Router<WebContext> {
    let assets = try Assets()
    let views = try Views()
    let errorPages = ErrorPages(views: views, assetVersion: assets.version)
    let requests = RequestMetrics()

    let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: MetricsMiddleware(requests: requests, logger: logger))
    router.add(middleware: AddressMiddleware(proxies: try TrustedProxies(settings.trustedProxies)))
    router.add(middleware: CrossOrigin())
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorMiddleware(pages: errorPages, logger: logger))

    HealthRoutes(services: services, requests: requests, isOpen: settings.metricsAreOpen).mount(on: router)
    guard !settings.onlyTellsHealth else { return router }
    assets.mount(on: router)

    let limiter =
        settings.requestsPerSecond == 0
        ? nil
        : RateLimiter(perSecond: Double(settings.requestsPerSecond), burst: Double(settings.requestsPerSecond * 5))
    let api = APIRouter(
        router.group("api")
            .add(
                middleware: KeyMiddleware(
                    keys: services.keys, limiter: limiter, surroundings: services.surroundings, logger: logger
                )
            )
            .group(context: KeyContext.self),
        services.references,
        Idempotency(service: services.idempotency, bodyLimit: settings.maxBodyBytes)
    )
    let ordersAPI = api.requiring(.orders)
    let receiptsAPI = api.requiring(.receipts)
    ReceiptRoutes(receipts: services.receipts, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: receiptsAPI)
    ReceiptLinkRoutes(receipts: services.receipts, references: services.references)
        .mount(on: receiptsAPI.requiring(.orders))
    ProjectRoutes(project: services.project, bodyLimit: settings.maxBodyBytes).mount(on: api)
    OrderRoutes(orders: services.orders, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: ordersAPI)
    CustomerRoutes(customers: services.customers, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    CategoryRoutes(
        categories: services.categories, references: services.references, bodyLimit: settings.maxBodyBytes
    ).mount(on: api)
    ProductRoutes(products: services.products, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    SegmentRoutes(segments: services.segments, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    AudienceRoutes(segments: services.segments, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    EventRoutes(tracking: services.tracking, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    EventSourceRoutes(tracking: services.tracking, bodyLimit: settings.maxBodyBytes).mount(on: api)
    ContainerRoutes(
        containers: services.containers, references: services.references, bodyLimit: settings.maxBodyBytes
    ).mount(on: api)
    StatusRoutes(statuses: services.statuses, orders: services.orders, bodyLimit: settings.maxBodyBytes)
        .mount(on: ordersAPI)
    FieldRoutes(fields: services.fields, bodyLimit: settings.maxBodyBytes).mount(on: api)
    ImportRoutes(imports: services.imports, limit: settings.maxImportBytes).mount(on: api)
    ExportRoutes(exports: services.exports, references: services.references, bodyLimit: settings.maxBodyBytes)
        .mount(on: api)
    WebhookRoutes(webhooks: services.webhooks, bodyLimit: settings.maxBodyBytes).mount(on: api)
    OpenAPIRoutes(operations: api.operations, references: services.references).mount(on: router)
    APIDocsPages(
        maker: APIDocsMaker(operations: api.operations, settings: settings), views: views, assetVersion: assets.version
    ).mount(on: router)
    router.get("downloads/{token}") { _, context in
        let run = try services.exports.run(token: try context.path("token"))
        let response = try await ExportDownload.response(run, services.exports, context)
        try await services.exports.noteDownload(run, from: context.address)
        return response
    }

    let door = EventDoor(
        tracking: services.tracking, surroundings: services.surroundings,
        requestsPerSecond: settings.requestsPerSecond
    )
    try TrackerScript().mount(on: router)
    TrackerRoutes(door: door).mount(on: router)
    SegmentConventionRoutes(door: door, logger: logger).mount(on: router)
    ConnectorRoutes(
        connectors: services.connectors, references: services.references, surroundings: services.surroundings
    ).mount(on: router)
    AdminPages(
        services: services, views: views, assetVersion: assets.version, logger: logger,
        importLimit: settings.maxImportBytes
    ).mount(on: router)
    router.add(middleware: WrongMethod(router.routes.map { (path: $0.path.description, method: $0.method) }))
    return router
}
