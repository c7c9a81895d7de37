import Configuration
import Foundation

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// What an operator can set: flags, then `REORDER_…`, then `reorder.yaml`, then these defaults; read once, here.
package struct Settings: Sendable {
    /// Where the embedded database is, and the files of imports and exports.
    package var data = "./reorder-data"
    /// The server that the data is on, `postgresql://…`; nil for the embedded database.
    package var database: String?
    package var host = "127.0.0.1"
    package var port = 8080
    /// `debug`, `info`, `warning` or `error`.
    package var logLevel = "info"
    /// `text` or `json`.
    package var logFormat = "text"
    /// The largest body of an API call, in bytes.
    package var maxBodyBytes = 16 << 20
    /// The longest a body may take to arrive, in seconds.
    package var bodyTimeoutSeconds = 60
    /// The largest file that can be imported, in bytes, as it is sent.
    package var maxImportBytes = 4 << 30
    /// What the files of exports may hold together, in bytes.
    package var maxExportBytes = 20 << 30
    /// Requests a second of one API key; 0 is no limit.
    package var requestsPerSecond = 2000
    /// Proxies whose word on where a request came from is taken: addresses and ranges.
    package var trustedProxies: [String] = []
    /// Whether `/metrics` answers anybody, and not only this machine and keys with the scope.
    package var metricsAreOpen = false
    /// Whether webhooks may call machines of the server's own network.
    package var webhooksMayCallPrivateAddresses = false

    /// What this process does of the server's work.
    package var roles = Set(Role.allCases)
    /// Whether segments are asked of an index in memory, or else of the database.
    package var segmentsInMemory = true
    /// After how many seconds without news from a node another one goes on with the work that it had taken.
    package var leaseSeconds = 60

    /// A part of the server's work; those on one database may be shared out among machines.
    package enum Role: String, CaseIterable, Sendable {
        /// Answers: the API, pages, and messages of shops.
        case web
        /// Works beside the requests: imports, exports, webhooks, clearing up.
        case workers
    }

    /// Hours from one copy of the data to the next; 0 makes none by itself.
    package var backupEveryHours = 0
    /// Where those copies go; empty is `backups` within the data directory.
    package var backupFolder = ""
    /// How many of them are kept.
    package var backupKeep = 7

    /// The copies that the server makes by itself.
    ///
    /// None of a server's data: its own tools copy that.
    package var backupPlan: BackupSchedule.Plan {
        let folder = backupFolder.isEmpty ? data + "/backups" : backupFolder
        return BackupSchedule.Plan(everyHours: database == nil ? backupEveryHours : 0, folder: folder, keep: backupKeep)
    }

    /// The defaults.
    package init() {}

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Flags that were given, by the same names as in the file.
    package struct Flags: Sendable {
        package var data: String?
        package var database: String?
        package var host: String?
        package var port: Int?
        package var role: String?
        package var backupEveryHours: Int?

        package init(
            data: String? = nil, database: String? = nil, host: String? = nil, port: Int? = nil, role: String? = nil,
            backupEveryHours: Int? = nil
        ) {
            (self.data, self.database, self.host, self.port) = (data, database, host, port)
            (self.role, self.backupEveryHours) = (role, backupEveryHours)
        }
    }

    /// Reads the settings.
    ///
    /// - Throws: `Failure` that names the setting that will not do.
    package static func read(_ flags: Flags, file: String = "reorder.yaml") async throws -> Settings {
        var given: [AbsoluteConfigKey: ConfigValue] = [:]
        if let data = flags.data { given["data"] = ConfigValue(.string(data), isSecret: false) }
        if let database = flags.database { given["database"] = ConfigValue(.string(database), isSecret: true) }
        if let host = flags.host { given["host"] = ConfigValue(.string(host), isSecret: false) }
        if let port = flags.port { given["port"] = ConfigValue(.int(port), isSecret: false) }
        if let role = flags.role { given["role"] = ConfigValue(.string(role), isSecret: false) }
        if let hours = flags.backupEveryHours {
            given["backup.every"] = ConfigValue(.int(hours), isSecret: false)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: given),
            EnvironmentVariablesProvider().prefixKeys(with: "reorder"),
        ]
        do {
            if FileManager.default.fileExists(atPath: file) {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
            }
            return try await read(ConfigReader(providers: providers))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "The configuration cannot be read: \(error)")
        }
    }

    private static func read(_ config: ConfigReader) async throws -> Settings {
        var settings = Settings()
        settings.data = try await config.fetchString(forKey: "data") ?? settings.data
        settings.database = try await server(config)
        settings.host = try await config.fetchString(forKey: "host") ?? settings.host
        settings.port = try await integer(config, "port", 0...65_535) ?? settings.port
        settings.roles = try await roles(config, isShared: settings.database != nil) ?? settings.roles
        settings.leaseSeconds = try await integer(config, "workers.lease", 5...3600) ?? settings.leaseSeconds
        settings.segmentsInMemory = try await word(config, "segments", ["memory", "database"]) != "database"
        settings.logLevel =
            try await word(config, "log.level", ["debug", "info", "warning", "error"]) ?? settings.logLevel
        settings.logFormat = try await word(config, "log.format", ["text", "json"]) ?? settings.logFormat
        settings.maxBodyBytes = try await integer(config, "limits.body", 1024...(1 << 30)) ?? settings.maxBodyBytes
        settings.bodyTimeoutSeconds =
            try await integer(config, "limits.bodySeconds", 1...3600) ?? settings.bodyTimeoutSeconds
        settings.maxImportBytes =
            try await integer(config, "limits.import", 1024...(1 << 40)) ?? settings.maxImportBytes
        settings.maxExportBytes =
            try await integer(config, "limits.exports", 1024...(1 << 44)) ?? settings.maxExportBytes
        settings.requestsPerSecond =
            try await integer(config, "limits.requests", 0...1_000_000) ?? settings.requestsPerSecond
        if let text = try await config.fetchString(forKey: "proxies.trusted") {
            settings.trustedProxies = text.split { $0 == "," || $0 == " " }.map(String.init)
        }
        settings.metricsAreOpen = try await config.fetchBool(forKey: "metrics.open") ?? settings.metricsAreOpen
        settings.webhooksMayCallPrivateAddresses =
            try await config.fetchBool(forKey: "webhooks.allowPrivateAddresses") ?? false
        settings.backupEveryHours = try await integer(config, "backup.every", 0...8760) ?? settings.backupEveryHours
        settings.backupFolder = try await config.fetchString(forKey: "backup.folder") ?? settings.backupFolder
        settings.backupKeep = try await integer(config, "backup.keep", 1...1000) ?? settings.backupKeep
        return settings
    }

    private static func server(_ config: ConfigReader) async throws -> String? {
        guard let address = try await config.fetchString(forKey: "database", isSecret: true), !address.isEmpty else {
            return nil
        }
        guard address.hasPrefix("postgresql://") || address.hasPrefix("postgres://") else {
            throw Failure(
                description: """
                    The setting database must be an address such as postgresql://user@host/name; for the embedded \
                    database leave it out, and name its directory with data.
                    """
            )
        }
        return address
    }

    private static func roles(_ config: ConfigReader, isShared: Bool) async throws -> Set<Role>? {
        guard let text = try await config.fetchString(forKey: "role") else { return nil }
        let words = text.split { $0 == "," || $0 == " " }.map(String.init)
        let roles = words.compactMap(Role.init)
        guard !roles.isEmpty, roles.count == words.count else {
            throw Failure(description: "The setting role must be web, workers, or web,workers, not “\(text)”.")
        }
        guard isShared || Set(roles).count == Role.allCases.count else {
            throw Failure(
                description: """
                    The setting role may be “\(text)” only where the data is on a server (setting database): one process \
                    alone has an embedded database, so it does everything.
                    """
            )
        }
        return Set(roles)
    }

    /// Where the data is, as a person may read it.
    package var place: String { database.map(Self.masked) ?? data }

    /// An address without its password.
    private static func masked(_ address: String) -> String {
        address.replacing(/(:\/\/[^:\/@]*):[^@]*@/) { "\($0.output.1):…@" }
            .replacing(/password=[^&]*/) { _ in "password=…" }
    }

    private static func integer(
        _ config: ConfigReader, _ key: ConfigKey, _ range: ClosedRange<Int>
    ) async throws -> Int? {
        guard let number = try await config.fetchInt(forKey: key) else { return nil }
        guard range.contains(number) else {
            throw Failure(
                description:
                    "The setting \(key) must be from \(range.lowerBound) to \(range.upperBound), not \(number)."
            )
        }
        return number
    }

    private static func word(_ config: ConfigReader, _ key: ConfigKey, _ known: [String]) async throws -> String? {
        guard let text = try await config.fetchString(forKey: key) else { return nil }
        guard known.contains(text) else {
            throw Failure(
                description: "The setting \(key) must be one of \(known.joined(separator: ", ")), not “\(text)”."
            )
        }
        return text
    }

    /// All settings as `reorder.yaml` would hold them.
    package var yaml: String {
        """
        data: \(data)\(database.map { "\ndatabase: \(Self.masked($0))" } ?? "")
        host: \(host)
        port: \(port)
        role: "\(Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: ","))"
        segments: \(segmentsInMemory ? "memory" : "database")
        workers:
          lease: \(leaseSeconds)
        log:
          level: \(logLevel)
          format: \(logFormat)
        backup:
          every: \(backupEveryHours)
          folder: \(backupPlan.folder)
          keep: \(backupKeep)
        limits:
          body: \(maxBodyBytes)
          bodySeconds: \(bodyTimeoutSeconds)
          import: \(maxImportBytes)
          exports: \(maxExportBytes)
          requests: \(requestsPerSecond)
        metrics:
          open: \(metricsAreOpen)
        proxies:
          trusted: "\(trustedProxies.joined(separator: ","))"
        webhooks:
          allowPrivateAddresses: \(webhooksMayCallPrivateAddresses)
        """
    }
}
