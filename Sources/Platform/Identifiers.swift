import Domain
import Synchronization

/// The process's one source of identifiers.
package final class Identifiers: Sendable {
    private let maker: Mutex<IdentifierMaker>

    /// - Parameter newest: The newest identifier that is stored: a clock that was set back since must not lead to one
    ///   that is taken.
    package init(node: Int64 = 0, newest: Int64 = 0) { maker = Mutex(IdentifierMaker(node: node, newest: newest)) }

    package func next<Entity>(_ bucket: Bucket, at now: Instant) -> Identifier<Entity> {
        maker.withLock { $0.next(bucket, at: now) }
    }

    /// An identifier of something that belongs to no customer.
    package func next<Entity>(at now: Instant) -> Identifier<Entity> {
        next(Bucket(rawValue: 0), at: now)
    }
}
