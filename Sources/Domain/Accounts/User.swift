/// A person who may sign in (spec operations.md, "Security").
package struct User: Hashable, Sendable {
    package typealias ID = Identifier<User>

    package var id: ID
    package var email: String
    /// Empty until the person has set a password by the link of the invitation.
    package var passwordHash: String
    package var role: Role
    package var createdAt: Instant
    package var signedInAt: Instant?
    package var deactivatedAt: Instant?
    package var secondFactor: SecondFactor?

    package enum Role: String, CaseIterable, Hashable, Sendable {
        case owner, administrator
        case seniorMarketer = "senior_marketer"
        case marketer, analyst, `operator`, designer
    }

    /// The secret that an app makes codes from.
    package struct SecondFactor: Hashable, Sendable {
        /// In base32.
        package var secret: String
        /// Nil until the first code has shown that the app has the secret.
        package var since: Instant?
        /// The step of the last code that was taken.
        package var lastStep: Int64?

        package init(secret: String, since: Instant? = nil, lastStep: Int64? = nil) {
            (self.secret, self.since, self.lastStep) = (secret, since, lastStep)
        }
    }

    package enum State: String, Hashable, Sendable {
        case invited, active, deactivated
    }

    package init(id: ID, email: String, passwordHash: String, role: Role, createdAt: Instant) {
        (self.id, self.email, self.passwordHash, self.role) = (id, email, passwordHash, role)
        self.createdAt = createdAt
    }

    package var state: State {
        deactivatedAt != nil ? .deactivated : passwordHash.isEmpty ? .invited : .active
    }

    /// Whether codes of an app are asked for at sign-in.
    package var hasSecondFactor: Bool { secondFactor?.since != nil }

    /// As the audit log writes it.
    package var facts: AuditFacts { ["email": email, "role": role.name, "state": state.rawValue] }
    package var auditObject: AuditObject { AuditObject(.user, String(id.rawValue), name: email) }
}

/// A link that sets a password, once.
package struct UserLink: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case invitation, reset }

    package var user: User.ID
    package var tokenHash: String
    package var kind: Kind
    package var createdAt: Instant
    package var expiresAt: Instant

    package init(user: User.ID, tokenHash: String, kind: Kind, createdAt: Instant, expiresAt: Instant) {
        (self.user, self.tokenHash, self.kind) = (user, tokenHash, kind)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }
}

/// A signed-in browser.
package struct Session: Hashable, Sendable {
    /// A session ends this long after it began, and this long after it was last used.
    package static let longest: Int64 = 14 * 86_400
    package static let longestIdle: Int64 = 3 * 86_400

    package var tokenHash: String
    package var user: User.ID
    package var email: String
    package var role: User.Role
    /// Sent back by each form, so that no other site can send one.
    package var csrf: String
    package var createdAt: Instant
    package var expiresAt: Instant
    /// When it was last used, to a few minutes.
    package var seenAt: Instant
    /// Where it was last used from, and with which browser.
    package var address: String
    package var agent: String
    /// Whether the person uses a second factor.
    package var hasSecondFactor: Bool

    package init(
        tokenHash: String, user: User, csrf: String, createdAt: Instant, address: String = "", agent: String = ""
    ) {
        (self.tokenHash, self.user, email, role) = (tokenHash, user.id, user.email, user.role)
        (self.csrf, self.createdAt, self.address, self.agent) = (csrf, createdAt, address, agent)
        expiresAt = createdAt.adding(seconds: Self.longest)
        seenAt = createdAt
        hasSecondFactor = user.hasSecondFactor
    }

    package func isValid(at now: Instant) -> Bool { now < expiresAt && now < seenAt.adding(seconds: Self.longestIdle) }

    /// Names the session to the person whose it is; nobody can sign in by it.
    package var name: String { String(tokenHash.prefix(16)) }
}
