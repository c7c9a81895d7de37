import Domain
import Synchronization

/// The process's one source of identifiers.
package final class Identifiers: Sendable {
    private let maker: Mutex<IdentifierMaker>

    /// - Parameter latest: The latest identifier that is stored, whatever it is of.
    package init(node: Int64 = 0, after latest: Int64 = 0) {
        var maker = IdentifierMaker(node: node)
        maker.begin(after: latest)
        self.maker = Mutex(maker)
    }

    /// Which of the processes on one database this is.
    package var node: Int64 { maker.withLock { $0.node } }

    /// Makes identifiers of another node from now on.
    func bear(_ node: Int64) { maker.withLock { $0.node = node } }

    /// A name for this process at one piece of work, which nobody had before.
    func holder(_ surroundings: Surroundings) -> String { "\(node)-\(surroundings.token(length: 12))" }

    package func next<Entity>(_ bucket: Bucket, at now: Instant) -> Identifier<Entity> {
        maker.withLock { $0.next(bucket, at: now) }
    }

    /// An identifier of something that belongs to no customer.
    package func next<Entity>(at now: Instant) -> Identifier<Entity> {
        next(Bucket(rawValue: 0), at: now)
    }
}
