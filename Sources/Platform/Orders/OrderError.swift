import Domain

/// Why a call on orders was refused; nothing was stored.
package enum OrderError: Error, Hashable, Sendable {
    case unknownOrder(String)
    case unknownCustomer(String)
    /// The caller changes a version that is no longer the newest (spec orders.md, rule 8).
    case outdated(current: Int64)
}
