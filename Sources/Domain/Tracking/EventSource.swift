/// Where events come from: a site, an app, a system of the shop's (spec tracking.md, "Events").
package struct EventSource: Hashable, Sendable {
    package typealias ID = Identifier<EventSource>

    package var id: ID
    /// What senders call it.
    package var code: String
    package var name: String
    /// The hosts whose pages may send, `shop.example`; with none any may.
    ///
    /// One that begins with `*.` stands for all below it.
    package var domains: [String] = []
    package var isOn = true
    /// Whether an order that a site tells of is registered, as unverified.
    package var takesOrders = false
    /// Whether a name that nobody knows is made by arriving; otherwise its events are refused.
    package var learnsNames = true
    /// Whether an identification replaces what is known of a customer.
    ///
    /// Otherwise it fills in what is not: keys of sites are public, so anybody may say anything.
    package var updatesCustomers = false
    /// What senders show, the newest first; each is good until it is revoked.
    package var keys: [WriteKey] = []
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(id: ID, code: String, name: String, createdAt: Instant) {
        (self.id, self.code, self.name) = (id, code, name)
        (self.createdAt, self.updatedAt) = (createdAt, createdAt)
    }

    /// The source that is there from the beginning, and cannot be deleted.
    package static let systemCode = "online_store"
    package var isSystem: Bool { code == Self.systemCode }

    package static let codeLimit = 64
    package static let nameLimit = 100
    package static let domainLimit = 50
    package static let keyLimit = 10

    /// Whether pages of `host` may send.
    package func allows(host: String) -> Bool {
        let host = host.lowercased()
        return domains.isEmpty
            || domains.contains { domain in
                domain.hasPrefix("*.") ? host.hasSuffix(domain.dropFirst()) : host == domain
            }
    }
}

/// A key that lets events in and nothing out, so it may stand in the pages of a site.
package struct WriteKey: Hashable, Sendable {
    package static let prefix = "rw_"
    package static let nameLimit = 100

    package var text: String
    /// What it is for; empty where nobody said.
    package var name: String
    package var createdAt: Instant

    package init(text: String, name: String = "", createdAt: Instant) {
        (self.text, self.name, self.createdAt) = (text, name, createdAt)
    }
}
