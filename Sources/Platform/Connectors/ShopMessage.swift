import Crypto
import Domain
import Foundation

/// A message as a shop system sent it.
package struct ShopMessage: Sendable {
    package var kind: ShopConnection.Kind
    package var topic: String?
    /// The shop's own name of the message, the same when it is repeated.
    package var identifier: String?
    package var signature: String?
    package var body: [UInt8]

    /// - Parameter header: The value of a header, by its name.
    package init(_ kind: ShopConnection.Kind, body: [UInt8], header: (String) -> String?) {
        (self.kind, self.body) = (kind, body)
        switch kind {
        case .shopify:
            topic = header("X-Shopify-Topic")
            identifier = header("X-Shopify-Webhook-Id")
            signature = header("X-Shopify-Hmac-Sha256")
        case .woocommerce:
            topic = header("X-WC-Webhook-Topic")
            identifier = header("X-WC-Webhook-Delivery-ID")
            signature = header("X-WC-Webhook-Signature")
        }
    }

    /// What is to be done.
    enum Task: Hashable, Sendable { case order, refund, delete }

    private static let topics: [ShopConnection.Kind: [String: Task]] = [
        .shopify: [
            "orders/create": .order, "orders/updated": .order, "orders/paid": .order, "orders/cancelled": .order,
            "orders/fulfilled": .order, "orders/partially_fulfilled": .order, "refunds/create": .refund,
            "orders/delete": .delete,
        ],
        .woocommerce: [
            "order.created": .order, "order.updated": .order, "order.restored": .order, "order.deleted": .delete,
        ],
    ]

    /// The topics that are understood.
    package static func topics(of kind: ShopConnection.Kind) -> [String] { topics[kind, default: [:]].keys.sorted() }

    /// - Throws: `ConnectorError.unknownTopic`.
    func task() throws(ConnectorError) -> Task {
        guard let topic, let task = Self.topics[kind]?[topic] else { throw .unknownTopic(topic) }
        return task
    }

    /// Whether it only asks if anybody is there: WooCommerce does when a webhook is saved, unsigned.
    package var isPing: Bool {
        guard kind == .woocommerce, topic == nil, body.count < 100 else { return false }
        return String(decoding: body, as: UTF8.self).wholeMatch(of: /webhook_id=[0-9]+/) != nil
    }

    /// Whether the shop signed it; takes the same time whether it did or not.
    func isSigned(with secret: String) -> Bool {
        guard let signature, let code = Data(base64Encoded: signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: body, using: SymmetricKey(data: Data(secret.utf8))
        )
    }
}
