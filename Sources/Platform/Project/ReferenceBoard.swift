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
        /// What conditions can be put on, by these fields.
        package private(set) var registry = ConditionRegistry(.empty)
        /// The same with what segments ask of events' contexts, of which the index keeps no more than that.
        var indexed: ConditionRegistry { registry.with(contexts: segments.contexts) }
        /// Segments and audiences, their trees read with these fields and statuses.
        package private(set) var segments = SegmentBook.empty
        /// Sources and names of customers' events.
        package fileprivate(set) var tracking = TrackingBook.empty
        /// The types of containers.
        package var containers = ContainerBook.empty

        /// What is switched on; nothing before the first run.
        package var features: Features { project?.features ?? [] }

        /// How input is read: in the project's zone, with the fields that the shop made for itself.
        package var reading: ReadingContext { ReadingContext(zone: project?.zone ?? .gmt, fields: fields) }

        /// The days of the project's zone.
        package var calendar: ShopCalendar { ShopCalendar(zone: project?.zone ?? .gmt) }

        /// How condition trees are read.
        package var conditions: ConditionContext {
            ConditionContext(registry: registry, statuses: book, calendar: calendar) { [segments] in
                segments.contains($0)
            }
        }

        package init(
            project: Project?, book: StatusBook, fields: FieldBook = .empty, segments: [Segment] = [],
            tracking: TrackingBook = .empty, containers: ContainerBook = .empty
        ) {
            (self.project, self.book, self.fields, self.tracking) = (project, book, fields, tracking)
            self.containers = containers
            read(segments)
        }

        /// Reads the trees of segments with what holds now.
        fileprivate mutating func read(_ all: [Segment]) {
            registry = ConditionRegistry(fields)
            segments = SegmentBook(all, conditions)
        }

        /// Reads the trees there are once more, since what they are read with changed.
        fileprivate mutating func readAgain() { read(segments.entries.map(\.segment)) }
    }

    private let latest: Mutex<Reference>
    /// Told after each publication, in the order of commits.
    private let follower = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ reference: Reference) { latest = Mutex(reference) }

    package var current: Reference { latest.withLock { $0 } }

    /// Has somebody told after each publication; there is one who needs it.
    func tell(_ body: @escaping @Sendable () -> Void) { follower.withLock { $0 = body } }

    private func change(_ body: (inout Reference) -> Bool) {
        guard latest.withLock({ body(&$0) }) else { return }
        follower.withLock { $0 }?()
    }

    /// Publishes the project and its statuses; fields are published by themselves.
    func publish(_ reference: Reference) {
        change { latest in
            (latest.project, latest.book) = (reference.project, reference.book)
            latest.readAgain()
            return true
        }
    }

    func publish(fields: FieldBook) {
        change { latest in
            latest.fields = fields
            latest.readAgain()
            return true
        }
    }

    func publish(segments: [Segment]) {
        change { latest in
            latest.read(segments)
            return true
        }
    }

    func publish(tracking: TrackingBook) {
        change { latest in
            let isOther = latest.tracking.sources.map(\.id) != tracking.sources.map(\.id)
            latest.tracking = tracking
            return isOther
        }
    }

    func publish(containers: ContainerBook) {
        change { latest in
            let isOther = latest.containers != containers
            latest.containers = containers
            return isOther
        }
    }

    /// Publishes statuses that a write of orders may have made on the way.
    func publish(book: StatusBook) {
        change { latest in
            guard latest.book.statuses.count != book.statuses.count else { return false }
            latest.book = book
            latest.readAgain()
            return true
        }
    }
}
