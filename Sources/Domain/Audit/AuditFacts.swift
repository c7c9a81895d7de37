// How the things that settings change stand in the audit log.

extension Project {
    package var facts: AuditFacts {
        [
            "name": name, "currency": currency, "time zone": timeZoneName, "included orders": inclusionRule.rawValue,
            "create unknown customers": Self.yes(createsUnknownCustomers),
            "create unknown statuses": Self.yes(createsUnknownStatuses),
            "features": features.all.map(\.word).joined(separator: ", "),
            "second factor required": Self.yes(requiresSecondFactor), "days of events": String(eventDays),
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
            "name": name, "scopes": scopes.map(\.rawValue).sorted().joined(separator: ", "),
        ]
        facts["expires"] = expiresAt?.rfc3339
        facts["revoked"] = revokedAt?.rfc3339
        facts["requests a second"] = requestsPerSecond.map { String($0) }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.key, code, name: name) }
}

extension CustomField {
    package var facts: AuditFacts {
        var facts = [
            "object": object.rawValue, "code": code, "name": name, "type": type.rawValue, "group": group,
            "required": isRequired ? "yes" : "no", "choices": choices.joined(separator: ", "),
        ]
        facts["metadata path"] = metadataPath
        facts["minimum"] = minimum.map { String($0) }
        facts["maximum"] = maximum.map { String($0) }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.field, "\(object.rawValue)/\(code)", name: name) }
}

extension Webhook {
    /// The secret is not among them, and of the address no password that may stand in it.
    package var facts: AuditFacts {
        [
            "name": name, "address": Self.withoutSecrets(url),
            "events": kinds.map(\.rawValue).sorted().joined(separator: ", "), "paused": isPaused ? "yes" : "no",
        ]
    }

    package var auditObject: AuditObject { AuditObject(.webhook, String(id.rawValue), name: name) }

    /// The scheme, the host and the path: passwords and tokens stand in the rest.
    private static func withoutSecrets(_ url: String) -> String {
        let bare = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = bare.firstRange(of: "://"), let at = bare[scheme.upperBound...].lastIndex(of: "@") else {
            return String(bare)
        }
        return bare[..<scheme.upperBound] + String(bare[bare.index(after: at)...])
    }
}

extension ShopConnection {
    /// The secret is not among them, and the object's identifier is not the code of its address, which is one too.
    package var facts: AuditFacts {
        var facts = ["name": name, "kind": kind.name, "prefix": idPrefix, "paused": isPaused ? "yes" : "no"]
        for (source, code) in statuses { facts["status \(source)"] = code }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.connector, String(id.rawValue), name: name) }
}

extension Product {
    /// - Parameter custom: The custom fields that products have.
    package func facts(_ custom: [CustomField]) -> AuditFacts {
        var facts: AuditFacts = [:]
        for field in ProductField.allCases { facts[field.path] = fields[field]?.plain }
        for field in custom { facts[field.code] = self.custom[field]?.plain }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.product, externalID, name: fields.text(.name) ?? externalID) }
}

extension Category {
    package var facts: AuditFacts {
        var facts: AuditFacts = [:]
        (facts["name"], facts["parent_external_id"]) = (name, parentExternalID)
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.category, externalID, name: title) }
}

extension ExportRun {
    /// The link is not among them: who has it has the file.
    package var facts: AuditFacts {
        ["of": request.object.rawValue, "format": request.format.rawValue, "rows": String(rowsDone)]
    }

    package var auditObject: AuditObject {
        AuditObject(.export, String(id.rawValue), name: "Export of \(request.object.rawValue)")
    }
}

extension ImportRun {
    package var facts: AuditFacts {
        var facts: AuditFacts = ["of": kind, "file": source, "dry run": request.isDryRun ? "yes" : "no"]
        if let audience = request.audience { facts["audience"] = audience }
        return facts
    }

    package var auditObject: AuditObject { AuditObject(.import, String(id.rawValue), name: source) }
}

extension EventSource {
    /// Its keys are public, and stand in entries of their own.
    package var facts: AuditFacts {
        [
            "code": code, "name": name, "domains": domains.joined(separator: ", "), "on": isOn ? "yes" : "no",
            "takes orders": takesOrders ? "yes" : "no", "learns names": learnsNames ? "yes" : "no",
            "updates customers": updatesCustomers ? "yes" : "no",
        ]
    }

    package var auditObject: AuditObject { AuditObject(.eventSource, code, name: name) }
}

extension EventName {
    package var facts: AuditFacts { ["code": code, "name": name, "kind": kind.rawValue] }

    package var auditObject: AuditObject { AuditObject(.eventName, code, name: name) }
}
