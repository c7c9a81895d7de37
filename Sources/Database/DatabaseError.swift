import GRDBSQLite

/// What can go wrong in a database, in the terms both engines share.
package enum DatabaseError: Error, Hashable, Sendable {
    /// A unique key is taken already.
    case unique(String)
    /// The disk is full, or the file system refuses: nothing was stored, and it may work later.
    case unavailable(String)
    /// The server of the database is away or does not let this process in, and it may work later; a write that was under
    /// way may be stored or not.
    case unreachable(String)
    /// Another process holds the database.
    case busy(String)
    /// Another transaction was in the way, and nothing was stored: it is to be run again.
    case conflict(String)
    /// A sum is larger than 64 bits hold.
    case outOfRange
    /// A statement or the file is wrong: a fault of ours, or damage.
    case fault(String)
    /// The engine was stopped.
    case stopped

    init(code: Int32, message: String) {
        switch code & 0xff {
        case SQLITE_CONSTRAINT: self = .unique(message)
        case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_NOMEM: self = .unavailable(message)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(message)
        case SQLITE_ERROR where message == "integer overflow": self = .outOfRange
        default: self = .fault("\(message) (\(code))")
        }
    }
}
