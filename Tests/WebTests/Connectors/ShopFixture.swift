import Crypto
import Domain
import Foundation
import Platform
import TestSupport

/// Messages as a shop system sends them, to a connection of the test's own.
struct ShopFixture: Sendable {
    let api: APIClient
    let services: Services
    let connection: ShopConnection

    static func with(
        _ kind: ShopConnection.Kind, _ configure: (inout ShopConnectionPatch) -> Void = { _ in },
        _ body: @escaping @Sendable (ShopFixture) async throws -> Void
    ) async throws {
        let services = try await Services.test()
        var patch = ShopConnectionPatch()
        (patch.name, patch.secret) = ("Web shop", "a secret of the shop")
        configure(&patch)
        let connection = try await services.connectors.create(kind, patch)
        try await withAPI(services) { api in
            try await body(ShopFixture(api: api, services: services, connection: connection))
        }
    }

    /// A file of `Tests/Fixtures/shops`, with some of its text replaced.
    static func message(_ name: String, _ changes: [(String, String)] = []) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/shops")
        var text = try String(contentsOf: folder.appending(path: name + ".json"), encoding: .utf8)
        for (from, to) in changes { text = text.replacing(from, with: to) }
        return text
    }

    var path: String { "/hooks/\(connection.kind.rawValue)/\(connection.code)" }

    /// Sends a message, signed as the shop does.
    func send(
        _ topic: String?, _ body: String, id: String? = nil, secret: String? = nil, to path: String? = nil
    ) async throws -> APIClient.Answer {
        let key = SymmetricKey(data: Data((secret ?? connection.secret).utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: key)
        let signature = Data(code).base64EncodedString()
        var headers: [String: String] = ["Authorization": ""]
        switch connection.kind {
        case .shopify:
            headers["X-Shopify-Hmac-Sha256"] = signature
            headers["X-Shopify-Topic"] = topic
            headers["X-Shopify-Webhook-Id"] = id
        case .woocommerce:
            headers["X-WC-Webhook-Signature"] = signature
            headers["X-WC-Webhook-Topic"] = topic
            headers["X-WC-Webhook-Delivery-ID"] = id
        }
        return try await api.with(key: nil).post(path ?? self.path, body, headers: headers)
    }

    func outcome(
        _ topic: String, _ body: String, id: String? = nil
    ) async throws -> String? {
        try await send(topic, body, id: id).json()["meta"]?["outcome"]?.text
    }

    func order(_ externalID: String) async throws -> JSON? {
        try await api.get("/api/orders/\(externalID)").json()["data"]?["attributes"]
    }

    func customer(_ externalID: String) async throws -> JSON? {
        try await api.get("/api/customers/\(externalID)").json()["data"]?["attributes"]
    }

    func figures() throws -> ShopFigures { try services.connectors.get(connection.code).overview.figures }

    func refusals() throws -> [String] { try services.connectors.get(connection.code).refusals.map(\.code) }
}
