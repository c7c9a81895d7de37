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
}
