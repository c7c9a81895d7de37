import Database

/// A state of the database that passes: nothing was stored, and it is worth trying again.
package enum Outage: Sendable {
    /// The disk is full or refuses.
    case storage
    /// Another process holds the database, or this one is stopping.
    case busy

    /// Nil for any other error.
    package init?(_ error: any Error) {
        switch error as? DatabaseError {
        case .unavailable: self = .storage
        case .busy, .stopped: self = .busy
        case .unique, .fault, nil: return nil
        }
    }
}
