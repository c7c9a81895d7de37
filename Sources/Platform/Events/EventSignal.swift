import Synchronization

/// Wakes those who follow what is stored, after each commit; what there is to do they read themselves.
package final class EventSignal: Sendable {
    private struct State {
        var nextNumber = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes all who listen; several calls before one looks are one.
    package func raise() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }

    /// The signals from now on; the continuation wakes this one listener, and ends the stream.
    func listen() -> (stream: AsyncStream<Void>, wake: AsyncStream<Void>.Continuation) {
        let (stream, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextNumber += 1
            state.listeners[state.nextNumber] = wake
            return state.nextNumber
        }
        wake.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.listeners.removeValue(forKey: number) }
        }
        return (stream, wake)
    }
}
