import Synchronization

/// Counts what became of messages, since the start.
package final class WebhookOutcomes: Sendable {
    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        case delivered, failed, dead
        case missedEvents = "missed_events"
    }

    private let counts = Mutex<[Outcome: Int]>([:])

    init() {}

    package subscript(outcome: Outcome) -> Int { counts.withLock { $0[outcome] ?? 0 } }

    func note(_ outcome: Outcome) { counts.withLock { $0[outcome, default: 0] += 1 } }
}
