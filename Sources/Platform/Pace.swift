import Synchronization

/// Says when something is due again that is not to happen more often than so.
final class Pace: Sendable {
    private let interval: Duration
    private let last: Mutex<ContinuousClock.Instant>

    init(_ interval: Duration) {
        self.interval = interval
        last = Mutex(.now)
    }

    /// Whether the interval has passed since this was last true.
    var isDue: Bool {
        last.withLock { last in
            let now = ContinuousClock.now
            guard now - last >= interval else { return false }
            last = now
            return true
        }
    }
}
