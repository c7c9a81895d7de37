import Domain

/// Why a call on a customer was refused; nothing was stored.
package enum CustomerError: Error, Hashable, Sendable {
    /// The caller changes a version that is no longer the newest; 0 is a customer who is not there.
    case outdated(current: Int64)
    /// A customer cannot become part of themselves.
    case mergeIntoItself(String)
    /// The customer became part of another one before.
    case alreadyMerged(String, into: String)
    /// More orders than one write may move.
    case tooManyOrders(String, count: Int, limit: Int)
}
