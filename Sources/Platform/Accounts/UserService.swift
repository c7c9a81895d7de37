import Database
import Domain
import Storage

/// What owners and administrators do with users: invite, change, deactivate, remove.
package struct UserService: Sendable {
    let accounts: AccountService

    private var engine: Engine { accounts.engine }
    private var store: UserStore { accounts.users }
    private var sessions: SessionStore { accounts.store }
    private var audit: AuditLog { accounts.audit }
    private var surroundings: Surroundings { accounts.surroundings }

    /// How long a link may be used.
    private static let linkSeconds: [UserLink.Kind: Int64] = [.invitation: 7 * 86_400, .reset: 86_400]

    /// A link that was just made: its secret is shown once, and kept as a hash.
    package struct Link: Sendable {
        package var user: User
        package var secret: String
        package var expiresAt: Instant
    }

    package func users() throws -> [User] { try engine.read(store.users) }

    /// - Throws: `AccountError.unknownUser`.
    package func user(_ id: User.ID) throws -> User {
        try engine.read { tx in
            guard let user = try store.user(id, tx) else { throw AccountError.unknownUser(String(id.rawValue)) }
            return user
        }
    }

    /// - Throws: `AccountError.unknownUser`.
    package func user(email: String) throws -> User {
        try engine.read { tx in
            guard let user = try store.user(email: EmailCheck.canonical(email), tx) else {
                throw AccountError.unknownUser(email)
            }
            return user
        }
    }

    // MARK: Adding

    /// Makes a user who sets the password by a link, once, within a week.
    ///
    /// - Parameter manager: The role of who invites; only owners invite owners.
    /// - Throws: `Faults` for an email that will not do or is taken, `AccountError.ownersOnly`.
    package func invite(
        email: String, role: User.Role, as manager: User.Role = .owner, by actor: Actor
    ) async throws -> Link {
        guard manager.mayManage(role) else { throw AccountError.ownersOnly }
        let secret = surroundings.token(length: 43)
        return try await engine.write { [self] tx in
            let user = try add(email: email, role: role, passwordHash: "", tx)
            try audit.append(tx, AuditEntry(.userInvited, user.auditObject, by: actor, after: user.facts))
            return try makeLink(.invitation, user, secret, tx)
        }
    }

    /// Makes a user with a password.
    ///
    /// - Throws: `Faults` for an email that will not do or is taken, and for a short password.
    package func add(email: String, role: User.Role, password: String, by actor: Actor) async throws -> User {
        let faults = Passwords.faults(password)
        guard faults.isEmpty else { throw Faults(faults) }
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        return try await engine.write { [self] tx in
            let user = try add(email: email, role: role, passwordHash: hash, tx)
            try audit.append(tx, AuditEntry(.userAdded, user.auditObject, by: actor, after: user.facts))
            return user
        }
    }

    private func add(email: String, role: User.Role, passwordHash: String, _ tx: Connection) throws -> User {
        let email = EmailCheck.canonical(email)
        let faults = EmailCheck.faults(email)
        guard faults.isEmpty else { throw Faults(faults) }
        guard try store.user(email: email, tx) == nil else {
            throw Faults("/email", "taken", "There is a user with this email already.")
        }
        let now = surroundings.now()
        let user = User(
            id: accounts.identifiers.next(at: now), email: email, passwordHash: passwordHash, role: role,
            createdAt: now
        )
        try store.insert(user, tx)
        return user
    }

    // MARK: Links

    /// Makes a link that sets a new password, once, within a day; an invited user gets a new invitation.
    ///
    /// - Throws: `AccountError.unknownUser`, `.ownersOnly`.
    package func resetLink(
        of id: User.ID, as manager: User.Role = .owner, by actor: Actor
    ) async throws -> Link {
        let secret = surroundings.token(length: 43)
        return try await engine.write { [self] tx in
            let user = try managed(id, manager, tx)
            let isInvited = user.state == .invited
            let action: AuditAction = isInvited ? .userInvited : .resetLinkMade
            try audit.append(tx, AuditEntry(action, user.auditObject, by: actor))
            return try makeLink(isInvited ? .invitation : .reset, user, secret, tx)
        }
    }

    private func makeLink(_ kind: UserLink.Kind, _ user: User, _ secret: String, _ tx: Connection) throws -> Link {
        let now = surroundings.now()
        let link = UserLink(
            user: user.id, tokenHash: Passwords.fastHash(secret), kind: kind, createdAt: now,
            expiresAt: now.adding(seconds: Self.linkSeconds[kind] ?? 86_400)
        )
        try store.save(link, tx)
        return Link(user: user, secret: secret, expiresAt: link.expiresAt)
    }

    /// Whose password a link sets.
    ///
    /// - Throws: `AccountError.linkEnded`.
    package func user(link secret: String) throws -> (user: User, kind: UserLink.Kind) {
        try engine.read { tx in try linked(secret, tx) }
    }

    private func linked(_ secret: String, _ tx: Connection) throws -> (user: User, kind: UserLink.Kind) {
        guard let link = try store.link(tokenHash: Passwords.fastHash(secret), tx),
            surroundings.now() < link.expiresAt, let user = try store.user(link.user, tx), user.deactivatedAt == nil
        else { throw AccountError.linkEnded }
        return (user, link.kind)
    }

    /// Sets the password of who has a link, which ends, and signs out all of the user's browsers.
    ///
    /// - Throws: `AccountError.linkEnded`, `Faults` for a short password.
    package func setPassword(_ password: String, link secret: String, address: String) async throws -> User {
        _ = try user(link: secret)
        let faults = Passwords.faults(password)
        guard faults.isEmpty else { throw Faults(faults) }
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        return try await engine.write { [self] tx in
            var (user, kind) = try linked(secret, tx)
            user.passwordHash = hash
            try store.update(user, tx)
            try store.deleteLink(of: user.id, tx)
            try sessions.deleteAll(of: user.id, tx)
            let action: AuditAction = kind == .invitation ? .userJoined : .passwordReset
            let actor = Actor.user(user.email, address: address)
            try audit.append(tx, AuditEntry(action, user.auditObject, by: actor))
            return user
        }
    }

    /// Sets a password from the command line, and signs the user out everywhere.
    ///
    /// - Throws: `AccountError.unknownUser`, `Faults` for a password that is short.
    package func setPassword(_ password: String, email: String, by actor: Actor = .cli) async throws {
        let faults = Passwords.faults(password)
        guard faults.isEmpty else { throw Faults(faults) }
        let id = try user(email: email).id
        let hash = try Passwords.hash(password, salt: surroundings.randomBytes(16))
        try await change(id, .owner) { [self] user, tx in
            user.passwordHash = hash
            try sessions.deleteAll(of: user.id, tx)
            try store.deleteLink(of: user.id, tx)
            return AuditEntry(.passwordReset, user.auditObject, by: actor)
        }
    }

    // MARK: Changing

    /// - Throws: `AccountError.unknownUser`, `.ownersOnly`, `.lastOwner`.
    package func changeRole(
        of id: User.ID, to role: User.Role, as manager: User.Role = .owner, by actor: Actor
    ) async throws {
        guard manager.mayManage(role) else { throw AccountError.ownersOnly }
        try await change(id, manager) { user, _ in
            let before = user
            user.role = role
            return AuditEntry(.userRoleChanged, user.auditObject, by: actor, changing: before.facts, to: user.facts)
        }
    }

    /// Keeps a user from signing in, and signs all browsers out; or lets the user in again.
    ///
    /// - Parameter own: The user who asks, who cannot do this to herself.
    /// - Throws: `AccountError.unknownUser`, `.ownersOnly`, `.lastOwner`, `.ownAccount`.
    package func setActive(
        _ isActive: Bool, _ id: User.ID, own: User.ID? = nil, as manager: User.Role = .owner, by actor: Actor
    ) async throws {
        guard id != own else { throw AccountError.ownAccount }
        try await change(id, manager) { [self] user, tx in
            let before = user
            user.deactivatedAt = isActive ? nil : user.deactivatedAt ?? surroundings.now()
            if !isActive {
                try sessions.deleteAll(of: user.id, tx)
                try store.deleteSteps(of: user.id, tx)
                try store.deleteLink(of: user.id, tx)
            }
            let action: AuditAction = isActive ? .userActivated : .userDeactivated
            return AuditEntry(action, user.auditObject, by: actor, changing: before.facts, to: user.facts)
        }
    }

    /// Removes a user; what history and the audit log say of the user stays.
    ///
    /// - Throws: `AccountError.unknownUser`, `.ownersOnly`, `.lastOwner`, `.ownAccount`.
    package func remove(
        _ id: User.ID, own: User.ID? = nil, as manager: User.Role = .owner, by actor: Actor
    ) async throws {
        guard id != own else { throw AccountError.ownAccount }
        try await engine.write { [self] tx in
            let user = try managed(id, manager, tx)
            try store.delete(id, tx)
            try requireOwner(tx)
            try audit.append(tx, AuditEntry(.userRemoved, user.auditObject, by: actor, before: user.facts))
        }
    }

    /// Turns a user's second factor off, for who has lost both the phone and the recovery codes.
    ///
    /// - Throws: `AccountError.unknownUser`, `.ownersOnly`.
    package func resetSecondFactor(of id: User.ID, as manager: User.Role = .owner, by actor: Actor) async throws {
        try await change(id, manager) { [self] user, tx in
            guard user.secondFactor != nil else { return nil }
            user.secondFactor = nil
            try store.replaceRecoveryCodes(of: user.id, with: [], tx)
            try sessions.deleteAll(of: user.id, tx)
            return AuditEntry(.secondFactorOff, user.auditObject, by: actor)
        }
    }

    private func change(
        _ id: User.ID, _ manager: User.Role,
        _ body: @escaping @Sendable (inout User, Connection) throws -> AuditEntry?
    ) async throws {
        try await engine.write { [self] tx in
            var user = try managed(id, manager, tx)
            let entry = try body(&user, tx)
            try store.update(user, tx)
            try requireOwner(tx)
            try audit.append(tx, entry)
        }
    }

    private func managed(_ id: User.ID, _ manager: User.Role, _ tx: Connection) throws -> User {
        guard let user = try store.user(id, tx) else { throw AccountError.unknownUser(String(id.rawValue)) }
        guard manager.mayManage(user.role) else { throw AccountError.ownersOnly }
        return user
    }

    /// Refuses what leaves nobody who could let others in.
    private func requireOwner(_ tx: Connection) throws {
        guard try store.ownerCount(tx) > 0 else { throw AccountError.lastOwner }
    }

    /// Who signed in as a user, and who was refused, the newest first.
    package func signIns(of id: User.ID, limit: Int) async throws -> [StoredAuditEntry] {
        var query = AuditQuery()
        (query.kind, query.objectID) = (.user, String(id.rawValue))
        return try await audit.page(query, limit: limit * 4).filter {
            $0.entry.action == .signedIn || $0.entry.action == .signInRefused
        }.prefix(limit).map { $0 }
    }
}
