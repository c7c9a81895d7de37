/// A person who may sign in (spec operations.md, "Security").
package struct User: Hashable, Sendable {
    package typealias ID = Identifier<User>

    package var id: ID
    package var email: String
    package var passwordHash: String
    package var role: Role

    package enum Role: String, CaseIterable, Hashable, Sendable {
        case owner, administrator
        case seniorMarketer = "senior_marketer"
        case marketer, analyst, `operator`, designer
    }

    package init(id: ID, email: String, passwordHash: String, role: Role) {
        (self.id, self.email, self.passwordHash, self.role) = (id, email, passwordHash, role)
    }
}

/// A signed-in browser.
package struct Session: Hashable, Sendable {
    package var tokenHash: String
    package var user: User.ID
    package var email: String
    package var role: User.Role
    /// Sent back by each form, so that no other site can send one.
    package var csrf: String
    package var expiresAt: Instant

    package init(
        tokenHash: String, user: User.ID, email: String, role: User.Role, csrf: String, expiresAt: Instant
    ) {
        (self.tokenHash, self.user, self.email, self.role) = (tokenHash, user, email, role)
        (self.csrf, self.expiresAt) = (csrf, expiresAt)
    }
}

/// What an API key may do (spec operations.md, "Security").
package enum Scope: String, CaseIterable, Hashable, Sendable {
    case ordersRead = "orders:read"
    case ordersWrite = "orders:write"
    case customersRead = "customers:read"
    case customersWrite = "customers:write"
    case productsRead = "products:read"
    case productsWrite = "products:write"
    /// Everything, settings included.
    case admin

    /// Reads scopes separated by commas or spaces.
    ///
    /// - Throws: `Faults` naming what is not a scope.
    package static func parse(_ text: String) throws(Faults) -> Set<Scope> {
        var scopes: Set<Scope> = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let scope = Scope(rawValue: String(word)) else {
                let known = allCases.map(\.rawValue).joined(separator: ", ")
                throw Faults("/scopes", "unknown_scope", "There is no scope “\(word)”. Known are: \(known).")
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw Faults("/scopes", "required", "Name at least one scope.") }
        return scopes
    }
}

/// A key that a program signs its requests with; its secret is kept as a hash only.
package struct APIKey: Hashable, Sendable {
    package typealias ID = Identifier<APIKey>

    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Secret, for the shop's own servers.
        case secret
        /// Public, for the tracker in a page: it can write events and nothing else.
        case write
    }

    package var id: ID
    /// The part of the key that finds it: `rk_CODE_SECRET`.
    package var code: String
    package var name: String
    package var kind: Kind
    package var secretHash: String
    package var scopes: Set<Scope>
    package var createdAt: Instant
    package var lastUsedAt: Instant?
    package var expiresAt: Instant?
    package var revokedAt: Instant?

    package init(
        id: ID, code: String, name: String, kind: Kind, secretHash: String, scopes: Set<Scope>, createdAt: Instant,
        expiresAt: Instant? = nil
    ) {
        (self.id, self.code, self.name, self.kind) = (id, code, name, kind)
        (self.secretHash, self.scopes, self.createdAt, self.expiresAt) = (secretHash, scopes, createdAt, expiresAt)
    }

    package func isValid(at now: Instant) -> Bool {
        revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }

    package func allows(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }
}
