/// Why a shop's message is not taken.
package enum ConnectorError: Error, Hashable, Sendable {
    case unknownConnection
    case wrongSignature
    case paused
    case unknownTopic(String?)
    case notUnderstood(String)
    /// A refund of an order that has not come yet; the shop sends it again.
    case unknownOrder(String)

    /// A stable name for the log of refusals.
    package var code: String {
        switch self {
        case .unknownConnection: "unknown_connection"
        case .wrongSignature: "wrong_signature"
        case .paused: "connection_paused"
        case .unknownTopic: "unknown_topic"
        case .notUnderstood: "not_understood"
        case .unknownOrder: "unknown_order"
        }
    }

    /// What a person is told.
    package var sentence: String {
        switch self {
        case .unknownConnection: "There is no connection at this address: copy it from Settings → Connections."
        case .wrongSignature: "The signature is wrong: the secret here and the shop's must be the same."
        case .paused: "The connection is paused."
        case .unknownTopic(let topic):
            topic.map { "The topic “\($0)” is not understood: take it out of the shop's webhooks." }
                ?? "The message names no topic."
        case .notUnderstood(let reason): reason
        case .unknownOrder(let order): "There is no order “\(order)” yet."
        }
    }
}
