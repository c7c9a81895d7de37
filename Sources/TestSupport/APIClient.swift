import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Platform
import Web

/// Runs `body` with a client of the whole application, in process.
///
/// - Parameter scopes: What the client's key may do; nil sends no key.
package func withAPI<Result: Sendable>(
    _ services: Services, settings: WebSettings = WebSettings(), scopes: Set<Scope>? = [.admin],
    _ body: @escaping @Sendable (APIClient) async throws -> Result
) async throws -> Result {
    var key: String?
    if let scopes { key = try await services.keys.create(name: "till", scopes: scopes).text }
    let app = try buildApplication(services: services, settings: settings, logger: .quiet)
    return try await app.test(.router) { [key] client in try await body(APIClient(client: client, key: key)) }
}

extension Logger {
    /// A logger that says nothing.
    package static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// Sends requests as a program with a key does.
package struct APIClient: Sendable {
    let client: any TestClientProtocol
    package var key: String?

    /// The same client with another key.
    package func with(key: String?) -> APIClient { APIClient(client: client, key: key) }

    package func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    package func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8]?, headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields: HTTPFields = [:]
        if let key { fields[.authorization] = "Bearer \(key)" }
        if bytes != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let body = bytes.map { ByteBuffer(bytes: $0) }
        return try await client.execute(uri: path, method: method, headers: fields, body: body) { response in
            Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    package func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    package func post(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.post, path, body, headers: headers)
    }

    package func patch(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.patch, path, body, headers: headers)
    }

    package func delete(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.delete, path, headers: headers)
    }

    /// What the server answered.
    package struct Answer: Sendable {
        package var status: Int
        package var headers: HTTPFields
        package var text: String

        package func json() throws -> JSON { try JSON(parsing: text) }

        package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        /// The end of a problem's `type`.
        package func code() throws -> String? {
            try json()["type"]?.text?.split(separator: ":").last.map(String.init)
        }

        /// A problem's errors, as `pointer code`.
        package func errors() throws -> [String] {
            try json()["errors"]?.list.map { "\($0["pointer"]?.text ?? "") \($0["code"]?.text ?? "")" } ?? []
        }
    }
}

/// A request's body around attributes.
package func envelope(_ attributes: String, meta: String? = nil) -> String {
    #"{"data":{"attributes":\#(attributes)}\#(meta.map { #","meta":\#($0)"# } ?? "")}"#
}
