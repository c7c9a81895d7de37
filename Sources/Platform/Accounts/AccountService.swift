import Database
import Domain
import Foundation
import Storage

/// Why somebody was not let in, or a new project not made.
package enum AccountError: Error, Hashable, Sendable {
    case wrongEmailOrPassword
    case tooManyTries(retryAfter: Int)
    case alreadySetUp
}

/// People who sign in, and the first run.
package struct AccountService: Sendable {
    let engine: Engine
    let store = AccountStore()
    let projects: ProjectStore
    let statuses: StatusService
    let references: ReferenceBoard
    let identifiers: Identifiers
    let surroundings: Surroundings
    /// Six tries at once, then one in ten seconds, for an address and for an email.
    let tries = RateLimiter(perSecond: 0.1, burst: 6)

    /// How long a browser stays signed in.
    private static let sessionSeconds: Int64 = 14 * 86_400

    /// Whether the project is still to be made.
    package var isFirstRun: Bool { references.current.project == nil }

    /// Makes the project and its owner, once.
    ///
    /// - Throws: `AccountError.alreadySetUp`, `Faults` with all that is wrong, by form field.
    package func setUp(
        _ project: Project, email: String, password: String, starterStatuses: Bool
    ) async throws {
        var faults = project.faults + Self.faults(password: password)
        if (try? FieldType.email.read(text: email, ReadingContext(zone: .gmt))).flatMap({ $0 }) == nil {
            faults.append(Fault("/email", "not_an_email", "This must be an e-mail address, such as ana@example.com."))
        }
        guard faults.isEmpty else { throw Faults(faults) }
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        let reference = try await engine.write { [self] tx in
            guard try projects.writerProject(tx) == nil else { throw AccountError.alreadySetUp }
            let now = surroundings.now()
            try projects.save(project, at: now, tx)
            try store.insert(
                User(id: identifiers.next(at: now), email: email.lowercased(), passwordHash: hash, role: .owner),
                at: now, tx
            )
            return ReferenceBoard.Reference(project: project, book: try statuses.store.writerBook(tx))
        } committed: { [references] in
            references.publish($0)
        }
        if starterStatuses, reference.book.statuses.isEmpty { try await statuses.addStarterSet() }
    }

    /// Signs a browser in, and returns the secret for its cookie.
    ///
    /// - Parameter address: Where the request came from; tries are counted by it and by the email.
    /// - Throws: `AccountError.wrongEmailOrPassword`, `.tooManyTries`.
    package func signIn(email: String, password: String, address: String) async throws -> String {
        let email = email.lowercased()
        let now = surroundings.now()
        for caller in ["address \(address)", "email \(email)"] {
            if let seconds = tries.take(caller, at: now) { throw AccountError.tooManyTries(retryAfter: seconds) }
        }
        let user = try engine.read { tx in try store.user(email: email, tx) }
        // An unknown email takes as long as a wrong password.
        let matches = try Passwords.verify(password, user?.passwordHash ?? Self.nobody)
        guard let user, matches else { throw AccountError.wrongEmailOrPassword }
        let secret = surroundings.token(length: 43)
        let session = Session(
            tokenHash: Passwords.fastHash(secret), user: user.id, email: user.email, role: user.role,
            csrf: surroundings.token(length: 32), expiresAt: now.adding(seconds: Self.sessionSeconds)
        )
        try await engine.write { [store] tx in try store.insert(session, at: now, tx) }
        return secret
    }

    /// The session that a cookie's secret belongs to; nil when there is none, or it has ended.
    package func session(secret: String) throws -> Session? {
        let session = try engine.read { tx in try store.session(tokenHash: Passwords.fastHash(secret), tx) }
        return session.flatMap { surroundings.now() < $0.expiresAt ? $0 : nil }
    }

    package func signOut(_ session: Session) async throws {
        try await engine.write { [store] tx in try store.deleteSession(tokenHash: session.tokenHash, tx) }
    }

    /// Sets a new password and ends all sessions.
    ///
    /// - Throws: `AccountError.wrongEmailOrPassword` when there is no such user, `Faults` for a password that is short.
    package func setPassword(_ password: String, email: String) async throws {
        let faults = Self.faults(password: password)
        guard faults.isEmpty else { throw Faults(faults) }
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        try await engine.write { [store] tx in
            guard let user = try store.user(email: email.lowercased(), tx) else {
                throw AccountError.wrongEmailOrPassword
            }
            try store.setPassword(hash: hash, of: user.id, tx)
        }
    }

    private static func faults(password: String) -> [Fault] {
        guard password.count < Passwords.shortest else { return [] }
        return [Fault("/password", "too_short", "Use at least \(Passwords.shortest) characters.")]
    }

    /// The hash of a password that nobody has.
    private static let nobody = "scrypt$32768$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
}
