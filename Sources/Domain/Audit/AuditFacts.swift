// How the things that settings change stand in the audit log.

extension Project {
    package var facts: AuditFacts {
        [
            "name": name, "currency": currency, "time zone": timeZoneName, "included orders": inclusionRule.rawValue,
            "create unknown customers": Self.yes(createsUnknownCustomers),
            "create unknown statuses": Self.yes(createsUnknownStatuses),
            "features": features.all.map(\.word).joined(separator: ", "),
            "second factor required": Self.yes(requiresSecondFactor),
        ]
    }

    package var auditObject: AuditObject { AuditObject(.project, "project", name: name) }

    private static func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
}

extension OrderStatus {
    package var facts: AuditFacts {
        [
            "type": type.rawValue, "code": code, "name": name, "color": color.rawValue,
            "in analytics": includeInAnalytics ? "yes" : "no", "archived": isArchived ? "yes" : "no",
            "position": String(position),
        ]
    }

    package var auditObject: AuditObject { AuditObject(.status, "\(type.rawValue)/\(code)", name: name) }
}

extension APIKey {
    /// The secret is not among them, not even hashed.
    package var facts: AuditFacts {
        var facts = [
            "name": name, "kind": kind.rawValue, "scopes": scopes.map(\.rawValue).sorted().joined(separator: ", "),
        ]
        facts["expires"] = expiresAt?.rfc3339
        facts["revoked"] = revokedAt?.rfc3339
        facts["requests a second"] = requestsPerSecond.map { String($0) }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.key, code, name: name) }
}
