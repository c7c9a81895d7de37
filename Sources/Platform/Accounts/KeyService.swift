import Database
import Domain
import Storage
import Synchronization

/// The keys of programs (spec operations.md, "Command line" and "Security").
package struct KeyService: Sendable {
    let engine: Engine
    let store = AccountStore()
    let identifiers: Identifiers
    let surroundings: Surroundings
    let recent = RecentKeys()

    /// A key that was just made: its secret is shown once and kept nowhere.
    package struct Made: Sendable {
        package var key: APIKey
        package var secret: String

        /// The whole key, as a program sends it.
        package var text: String { "\(KeyService.prefix(key.kind))_\(key.code)_\(secret)" }
    }

    static func prefix(_ kind: APIKey.Kind) -> String {
        switch kind {
        case .secret: "rk"
        case .write: "rw"
        }
    }

    /// - Throws: `Faults` for an empty name.
    package func create(
        name: String, kind: APIKey.Kind = .secret, scopes: Set<Scope>, expiresAt: Instant? = nil
    ) async throws -> Made {
        guard !name.isEmpty else { throw Faults("/name", "required", "Give the key a name.") }
        let now = surroundings.now()
        let secret = surroundings.token(length: 40)
        let key = APIKey(
            id: identifiers.next(at: now), code: surroundings.token(length: 12), name: name, kind: kind,
            secretHash: Passwords.fastHash(secret), scopes: scopes, createdAt: now, expiresAt: expiresAt
        )
        try await engine.write { [store] tx in try store.insert(key, tx) }
        return Made(key: key, secret: secret)
    }

    package func keys() throws -> [APIKey] { try engine.read(store.keys) }

    /// Ends a key, and returns whether there was one.
    package func revoke(code: String) async throws -> Bool {
        let now = surroundings.now()
        recent.forgetAll()
        return try await engine.write { [store] tx in try store.revokeKey(code: code, at: now, tx) }
    }

    /// The key that `text` is; nil when it is not one, or has ended.
    ///
    /// A key that was checked within the last two seconds is not looked up again.
    package func authenticate(_ text: String) throws -> APIKey? {
        let now = surroundings.now()
        if let key = recent.key(text, at: now) { return key }
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let key = try engine.read({ tx in try store.key(code: parts[1], tx) }),
            parts[0] == Self.prefix(key.kind), key.isValid(at: now),
            Passwords.equal(Passwords.fastHash(parts[2]).utf8, key.secretHash.utf8)
        else { return nil }
        recent.remember(text, key, at: now)
        return key
    }

    /// Writes down that a key was used, at most once a minute.
    package func noteUse(of key: APIKey) async throws {
        let now = surroundings.now()
        guard recent.shouldNoteUse(of: key.id, at: now) else { return }
        try await engine.write { [store] tx in try store.noteUse(of: key.id, at: now, tx) }
    }
}

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
