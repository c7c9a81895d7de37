import Domain
import Synchronization

/// Tells open pages what was committed (ARCHITECTURE.md, "Live pages").
package final class LiveFeed: Sendable {
    package struct Change: Hashable, Sendable {
        package var externalID: String
        package var version: Int64
    }

    private struct State {
        var nextNumber = 0
        var listeners: [Int: AsyncStream<Change>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// How many pages listen.
    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// The changes from now on.
    ///
    /// A listener that is slow misses the oldest: a page then reads its state anew anyway.
    package func changes() -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingNewest(64))
        let number = state.withLock { state in
            state.nextNumber += 1
            state.listeners[state.nextNumber] = continuation
            return state.nextNumber
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Tells of customers, by their identifiers.
    func publish(customers: some Sequence<Customer.ID>) {
        // Of each once, however much of theirs changed; and nothing where nobody looks, as is usual.
        guard listenerCount > 0 else { return }
        publish(Set(customers).map { Change(externalID: String($0.rawValue), version: 0) })
    }

    func publish(_ changes: some Sequence<Change>) {
        let listeners = state.withLock { Array($0.listeners.values) }
        guard !listeners.isEmpty else { return }
        for change in changes {
            for listener in listeners { listener.yield(change) }
        }
    }
}
