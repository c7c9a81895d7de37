import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to a running server.
package struct RemoteClient: Sendable {
    private let client: HTTPClient
    private let port: Int
    private let key: String

    /// Runs `body` with a client, which is closed after it.
    package static func with<Result: Sendable>(
        port: Int, key: String, connections: Int = 64, _ body: (RemoteClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(2), read: .seconds(120)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
        do {
            let result = try await body(RemoteClient(client: client, port: port, key: key))
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// The same client for another server.
    package func at(_ port: Int) -> RemoteClient { RemoteClient(client: client, port: port, key: key) }

    package struct Answer: Sendable {
        package var status: Int
        package var text: String
        package var retryAfter: String?
        /// Whether it was kept from before, by its `Idempotency-Key`.
        package var isRepeated = false

        package func json() throws -> JSON { try JSON(parsing: text) }
    }

    package func send(
        _ method: String, _ path: String, _ body: String? = nil, type: String = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await client.execute(request, timeout: .seconds(120))
        let buffer = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), text: String(buffer: buffer),
            retryAfter: response.headers.first(name: "Retry-After"),
            isRepeated: response.headers.contains(name: "Idempotency-Replayed")
        )
    }
}
