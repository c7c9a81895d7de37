import Database
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Platform
import Storage
import Web

/// Runs `body` with a client of the pages, signed in.
///
/// - Parameter role: The role of who is signed in; nil signs nobody in.
package func withPages<Result: Sendable>(
    _ services: Services, settings: WebSettings = WebSettings(), as role: User.Role? = .owner,
    _ body: @escaping @Sendable (PageClient) async throws -> Result
) async throws -> Result {
    var session: Session?
    var secret: String?
    if let role { (session, secret) = try await services.signedIn(as: role) }
    let app = try buildApplication(services: services, settings: settings, logger: .quiet)
    return try await app.test(.router) { [session, secret] client in
        try await body(PageClient(client: client, cookie: secret.map { "reorder=\($0)" }, csrf: session?.csrf ?? ""))
    }
}

extension Services {
    /// A session of a new user with a role, without the time that hashing a password takes.
    package func signedIn(as role: User.Role) async throws -> (session: Session, secret: String) {
        let (now, secret) = (surroundings.now(), surroundings.token(length: 43))
        // Ends of identifiers are for buckets; users have none, so any number that is free will do.
        let id = User.ID(rawValue: Int64(surroundings.randomBytes(4).reduce(0) { $0 << 8 | Int($1) }))
        let user = User(
            id: id, email: "\(role.rawValue)-\(id.rawValue)@example.com", passwordHash: "", role: role, createdAt: now
        )
        let session = Session(
            tokenHash: Passwords.fastHash(secret), user: user, csrf: surroundings.token(length: 32), createdAt: now
        )
        try await engine.write { tx in
            try UserStore().insert(user, tx)
            try SessionStore().insert(session, tx)
        }
        return (session, secret)
    }
}

/// Asks for pages and sends forms as a browser does, cookies and all.
package struct PageClient: Sendable {
    let client: any TestClientProtocol
    package var cookie: String?
    /// The token that forms carry.
    package var csrf: String

    package func get(_ path: String, headers: [String: String] = [:]) async throws -> APIClient.Answer {
        try await send(.get, path, nil, headers)
    }

    /// Sends a form; the session's token goes along.
    package func post(
        _ path: String, _ form: [String: String] = [:], headers: [String: String] = [:]
    ) async throws -> APIClient.Answer {
        try await post(path, form.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, headers: headers)
    }

    /// The same for a form in which a name may stand several times.
    package func post(
        _ path: String, _ form: [(String, String)], headers: [String: String] = [:]
    ) async throws -> APIClient.Answer {
        let token = form.contains { $0.0 == "_csrf" } ? [] : [("_csrf", csrf)]
        let body = (form + token).map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
        return try await send(
            .post, path, body, headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }
        )
    }

    /// The same browser with another cookie.
    package func with(cookie: String?, csrf: String = "") -> PageClient {
        PageClient(client: client, cookie: cookie, csrf: csrf)
    }

    /// A program with a key, on the same server.
    package func api(key: String) -> APIClient { APIClient(client: client, key: key) }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String?, _ headers: [String: String]
    ) async throws -> APIClient.Answer {
        var fields: HTTPFields = [.accept: "text/html"]
        if let cookie { fields[.cookie] = cookie }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let buffer = body.map { ByteBuffer(string: $0) }
        return try await client.execute(uri: path, method: method, headers: fields, body: buffer) { response in
            APIClient.Answer(
                status: response.status.code, headers: response.headers, text: String(buffer: response.body)
            )
        }
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
