/// One line of the audit log: who did what to what, from where, and how it was before and after.
///
/// It never holds a secret: no password, no key, no code, not even hashed. Entries are only ever added.
package struct AuditEntry: Hashable, Sendable {
    package typealias ID = Identifier<AuditEntry>

    package var actor: Actor
    package var action: AuditAction
    package var object: AuditObject
    /// What was there, by name; only what changed.
    package var before: AuditFacts
    package var after: AuditFacts

    /// An entry with all that is given, such as of something that was made or removed.
    package init(
        _ action: AuditAction, _ object: AuditObject, by actor: Actor, before: AuditFacts = [:], after: AuditFacts = [:]
    ) {
        (self.action, self.object, self.actor) = (action, object, actor)
        (self.before, self.after) = (before, after)
    }

    /// An entry with what differs; nil when nothing does.
    package init?(
        _ action: AuditAction, _ object: AuditObject, by actor: Actor, changing before: AuditFacts, to after: AuditFacts
    ) {
        let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        guard !names.isEmpty else { return nil }
        self.init(
            action, object, by: actor, before: before.filter { names.contains($0.key) },
            after: after.filter { names.contains($0.key) }
        )
    }
}

/// Values by name, as a person reads them.
package typealias AuditFacts = [String: String]

/// What something was done to.
package struct AuditObject: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case user, key, project, status, field, webhook, connector, export, `import`, customer, order, receipt, product
        case category, backup, segment, audience, container
        case eventSource = "event_source"
        case eventName = "event_name"

        /// As pages call it.
        package var name: String {
            switch self {
            case .key: "API key"
            case .eventSource: "Event source"
            case .eventName: "Event name"
            default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
            }
        }
    }

    package var kind: Kind
    /// How the product names it: an identifier, a code, an `external_id`.
    package var id: String
    /// How people name it.
    package var name: String

    package init(_ kind: Kind, _ id: String, name: String) { (self.kind, self.id, self.name) = (kind, id, name) }
}

/// An entry as it is kept.
package struct StoredAuditEntry: Hashable, Sendable {
    package var id: AuditEntry.ID
    package var at: Instant
    package var entry: AuditEntry

    package init(id: AuditEntry.ID, at: Instant, entry: AuditEntry) { (self.id, self.at, self.entry) = (id, at, entry) }
}

/// Which entries are asked for; nil asks for all.
package struct AuditQuery: Hashable, Sendable {
    package var actor: String?
    package var action: AuditAction?
    package var kind: AuditObject.Kind?
    package var objectID: String?
    package var from: Instant?
    package var to: Instant?

    package init() {}
}
