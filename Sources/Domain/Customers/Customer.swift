/// A person who buys (spec orders.md, "Customers").
package struct Customer: Hashable, Sendable {
    package typealias ID = Identifier<Customer>

    package var id: ID
    /// The partner's identifier; unique.
    package var externalID: String
    package var fields = FieldValues<CustomerField>()
    package var custom = CustomValues()
    /// A JSON object as the shop wrote it.
    package var metadata: String?
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(id: ID, externalID: String, createdAt: Instant) {
        (self.id, self.externalID, self.createdAt, self.updatedAt) = (id, externalID, createdAt, createdAt)
    }

    /// First, middle and last name, or nil when none is known.
    package var fullName: String? {
        let parts = [CustomerField.firstName, .middleName, .lastName].compactMap { fields.text($0) }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}

/// The system fields of a customer.
package enum CustomerField: Int, SystemField {
    case email, phone, firstName, lastName, middleName, birthDate, gender, country, city, locale, timeZone
    case registeredAt, emailConsent, smsConsent, pushConsent

    package static let allCases: [CustomerField] = (0...14).compactMap(CustomerField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    private static let consent = FieldType.choice(["subscribed", "unsubscribed", "unknown"])

    package var definition: FieldDefinition {
        switch self {
        case .email: .init("email", .email, "email")
        case .phone: .init("phone", .phone, "phone")
        case .firstName: .init("first_name", .text(255), "first_name")
        case .lastName: .init("last_name", .text(255), "last_name")
        case .middleName: .init("middle_name", .text(255), "middle_name")
        case .birthDate: .init("birth_date", .day, "birth_date")
        case .gender: .init("gender", .text(64), "gender")
        case .country: .init("country", .text(255), "country")
        case .city: .init("city", .text(255), "city")
        case .locale: .init("locale", .text(35), "locale")
        case .timeZone: .init("time_zone", .timeZone, "time_zone")
        case .registeredAt: .init("registered_at", .instant, "registered_ms")
        case .emailConsent: .init("consents.email", Self.consent, "email_consent")
        case .smsConsent: .init("consents.sms", Self.consent, "sms_consent")
        case .pushConsent: .init("consents.push", Self.consent, "push_consent")
        }
    }
}

/// What a shop says of a customer.
package struct CustomerPatch: Hashable, Sendable {
    package var externalID: String
    package var fields = FieldPatch<CustomerField>()
    package var custom = CustomPatch()
    package var metadata: Patch<String> = .keep

    package init(externalID: String) { self.externalID = externalID }
}

extension Customer {
    /// Writes what `patch` says, and returns what changed; an identical description changes nothing.
    ///
    /// - Parameters:
    ///   - isNew: Whether defaults of custom fields are to be filled in.
    ///   - rules: The custom fields that customers have.
    package mutating func apply(
        _ patch: CustomerPatch, now: Instant, isNew: Bool = false, _ rules: CustomRules? = nil
    ) -> [OrderChange] {
        var changes: [OrderChange] = []
        patch.fields.apply(to: &fields) { field, from, to in
            changes.append(OrderChange(field.path, from: from?.plain, to: to?.plain, happenedAt: now))
        }
        if let rules {
            changes += rules.apply(patch.custom, to: &custom, isNew: isNew, metadata: patch.metadata).map { change in
                OrderChange(change.field.code, from: change.from?.plain, to: change.to?.plain, happenedAt: now)
            }
        }
        let metadata = patch.metadata.applied(to: metadata)
        if metadata != self.metadata {
            changes.append(OrderChange("metadata", from: self.metadata, to: metadata, happenedAt: now))
            self.metadata = metadata
        }
        if !changes.isEmpty {
            version += 1
            updatedAt = now
        }
        return changes
    }
}
