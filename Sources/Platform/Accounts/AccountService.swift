import Database
import Domain
import Foundation
import Storage

/// Signing in and out, and the first run.
package struct AccountService: Sendable {
    let engine: Engine
    let users = UserStore()
    let store = SessionStore()
    let projects: ProjectStore
    let statuses: StatusService
    let references: ReferenceBoard
    let audit: AuditLog
    let identifiers: Identifiers
    let surroundings: Surroundings
    /// Six tries at once, then one in ten seconds, for an address and for an email.
    let tries = RateLimiter(perSecond: 0.1, burst: 6)
    /// Five codes at once, then one in thirty seconds, for a user.
    let codeTries = RateLimiter(perSecond: 1.0 / 30, burst: 5)

    /// How long a sign-in waits for the code of the second factor.
    private static let stepSeconds: Int64 = 300
    /// A session's use is written down at most so often.
    private static let noteSeconds: Int64 = 300

    /// Where a sign-in comes from.
    package struct Place: Hashable, Sendable {
        package var address: String
        /// The browser, as it names itself.
        package var agent: String

        package init(address: String, agent: String = "") {
            (self.address, self.agent) = (address, String(agent.prefix(300)))
        }
    }

    /// What a right password leads to.
    package enum SignIn: Hashable, Sendable {
        /// The secret of the session's cookie.
        case done(String)
        /// The user has a second factor: the secret of the cookie that waits for its code.
        case codeNeeded(String)
    }

    /// Whether the project is still to be made.
    package var isFirstRun: Bool { references.current.project == nil }

    /// Makes the project and its owner, once, in one transaction.
    ///
    /// - Throws: `AccountError.alreadySetUp`, `Faults` with all that is wrong, by form field.
    package func setUp(
        _ project: Project, email: String, password: String, starterStatuses: Bool, by actor: Actor = .cli
    ) async throws {
        let faults = project.faults + Passwords.faults(password) + EmailCheck.faults(email)
        guard faults.isEmpty else { throw Faults(faults) }
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        try await engine.write { [self] tx in
            guard try projects.writerProject(tx) == nil else { throw AccountError.alreadySetUp }
            let now = surroundings.now()
            try projects.save(project, at: now, tx)
            let user = User(
                id: identifiers.next(at: now), email: EmailCheck.canonical(email), passwordHash: hash, role: .owner,
                createdAt: now
            )
            try users.insert(user, tx)
            if starterStatuses { try statuses.insertStarterSet(tx) }
            try audit.append(tx, AuditEntry(.projectMade, project.auditObject, by: actor, after: project.facts))
            try audit.append(tx, AuditEntry(.userAdded, user.auditObject, by: actor, after: user.facts))
            let sources = EventSourceStore()
            try sources.makeSystemSource(identifiers, surroundings, tx)
            return ReferenceBoard.Reference(
                project: project, book: try statuses.store.writerBook(tx), tracking: try sources.book(tx)
            )
        } committed: { [references] in
            references.publish($0)
            references.publish(tracking: $0.tracking)
        }
    }

    // MARK: Signing in

    /// Checks a password; tries are counted by the email and by the address they come from.
    ///
    /// - Parameter replacing: The session that the browser had, which ends.
    /// - Throws: `AccountError.wrongEmailOrPassword`, also for a deactivated user; `.tooManyTries`.
    package func signIn(
        email: String, password: String, from place: Place, replacing old: Session? = nil
    ) async throws -> SignIn {
        let email = EmailCheck.canonical(email)
        let now = surroundings.now()
        for caller in ["address \(place.address)", "email \(email)"] {
            if let seconds = tries.take(caller, at: now) { throw AccountError.tooManyTries(retryAfter: seconds) }
        }
        let user = try engine.read { tx in try users.user(email: email, tx) }
        // An unknown email takes as long as a wrong password.
        let hash = user.map(\.passwordHash).flatMap { $0.isEmpty ? nil : $0 } ?? Passwords.nobody
        let matches = try Passwords.verify(password, hash)
        guard let user, matches, user.state == .active else {
            try await noteRefusal(user, email, place, "password")
            throw AccountError.wrongEmailOrPassword
        }
        guard user.hasSecondFactor else { return .done(try await open(user.id, from: place, replacing: old)) }
        let secret = surroundings.token(length: 43)
        try await engine.write { [users] tx in
            try users.insertStep(
                tokenHash: Passwords.fastHash(secret), user: user.id,
                expiresAt: now.adding(seconds: Self.stepSeconds), at: now, tx
            )
        }
        return .codeNeeded(secret)
    }

    /// Whether a browser that knows a password is awaited with its code.
    package func awaitsCode(step secret: String) throws -> Bool {
        try engine.read { tx in
            try users.userAtStep(tokenHash: Passwords.fastHash(secret), at: surroundings.now(), tx) != nil
        }
    }

    /// Signs in who knows the password with a code of the app, or a recovery code.
    ///
    /// - Throws: `AccountError.wrongCode`, `.stepEnded`, `.tooManyTries`.
    package func signIn(
        step secret: String, code: String, from place: Place, replacing old: Session? = nil
    ) async throws -> String {
        let now = surroundings.now()
        let user = try engine.read { tx in
            try users.userAtStep(tokenHash: Passwords.fastHash(secret), at: now, tx)
        }
        guard let user, user.state == .active else { throw AccountError.stepEnded }
        if let seconds = codeTries.take("\(user.id.rawValue)", at: now) {
            throw AccountError.tooManyTries(retryAfter: seconds)
        }
        let isRight = try await engine.write { [self] tx in
            guard var user = try users.user(user.id, tx) else { return false }
            guard try takeCode(code, of: &user, at: now, tx) else { return false }
            try users.deleteSteps(of: user.id, tx)
            return true
        }
        guard isRight else {
            try await noteRefusal(user, user.email, place, "code")
            throw AccountError.wrongCode
        }
        return try await open(user.id, from: place, replacing: old)
    }

    /// Takes a code of the app or a recovery code, each once, and returns whether it is right.
    func takeCode(_ code: String, of user: inout User, at now: Instant, _ tx: Connection) throws -> Bool {
        guard let factor = user.secondFactor, factor.since != nil else { return false }
        if let step = OneTimeCodes.step(of: code, secret: factor.secret, at: now, after: factor.lastStep) {
            user.secondFactor?.lastStep = step
            try users.update(user, tx)
            return true
        }
        return try users.takeRecoveryCode(of: user.id, hash: RecoveryCodes.hash(code, of: user.id), tx)
    }

    /// Makes a session, with a secret that no browser had before, and ends the one that the browser had.
    func open(_ id: User.ID, from place: Place, replacing old: Session?) async throws -> String {
        let secret = surroundings.token(length: 43)
        let csrf = surroundings.token(length: 32)
        try await engine.write { [self] tx in
            let now = surroundings.now()
            guard var user = try users.user(id, tx), user.state == .active else {
                throw AccountError.wrongEmailOrPassword
            }
            user.signedInAt = now
            try users.update(user, tx)
            if let old { try store.delete(tokenHash: old.tokenHash, tx) }
            let session = Session(
                tokenHash: Passwords.fastHash(secret), user: user, csrf: csrf, createdAt: now, address: place.address,
                agent: place.agent
            )
            try store.insert(session, tx)
            let actor = Actor.user(user.email, address: place.address)
            let factor = user.hasSecondFactor ? "password and code" : "password"
            try audit.append(
                tx,
                AuditEntry(
                    .signedIn, user.auditObject, by: actor,
                    after: ["with": factor, "browser": Browser.name(place.agent)]
                )
            )
        }
        return secret
    }

    private func noteRefusal(_ user: User?, _ email: String, _ place: Place, _ what: String) async throws {
        // People type passwords into the wrong field: what is no email is not written down.
        let name = user?.email ?? (EmailCheck.faults(email).isEmpty ? String(email.prefix(255)) : "unknown")
        let object = user?.auditObject ?? AuditObject(.user, "", name: name)
        try await audit.note(
            AuditEntry(
                .signInRefused, object, by: .user(name, address: place.address),
                after: ["wrong": what, "browser": Browser.name(place.agent)]
            )
        )
    }

    // MARK: Sessions

    /// The session that a cookie's secret belongs to; nil when there is none, or it has ended.
    package func session(secret: String) throws -> Session? {
        let session = try engine.read { tx in try store.session(tokenHash: Passwords.fastHash(secret), tx) }
        return session.flatMap { $0.isValid(at: surroundings.now()) ? $0 : nil }
    }

    /// Writes down that a session was used, and from where, at most once in five minutes.
    package func noteUse(of session: Session, from place: Place) async throws {
        let now = surroundings.now()
        guard session.seenAt.adding(seconds: Self.noteSeconds) <= now else { return }
        var session = session
        (session.address, session.agent) = (place.address, place.agent)
        try await engine.write { [store, session] tx in try store.noteUse(session, at: now, tx) }
    }

    package func signOut(_ session: Session, by actor: Actor) async throws {
        try await engine.write { [self] tx in
            try store.delete(tokenHash: session.tokenHash, tx)
            try audit.append(tx, AuditEntry(.signedOut, session.auditObject, by: actor))
        }
    }
}

extension Session {
    /// The person whose it is.
    package var auditObject: AuditObject { AuditObject(.user, String(user.rawValue), name: email) }
}
