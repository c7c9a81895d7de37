import Domain
import Synchronization

/// Keys that were checked a moment ago.
final class RecentKeys: Sendable {
    private struct State {
        var checked: [String: (key: APIKey, at: Instant)] = [:]
        var noted: [APIKey.ID: Instant] = [:]
    }

    private let state = Mutex(State())

    func key(_ text: String, at now: Instant) -> APIKey? {
        state.withLock { state in
            guard let found = state.checked[text], found.at.adding(seconds: 2) > now, found.at <= now else {
                return nil
            }
            return found.key
        }
    }

    func remember(_ text: String, _ key: APIKey, at now: Instant) {
        state.withLock { state in
            if state.checked.count > 1000 { state.checked = [:] }
            state.checked[text] = (key, now)
        }
    }

    func forgetAll() { state.withLock { $0.checked = [:] } }

    func shouldNoteUse(of id: APIKey.ID, at now: Instant) -> Bool {
        state.withLock { state in
            if let last = state.noted[id], last.adding(seconds: 60) > now, last <= now { return false }
            state.noted[id] = now
            return true
        }
    }
}
