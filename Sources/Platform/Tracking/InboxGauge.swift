import Database
import Domain
import Storage
import Synchronization

/// How much waits to be filed, so that no more is taken than can be borne; and the numbers of bodies.
final class InboxGauge: Sendable {
    private struct State {
        var bodies = 0
        var bytes = 0
        var isKnown = false
        var lastID: Int64 = 0
    }

    private let state = Mutex(State())
    private let bodyLimit: Int
    private let byteLimit: Int
    /// On a shared database others add and file too.
    private let pace = Pace(.seconds(2))

    init(bodyLimit: Int = 100_000, byteLimit: Int = 512 << 20) {
        (self.bodyLimit, self.byteLimit) = (bodyLimit, byteLimit)
    }

    /// - Throws: `TrackingError.busy` where so much waits that no more is taken.
    func require(room size: Int, _ engine: Engine) throws {
        if !state.withLock({ $0.isKnown }) || (engine.isShared && pace.isDue) {
            let load = try engine.read { tx in try TrackedInboxStore().load(tx) }
            state.withLock { state in
                (state.bodies, state.bytes, state.isKnown) = (load.bodies, load.bytes, true)
                // Also where the clock was set back since.
                state.lastID = max(state.lastID, load.last)
            }
        }
        let isFull = state.withLock { $0.bodies >= bodyLimit || $0.bytes + size > byteLimit }
        if isFull { throw TrackingError.busy(retryAfter: 5) }
    }

    func add(bodies: Int, bytes: Int) {
        state.withLock { state in
            state.bodies = max(0, state.bodies + bodies)
            state.bytes = max(0, state.bytes + bytes)
        }
    }

    /// A number for a body, larger than all before it of this process.
    ///
    /// Unlike other identifiers it has no bucket, so there are 65,536 in a millisecond.
    func nextID(node: Int64, at now: Instant) -> Int64 {
        let first = (now.milliseconds - IdentifierMaker.epoch.milliseconds) << 22 | node << 16
        return state.withLock { state in
            state.lastID = max(first, state.lastID + 1)
            return state.lastID
        }
    }
}
