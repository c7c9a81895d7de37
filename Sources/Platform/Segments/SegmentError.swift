import Domain

/// Why a call on segments was refused; nothing was stored.
package enum SegmentError: Error, Hashable, Sendable {
    case unknown(String)
    case codeTaken(String)
    /// It is named by so many things: segments, campaigns, rules.
    case inUse(String, users: [String])
    case outdated(current: Int64)
    /// A list was asked for its conditions, or the members of a question were to be set.
    case notAnAudience(String)
    case isAudience(String)
    case tooMany

    /// What happened, with the mend.
    package var sentence: String {
        switch self {
        case .unknown(let code): return "There is no segment “\(code)”."
        case .codeTaken(let code): return "There is a segment or an audience “\(code)” already."
        case .inUse(let code, let users):
            let names = users.map { "“\($0)”" }.joined(separator: ", ")
            return "The segment “\(code)” is named by \(names): change these first."
        case .outdated(let current):
            return "The segment is at version \(current) now: get it again, and repeat your change."
        case .notAnAudience(let code):
            return "“\(code)” is a segment: who is in it follows from its conditions. Put customers into an audience."
        case .isAudience(let code):
            return "“\(code)” is an audience, a list without conditions: make a segment instead."
        case .tooMany: return "There may be \(Segment.limit) segments and audiences: delete one first."
        }
    }
}
