import Database
import Domain
import Storage

/// The number that this process bears among those on one database, held by a lease that it renews.
///
/// Identifiers bear it, so that no two processes make the same one. Who could not renew in time, as when the machine
/// slept, takes another number.
final class NodeLease: Sendable {
    struct AllTaken: Error, CustomStringConvertible {
        var description: String {
            "All \(IdentifierMaker.nodeCount) numbers of processes on this database are held: stop some, or wait a minute."
        }
    }

    private static let length: Int64 = 60
    private static let renewal = Duration.seconds(10)

    private let engine: Engine
    private let identifiers: Identifiers
    private let surroundings: Surroundings
    private let store = NodeStore()
    private let holder: String

    /// Takes a number.
    ///
    /// - Throws: `AllTaken`, `DatabaseError`.
    init(_ engine: Engine, _ identifiers: Identifiers, _ surroundings: Surroundings) async throws {
        (self.engine, self.identifiers, self.surroundings) = (engine, identifiers, surroundings)
        holder = surroundings.token(length: 16)
        try await take()
    }

    /// Renews the lease until the task is cancelled, or nobody holds the lease any more.
    func keep() -> Task<Void, Never> {
        Task { [weak self] in
            while true {
                // Cut short it is the end.
                do { try await Task.sleep(for: Self.renewal) } catch { return }
                guard let self else { return }
                // Without a database nothing is written, so no identifier is needed.
                do { try await renew() } catch { continue }
            }
        }
    }

    /// Lets another process have the number at once.
    func release() {
        let node = identifiers.node
        do {
            _ = try engine.writeNow { [self] tx in
                try store.renew(node, holder, until: Instant(milliseconds: 0), tx)
            }
        } catch {
            // It ends by itself.
        }
    }

    private func take() async throws {
        let now = surroundings.now()
        let node = try await engine.write { [self] tx in
            try store.take(holder, at: now, until: now.adding(seconds: Self.length), tx)
        }
        guard let node else { throw AllTaken() }
        identifiers.bear(node)
    }

    private func renew() async throws {
        let (now, node) = (surroundings.now(), identifiers.node)
        let isHeld = try await engine.write { [self] tx in
            try store.renew(node, holder, until: now.adding(seconds: Self.length), tx)
        }
        if !isHeld { try await take() }
    }
}
