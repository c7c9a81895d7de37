import Domain
import Foundation
import Synchronization

/// The project and its statuses as of the last commit: a whole value that readers take without waiting.
package final class ReferenceBoard: Sendable {
    package struct Reference: Sendable {
        /// Nil before the first run.
        package var project: Project?
        package var book: StatusBook
        /// The fields of all objects, and what profiles show.
        package var fields = FieldBook.empty

        /// What is switched on; nothing before the first run.
        package var features: Features { project?.features ?? [] }

        /// How input is read: in the project's zone, with the fields that the shop made for itself.
        package var reading: ReadingContext { ReadingContext(zone: project?.zone ?? .gmt, fields: fields) }
    }

    private let latest: Mutex<Reference>

    init(_ reference: Reference) { latest = Mutex(reference) }

    package var current: Reference { latest.withLock { $0 } }

    /// Publishes the project and its statuses; fields are published by themselves.
    func publish(_ reference: Reference) {
        latest.withLock { latest in (latest.project, latest.book) = (reference.project, reference.book) }
    }

    func publish(fields: FieldBook) { latest.withLock { $0.fields = fields } }

    /// Publishes statuses that a write of orders may have made on the way.
    func publish(book: StatusBook) {
        latest.withLock { latest in
            if latest.book.statuses.count != book.statuses.count { latest.book = book }
        }
    }
}
