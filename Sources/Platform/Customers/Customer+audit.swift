import Domain

extension Customer {
    /// How the audit log names a customer: by the product's own number, since the log outlives the person's data.
    var auditObject: AuditObject { AuditObject(.customer, String(id.rawValue), name: "Customer") }
}

extension Actor {
    /// Who wrote, where only the origin of the write is known.
    init(_ origin: Origin) {
        switch origin.channel {
        case .screen: self.init(.user, origin.actor, .screen)
        case .api: self.init(.key, origin.actor, .api)
        default: self.init(.system, origin.actor, .system)
        }
    }
}
