import Database
import Domain
import Storage

/// Work beside the requests that is not finished, for those who watch the server.
package struct RunBacklog: Hashable, Sendable {
    package var count: Int
    /// When the oldest of it was asked for.
    package var oldest: Instant?
}

extension ImportService {
    /// Imports, undoings and changes of many orders that wait or run.
    package func backlog() throws -> RunBacklog {
        try orders.engine.read { tx in RunBacklog(count: try runs.openCount(tx), oldest: try runs.oldestOpen(tx)) }
    }
}

extension ExportService {
    /// Exports that wait or run.
    package func backlog() throws -> RunBacklog {
        try engine.read { tx in RunBacklog(count: try runs.openCount(tx), oldest: try runs.oldestOpen(tx)) }
    }
}
