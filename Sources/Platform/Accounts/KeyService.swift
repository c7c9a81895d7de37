import Database
import Domain
import Storage

/// The keys of programs (spec operations.md, "Command line" and "Security").
package struct KeyService: Sendable {
    let engine: Engine
    let store = KeyStore()
    let audit: AuditLog
    let identifiers: Identifiers
    let surroundings: Surroundings
    let recent = RecentKeys()

    package struct UnknownKey: Error, Hashable, Sendable {
        package var code: String
    }

    /// A key that was just made: its secret is shown once and kept nowhere.
    package struct Made: Sendable {
        package var key: APIKey
        package var secret: String

        /// The whole key, as a program sends it.
        package var text: String { "rk_\(key.code)_\(secret)" }
    }

    /// The highest limit that a key may have.
    package static let mostRequestsPerSecond = 1_000_000

    /// - Parameter requestsPerSecond: The key's own limit; nil takes the server's.
    /// - Throws: `Faults` for an empty name or a limit that will not do.
    package func create(
        name: String, scopes: Set<Scope>, expiresAt: Instant? = nil,
        requestsPerSecond: Int? = nil, by actor: Actor = .cli
    ) async throws -> Made {
        try Self.check(name: name, requestsPerSecond)
        let made = make(name, scopes, expiresAt: expiresAt, requestsPerSecond)
        try await engine.write { [self] tx in
            try store.insert(made.key, tx)
            try audit.append(tx, AuditEntry(.keyCreated, made.key.auditObject, by: actor, after: made.key.facts))
        }
        return made
    }

    private func make(
        _ name: String, _ scopes: Set<Scope>, expiresAt: Instant?, _ requestsPerSecond: Int?
    ) -> Made {
        let now = surroundings.now()
        let secret = surroundings.token(length: 40)
        var key = APIKey(
            id: identifiers.next(at: now), code: surroundings.token(length: 12), name: name,
            secretHash: Passwords.fastHash(secret), scopes: scopes, createdAt: now, expiresAt: expiresAt
        )
        key.requestsPerSecond = requestsPerSecond
        return Made(key: key, secret: secret)
    }

    private static func check(name: String, _ requestsPerSecond: Int?) throws {
        var faults: [Fault] = []
        if name.isEmpty { faults.append(Fault("/name", "required", "Give the key a name.")) }
        if name.count > 100 { faults.append(Fault("/name", "too_long", "Use at most 100 characters.")) }
        if let requestsPerSecond, !(1...mostRequestsPerSecond).contains(requestsPerSecond) {
            faults.append(
                Fault(
                    "/requests_per_second", "out_of_range",
                    "This must be a whole number from 1 to \(mostRequestsPerSecond)."
                )
            )
        }
        guard faults.isEmpty else { throw Faults(faults) }
    }

    package func keys() throws -> [APIKey] { try engine.read(store.keys) }

    /// - Throws: `UnknownKey`.
    package func key(code: String) throws -> APIKey {
        guard let key = try engine.read({ tx in try store.key(code: code, tx) }) else { throw UnknownKey(code: code) }
        return key
    }

    /// Changes a key's name, scopes or limit; its secret stays.
    ///
    /// - Throws: `UnknownKey`, `Faults` for an empty name or a limit that will not do.
    package func change(
        code: String, name: String, scopes: Set<Scope>, requestsPerSecond: Int?, by actor: Actor
    ) async throws {
        try Self.check(name: name, requestsPerSecond)
        try await engine.write { [self] tx in
            guard var key = try store.key(code: code, tx) else { throw UnknownKey(code: code) }
            let before = key
            (key.name, key.scopes, key.requestsPerSecond) = (name, scopes, requestsPerSecond)
            try store.update(key, tx)
            try audit.append(
                tx, AuditEntry(.keyChanged, key.auditObject, by: actor, changing: before.facts, to: key.facts)
            )
        } committed: { [recent] in
            recent.forgetAll()
        }
    }

    /// Makes a key that takes the place of another, which is valid for a while longer.
    ///
    /// - Parameter overlapSeconds: How long the old key is still taken.
    /// - Throws: `UnknownKey`, also of one that has ended.
    package func rotate(code: String, overlapSeconds: Int64, by actor: Actor) async throws -> Made {
        let made = try await engine.write { [self] tx in
            let now = surroundings.now()
            guard var old = try store.key(code: code, tx), old.isValid(at: now) else { throw UnknownKey(code: code) }
            let before = old
            let made = make(old.name, old.scopes, expiresAt: old.expiresAt, old.requestsPerSecond)
            let end = now.adding(seconds: max(0, overlapSeconds))
            old.expiresAt = old.expiresAt.map { min($0, end) } ?? end
            try store.update(old, tx)
            try store.insert(made.key, tx)
            let after = old.facts.merging(["replaced by": made.key.code]) { $1 }
            let entry = AuditEntry(.keyRotated, old.auditObject, by: actor, changing: before.facts, to: after)
            try audit.append(tx, entry)
            return made
        }
        recent.forgetAll()
        return made
    }

    /// Ends a key, and returns whether there was one.
    package func revoke(code: String, by actor: Actor = .cli) async throws -> Bool {
        let wasThere = try await engine.write { [self] tx in
            let now = surroundings.now()
            guard try store.revokeKey(code: code, at: now, tx), let key = try store.key(code: code, tx) else {
                return false
            }
            var before = key
            before.revokedAt = nil
            let entry = AuditEntry(.keyRevoked, key.auditObject, by: actor, changing: before.facts, to: key.facts)
            try audit.append(tx, entry)
            return true
        }
        recent.forgetAll()
        return wasThere
    }

    /// The key that `text` is; nil when it is not one, or has ended.
    ///
    /// A key that was checked within the last two seconds is not looked up again.
    package func authenticate(_ text: String) throws -> APIKey? {
        let now = surroundings.now()
        if let key = recent.key(text, at: now) { return key.isValid(at: now) ? key : nil }
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let key = try engine.read({ tx in try store.key(code: parts[1], tx) }),
            parts[0] == "rk", key.isValid(at: now),
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
