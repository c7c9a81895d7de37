import HTTPTypes
import Platform

extension ContainerError {
    /// What the API answers.
    var status: HTTPResponse.Status {
        switch self {
        case .unknownType, .unknownLine: .notFound
        case .codeTaken, .isSystem, .inUse, .tooMany: .conflict
        case .outdated: .preconditionFailed
        }
    }

    /// The problem's stable name.
    var code: String {
        switch self {
        case .unknownType: "unknown_container"
        case .unknownLine: "unknown_line"
        case .codeTaken: "code_taken"
        case .isSystem: "system_container"
        case .inUse: "container_in_use"
        case .tooMany: "too_many_containers"
        case .outdated: "outdated"
        }
    }
}
