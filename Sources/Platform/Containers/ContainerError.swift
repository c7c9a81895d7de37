import Domain

/// Why a call on containers was refused; nothing was stored.
package enum ContainerError: Error, Hashable, Sendable {
    case unknownType(String)
    case codeTaken(String)
    /// The cart cannot be deleted.
    case isSystem(String)
    /// So many containers of the type hold something, counted up to 1,000.
    case inUse(String, containers: Int)
    case tooMany
    case unknownLine(String, product: String)
    case outdated(current: Int64)

    /// For a person, with the mend.
    package var sentence: String {
        switch self {
        case .unknownType(let code): "There is no container “\(code)”: add it in Settings, Containers."
        case .codeTaken(let code): "There is a container with the code “\(code)” already."
        case .isSystem(let code): "The container “\(code)” is part of the product and stays."
        case .inUse(let code, let count):
            """
            \(count >= 1000 ? "1,000 customers or more have" : count == 1 ? "One customer has" : "\(count) customers have") \
            something in the container “\(code)”: it can be deleted once they are empty.
            """
        case .tooMany:
            "There are \(ContainerType.limit) kinds of containers, which is the most: delete one first."
        case .unknownLine(let code, let product): "There is no product “\(product)” in the container “\(code)”."
        case .outdated(let current): "This is at version \(current) now: get it again, and repeat your change."
        }
    }
}
