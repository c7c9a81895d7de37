import Domain
import Foundation
import Synchronization

/// The project and its statuses as of the last commit: a whole value that readers take without waiting.
package final class ReferenceBoard: Sendable {
    package struct Reference: Sendable {
        /// Nil before the first run.
        package var project: Project?
        package var book: StatusBook

        /// What is switched on; nothing before the first run.
        package var features: Features { project?.features ?? [] }

        /// How input is read: in the project's zone.
        package var reading: ReadingContext { ReadingContext(zone: project?.zone ?? .gmt) }
    }

    private let latest: Mutex<Reference>

    init(_ reference: Reference) { latest = Mutex(reference) }

    package var current: Reference { latest.withLock { $0 } }

    func publish(_ reference: Reference) { latest.withLock { $0 = reference } }

    /// Publishes statuses that a write of orders may have made on the way.
    func publish(book: StatusBook) {
        latest.withLock { latest in
            if latest.book.statuses.count != book.statuses.count { latest.book = book }
        }
    }
}
