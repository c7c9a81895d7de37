import Database

/// A customer's orders, or all of a list, would add up to more than can be kept; nothing was stored.
package struct SumTooLarge: Error, Sendable {
    package static let sentence =
        "A customer's orders would add up to more than 900,000,000,000,000: split them among customers."

    /// Nil for any other error.
    package init?(_ error: any Error) {
        guard case .outOfRange = error as? DatabaseError else { return nil }
    }
}

/// A state of the database that passes, and it is worth trying again.
package enum Outage: Sendable {
    /// The disk is full or refuses.
    case storage
    /// The server of the database is away; a write that was under way may be stored or not.
    case server(cause: String)
    /// Another process holds the database, or this one is stopping.
    case busy

    /// Nil for any other error.
    package init?(_ error: any Error) {
        switch error as? DatabaseError {
        case .unavailable: self = .storage
        case .unreachable(let message): self = .server(cause: message)
        case .busy, .conflict, .stopped: self = .busy
        case .unique, .outOfRange, .fault, nil: return nil
        }
    }
}
