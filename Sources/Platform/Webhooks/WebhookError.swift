import Domain

/// Why something cannot be done with a webhook.
package enum WebhookError: Error, Hashable, Sendable {
    case unknown(String)
    case unknownDelivery(String)
    /// The message is still to be sent by itself.
    case notFinished
    case tooMany
}
