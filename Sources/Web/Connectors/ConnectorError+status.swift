import HTTPTypes
import Platform

extension ConnectorError {
    /// What a shop is answered; each makes it try again.
    var status: HTTPResponse.Status {
        switch self {
        case .unknownConnection: .notFound
        case .wrongSignature: .unauthorized
        case .paused: .serviceUnavailable
        case .unknownTopic, .notUnderstood, .unknownOrder: .unprocessableContent
        }
    }
}
