import Database
import Domain
import Storage

/// What people do with their own account: password, email, second factor, sessions.
package struct OwnAccount: Sendable {
    let accounts: AccountService
    let passwordTries = RateLimiter(perSecond: 0.1, burst: 6)

    private var engine: Engine { accounts.engine }
    private var users: UserStore { accounts.users }
    private var sessions: SessionStore { accounts.store }
    private var audit: AuditLog { accounts.audit }
    private var surroundings: Surroundings { accounts.surroundings }

    /// A user's account as its page shows it.
    package struct Profile: Sendable {
        package var user: User
        package var sessions: [Session]
        package var recoveryCodes: Int
    }

    package func profile(of session: Session) throws -> Profile {
        try engine.read { tx in
            guard let user = try users.user(session.user, tx) else { throw AccountError.unknownUser(session.email) }
            let now = surroundings.now()
            return Profile(
                user: user, sessions: try sessions.sessions(of: user.id, tx).filter { $0.isValid(at: now) },
                recoveryCodes: Int(try users.recoveryCodeCount(of: user.id, tx))
            )
        }
    }

    /// Sets a new password, and signs out all other browsers.
    ///
    /// - Throws: `Faults` for a wrong current password or a short new one, `AccountError.tooManyTries`.
    package func changePassword(_ session: Session, current: String, new: String, by actor: Actor) async throws {
        let faults = Passwords.faults(new, field: "new_password")
        guard faults.isEmpty else { throw Faults(faults) }
        try requirePassword(session, current)
        let hash = try Passwords.hash(new, salt: surroundings.randomBytes(16))
        try await change(session) { [self] user, tx in
            user.passwordHash = hash
            try sessions.deleteAll(of: user.id, except: session.tokenHash, tx)
            try users.deleteLink(of: user.id, tx)
            return AuditEntry(.passwordChanged, user.auditObject, by: actor)
        }
    }

    /// Changes the email that the person signs in with.
    ///
    /// - Throws: `Faults` for a wrong password, for what is not an email, and for one that another user has.
    package func changeEmail(_ session: Session, to email: String, password: String, by actor: Actor) async throws {
        let email = EmailCheck.canonical(email)
        let faults = EmailCheck.faults(email)
        guard faults.isEmpty else { throw Faults(faults) }
        try requirePassword(session, password, field: "/email_password")
        try await change(session) { [self] user, tx in
            if let other = try users.user(email: email, tx), other.id != user.id {
                throw Faults("/email", "taken", "Another user signs in with this email.")
            }
            let before = user
            user.email = email
            return AuditEntry(.userEmailChanged, user.auditObject, by: actor, changing: before.facts, to: user.facts)
        }
    }

    private func requirePassword(_ session: Session, _ password: String, field: String = "/current_password") throws {
        if let seconds = passwordTries.take("\(session.user.rawValue)", at: surroundings.now()) {
            throw AccountError.tooManyTries(retryAfter: seconds)
        }
        let user = try engine.read { tx in try users.user(session.user, tx) }
        guard let user, try Passwords.verify(password, user.passwordHash) else {
            throw Faults(field, "wrong", "This is not your password.")
        }
    }

    private func change(
        _ session: Session, _ body: @escaping @Sendable (inout User, Connection) throws -> AuditEntry?
    ) async throws {
        try await engine.write { [self] tx in
            guard var user = try users.user(session.user, tx) else { throw AccountError.unknownUser(session.email) }
            let entry = try body(&user, tx)
            try users.update(user, tx)
            try audit.append(tx, entry)
        }
    }

    // MARK: Sessions

    /// Signs one of the person's browsers out.
    package func signOut(_ session: Session, name: String, by actor: Actor) async throws {
        try await engine.write { [self] tx in
            guard let ended = try sessions.sessions(of: session.user, tx).first(where: { $0.name == name }) else {
                return
            }
            try sessions.delete(tokenHash: ended.tokenHash, tx)
            try audit.append(
                tx,
                AuditEntry(
                    .signedOut, session.auditObject, by: actor,
                    before: ["browser": Browser.name(ended.agent), "address": ended.address]
                )
            )
        }
    }

    /// Signs all of the person's browsers out, this one too.
    package func signOutEverywhere(_ session: Session, by actor: Actor) async throws {
        try await engine.write { [self] tx in
            let count = try sessions.deleteAll(of: session.user, tx)
            try users.deleteSteps(of: session.user, tx)
            try audit.append(
                tx, AuditEntry(.signedOutEverywhere, session.auditObject, by: actor, before: ["sessions": "\(count)"])
            )
        }
    }

    // MARK: Second factor

    /// Makes a secret for an app, which counts once a code of it was given back.
    ///
    /// - Returns: The secret in base32; the same until it counts.
    package func beginSecondFactor(_ session: Session) async throws -> String {
        let fresh = OneTimeCodes.secret(surroundings.randomBytes(20))
        return try await engine.write { [self] tx in
            guard var user = try users.user(session.user, tx) else { throw AccountError.unknownUser(session.email) }
            if let factor = user.secondFactor, factor.since == nil { return factor.secret }
            guard user.secondFactor == nil else {
                throw Faults("/code", "on_already", "A second factor is on already.")
            }
            user.secondFactor = User.SecondFactor(secret: fresh)
            try users.update(user, tx)
            return fresh
        }
    }

    /// Turns the second factor on, given a code of the app, and signs out all other browsers.
    ///
    /// - Returns: The recovery codes, which are shown this once.
    /// - Throws: `Faults` for a wrong code, `AccountError.tooManyTries`.
    package func confirmSecondFactor(_ session: Session, code: String, by actor: Actor) async throws -> [String] {
        let now = surroundings.now()
        if let seconds = accounts.codeTries.take("\(session.user.rawValue)", at: now) {
            throw AccountError.tooManyTries(retryAfter: seconds)
        }
        let codes = (0..<RecoveryCodes.count).map { _ in RecoveryCodes.make(surroundings) }
        try await change(session) { [self] user, tx in
            guard let factor = user.secondFactor, factor.since == nil else {
                throw Faults("/code", "on_already", "A second factor is on already.")
            }
            guard let step = OneTimeCodes.step(of: code, secret: factor.secret, at: now, after: nil) else {
                throw Faults("/code", "wrong_code", "This is not the code of now: check the phone’s clock.")
            }
            user.secondFactor = User.SecondFactor(secret: factor.secret, since: now, lastStep: step)
            try sessions.deleteAll(of: user.id, except: session.tokenHash, tx)
            try users.replaceRecoveryCodes(
                of: user.id, with: codes.map { RecoveryCodes.hash($0, of: user.id) }, tx
            )
            return AuditEntry(.secondFactorOn, user.auditObject, by: actor)
        }
        return codes
    }

    /// Turns the second factor off.
    ///
    /// - Throws: `Faults` for a wrong password, or where the project requires one.
    package func endSecondFactor(_ session: Session, password: String, by actor: Actor) async throws {
        guard accounts.references.current.project?.requiresSecondFactor != true else {
            throw Faults("/factor_password", "required", "This project requires a second factor.")
        }
        try requirePassword(session, password, field: "/factor_password")
        try await change(session) { [self] user, tx in
            guard user.secondFactor != nil else { return nil }
            user.secondFactor = nil
            try users.replaceRecoveryCodes(of: user.id, with: [], tx)
            return AuditEntry(.secondFactorOff, user.auditObject, by: actor)
        }
    }

    /// Makes new recovery codes; the ones before are worth nothing from then on.
    ///
    /// - Throws: `Faults` for a wrong password.
    package func renewRecoveryCodes(_ session: Session, password: String, by actor: Actor) async throws -> [String] {
        try requirePassword(session, password, field: "/codes_password")
        let codes = (0..<RecoveryCodes.count).map { _ in RecoveryCodes.make(surroundings) }
        try await change(session) { [self] user, tx in
            guard user.hasSecondFactor else { throw Faults("/codes_password", "off", "There is no second factor.") }
            try users.replaceRecoveryCodes(
                of: user.id, with: codes.map { RecoveryCodes.hash($0, of: user.id) }, tx
            )
            return AuditEntry(.recoveryCodesMade, user.auditObject, by: actor)
        }
        return codes
    }
}
