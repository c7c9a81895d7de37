import Crypto
import Domain
import Foundation

/// What proves to a receiver that a message is ours, and new (Standard Webhooks).
package enum WebhookSignature {
    /// The headers of a message that is sent at `now`.
    static func headers(
        of delivery: WebhookDelivery, to webhook: Webhook, at now: Instant
    ) -> [(name: String, value: String)] {
        let seconds = now.milliseconds / 1000
        // A receiver takes a message that one of the signatures is right for: while it learns the new secret, the old
        // one signs too.
        let signatures = ([webhook.secret] + [webhook.former(at: now)?.secret].compactMap { $0 }).map { secret in
            standard(delivery.body, id: delivery.messageID, seconds: seconds, secret: secret)
        }
        var headers = [
            (name: "content-type", value: "application/json"), ("user-agent", "Reorder-Webhooks/1"),
            ("webhook-id", delivery.messageID), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
        if webhook.hasVoucherifySignature {
            headers.append(("x-voucherify-signature", voucherify(delivery.body, secret: webhook.secret)))
        }
        return headers
    }

    /// The signature of Standard Webhooks, over identifier, time and body.
    package static func standard(_ body: String, id: String, seconds: Int64, secret: String) -> String {
        // A secret is checked when it is set: an empty key would only make a signature that nobody accepts.
        let key = SymmetricKey(data: Webhook.key(of: secret) ?? [])
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(seconds).\(body)".utf8), using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }

    /// Lower-case hex of the body's HMAC, with the secret's own text as the key.
    package static func voucherify(_ body: String, secret: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: SymmetricKey(data: Data(secret.utf8)))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
