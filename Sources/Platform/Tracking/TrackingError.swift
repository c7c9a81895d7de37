/// Why something cannot be done with events of customers and their sources.
package enum TrackingError: Error, Hashable, Sendable {
    case unknownSource(String)
    case unknownName(String)
    case unknownKey(String)
    case codeTaken(String)
    /// The source or the name is ours, and stays.
    case system(String)
    case tooManySources
    case tooManyNames
    case tooManyKeys
    /// More waits to be filed than may; it is worth trying again after so many seconds.
    case busy(retryAfter: Int)

    /// What is wrong and how to mend it.
    package var sentence: String {
        switch self {
        case .unknownSource(let code): "There is no event source “\(code)”."
        case .unknownName(let code): "There is no event “\(code)”."
        case .unknownKey(let text): "The source has no key “\(text)”."
        case .codeTaken(let code): "The code “\(code)” is taken."
        case .system(let code): "“\(code)” is one of the system's, which stays as it is."
        case .tooManySources: "There are as many event sources as there may be: delete one first."
        case .tooManyNames: "There are as many names of events as there may be: delete one first."
        case .tooManyKeys: "The source has as many keys as it may have: revoke one first."
        case .busy: "More events wait to be filed than may: try again in a while."
        }
    }
}
