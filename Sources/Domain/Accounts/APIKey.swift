/// What an API key may do (spec operations.md, "Security").
package enum Scope: String, CaseIterable, Hashable, Sendable {
    case ordersRead = "orders:read"
    case ordersWrite = "orders:write"
    case customersRead = "customers:read"
    case customersWrite = "customers:write"
    case productsRead = "products:read"
    case productsWrite = "products:write"
    case segmentsRead = "segments:read"
    case segmentsWrite = "segments:write"
    case eventsRead = "events:read"
    case eventsWrite = "events:write"
    /// The figures of the server at `/metrics`.
    case metricsRead = "metrics:read"
    /// Everything, settings included.
    case admin

    /// What a key with it may do, as a page says it.
    package var note: String {
        switch self {
        case .ordersRead: "Read orders, their history and statuses"
        case .ordersWrite: "Register, change and delete orders"
        case .customersRead: "Read customers and their figures"
        case .customersWrite: "Register and change customers"
        case .productsRead: "Read products"
        case .productsWrite: "Register and change products"
        case .segmentsRead: "Read segments and audiences, and who is in them"
        case .segmentsWrite: "Make and change segments and audiences"
        case .eventsRead: "Read events of customers, where they come from, and what is in containers"
        case .eventsWrite: "Send events of customers, and change what is in containers"
        case .metricsRead: "Read the server’s metrics"
        case .admin: "Everything, settings included"
        }
    }

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

    package var id: ID
    /// The part of the key that finds it: `rk_CODE_SECRET`.
    package var code: String
    package var name: String
    package var secretHash: String
    package var scopes: Set<Scope>
    package var createdAt: Instant
    package var lastUsedAt: Instant?
    package var expiresAt: Instant?
    package var revokedAt: Instant?
    /// The key's own limit; nil for the server's.
    package var requestsPerSecond: Int?

    package init(
        id: ID, code: String, name: String, secretHash: String, scopes: Set<Scope>, createdAt: Instant,
        expiresAt: Instant? = nil
    ) {
        (self.id, self.code, self.name) = (id, code, name)
        (self.secretHash, self.scopes, self.createdAt, self.expiresAt) = (secretHash, scopes, createdAt, expiresAt)
    }

    package func isValid(at now: Instant) -> Bool {
        revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }

    package func allows(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }
}
