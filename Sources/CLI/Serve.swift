import ArgumentParser
import Hummingbird
import Logging
import Platform
import ServiceLifecycle
import UnixSignals
import Web

/// The command `reorder serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the server, with its workers.")

    @Option(name: .long, help: "The data directory (default: ./reorder-data).")
    var data: String?

    @Option(
        name: .long,
        help: "The server that the data is on, postgresql://…, instead of the directory (REORDER_DATABASE)."
    )
    var database: String?

    @Option(name: .long, help: "The address to listen on (default: 127.0.0.1; 0.0.0.0 for all).")
    var host: String?

    @Option(name: .long, help: "The port to listen on (default: 8080; 0 for one that is free).")
    var port: Int?

    @Option(
        name: .long,
        help: "web to answer only, workers to work beside it only; the default is web,workers (REORDER_ROLE)."
    )
    var role: String?

    @Option(name: .long, help: "Copies the data every so many hours (default: 0, never); see Docs/operating.md.")
    var backupEvery: Int?

    @Flag(name: .long, help: "Prints the settings that would be used, and ends.")
    var printConfig = false

    func run() async throws {
        let settings = try await Settings.read(
            Settings.Flags(
                data: data, database: database, host: host, port: port, role: role, backupEveryHours: backupEvery))
        if printConfig { return Output.result(settings.yaml) }
        let logger = Logs.start(level: settings.logLevel, format: settings.logFormat)
        let services = try await Services.open(
            settings.data, server: settings.database, usesMemory: settings.segmentsInMemory)
        defer { services.close() }
        var web = WebSettings()
        (web.host, web.port) = (settings.host, settings.port)
        web.onlyTellsHealth = !settings.roles.contains(.web)
        web.maxBodyBytes = settings.maxBodyBytes
        web.maxImportBytes = settings.maxImportBytes
        web.bodyTimeout = .seconds(settings.bodyTimeoutSeconds)
        web.requestsPerSecond = settings.requestsPerSecond
        (web.trustedProxies, web.metricsAreOpen) = (settings.trustedProxies, settings.metricsAreOpen)
        let application = try buildApplication(services: services, settings: web, logger: logger) { port in
            let address = "http://\(settings.host):\(port)"
            logger.info("serving", metadata: ["address": "\(address)", "orders": "\(services.orders.count)"])
            if services.accounts.isFirstRun { Output.error("Open \(address) to set the project up.") }
        }
        let watch = settings.database == nil ? [WriteKeyWatch(services, logger: logger) as any Service] : []
        let workers =
            watch + (settings.segmentsInMemory ? [SegmentClock(services, logger: logger) as any Service] : [])
            + (settings.roles.contains(.workers) ? Self.workers(services, settings, logger) : [])
        var configuration = ServiceGroupConfiguration(
            services: (workers + [application]).map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(8)
        configuration.maximumCancellationDuration = .seconds(1)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// What is done beside the requests.
    private static func workers(_ services: Services, _ settings: Settings, _ logger: Logger) -> [any Service] {
        let lease = Int64(settings.leaseSeconds)
        return [
            OrderPurge(services, logger: logger), ErasureWorker(services, logger: logger),
            IdempotencyPurge(services, logger: logger), FieldWork(services.fields, logger: logger),
            ImportWorker(services, leaseSeconds: lease, logger: logger),
            ExportWorker(services, byteLimit: settings.maxExportBytes, leaseSeconds: lease, logger: logger),
            WebhookReader(services, logger: logger),
            WebhookSender(
                services, allowsPrivateAddresses: settings.webhooksMayCallPrivateAddresses, leaseSeconds: lease,
                logger: logger
            ),
            WebhookSweep(services, logger: logger),
            BackupSchedule(of: settings.data, settings.backupPlan, audit: services.audit, logger: logger),
            ConnectorSweep(services, logger: logger),
            SegmentKeeper(services, leaseSeconds: lease, logger: logger),
            // What a dead process held is filed again soon: nothing but double work is at stake.
            EventFiling(services, leaseSeconds: min(lease, 15), logger: logger), EventPruning(services, logger: logger),
            ContainerClock(services, logger: logger),
        ]
    }
}
