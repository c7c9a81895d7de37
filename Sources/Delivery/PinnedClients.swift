import AsyncHTTPClient
import NIOCore

/// HTTP clients that connect to one address each, whatever the name resolves to a moment later.
///
/// The library looks a name up when it connects, so an address that was checked need not be the one that is called
/// (DNS rebinding). A client with `dnsOverride` connects to the checked address, and still speaks to the host by its
/// name: in `Host`, in SNI and in the check of the certificate.
actor PinnedClients {
    private struct Entry {
        var client: HTTPClient
        var users: Int
        var lastUse: ContinuousClock.Instant
    }

    private struct Key: Hashable {
        var host: String
        var address: String
    }

    /// Clients that are kept with their connections while nobody uses them.
    private static let keptLimit = 32

    private var entries: [Key: Entry] = [:]

    /// Runs `body` with the client of a host's address.
    func with<Result: Sendable>(
        _ host: String, at address: String, _ body: @Sendable (HTTPClient) async -> Result
    ) async -> Result {
        let key = Key(host: host, address: address)
        let client = entries[key]?.client ?? Self.make(host, address)
        entries[key, default: Entry(client: client, users: 0, lastUse: .now)].users += 1
        let result = await body(client)
        entries[key]?.users -= 1
        entries[key]?.lastUse = .now
        await evict()
        return result
    }

    /// Closes every connection.
    func shutDown() async {
        let clients = entries.values.map(\.client)
        entries = [:]
        for client in clients { await Self.close(client) }
    }

    private func evict() async {
        let idle = entries.filter { $0.value.users == 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
        for (key, entry) in idle.dropLast(Self.keptLimit) {
            entries[key] = nil
            await Self.close(entry.client)
        }
    }

    private static func close(_ client: HTTPClient) async {
        // It fails only where it was closed already.
        do { try await client.shutdown() } catch { return }
    }

    private static func make(_ host: String, _ address: String) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(10)),
            decompression: .disabled
        )
        configuration.dnsOverride = [host: address]
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
