/// What becomes of a profile that another one becomes part of.
///
/// Pure.
package enum CustomerMergeRules {
    /// The name of the change that history has of a merge.
    package static let merged = "merged"

    /// What the target's profile takes over from the one that is merged: what it does not know itself.
    ///
    /// An answer to “may we write to you” belongs to an address: it is taken over only for the same address.
    ///
    /// - Parameter fields: The custom fields that customers have.
    package static func additions(
        from source: Customer, to target: Customer, _ fields: [CustomField] = []
    ) -> CustomerPatch {
        var patch = CustomerPatch(externalID: target.externalID)
        for field in CustomerField.allCases {
            guard let value = source.fields[field], isEmpty(field, of: target), value != unknown,
                mayTake(field, from: source, to: target)
            else { continue }
            patch.fields.set(field, value)
        }
        for field in fields where target.custom[field] == nil {
            if let value = source.custom[field] { patch.custom.set(field, value) }
        }
        if target.metadata == nil, let metadata = source.metadata { patch.metadata = .set(metadata) }
        return patch
    }

    private static let unknown = FieldValue.text(Consent.unknown.rawValue)

    private static func isEmpty(_ field: CustomerField, of customer: Customer) -> Bool {
        guard let value = customer.fields[field] else { return true }
        return isConsent(field) && value == unknown
    }

    private static func isConsent(_ field: CustomerField) -> Bool {
        ConsentChannel.allCases.contains { $0.field == field }
    }

    private static func mayTake(_ field: CustomerField, from source: Customer, to target: Customer) -> Bool {
        let address: CustomerField
        switch field {
        case .emailConsent: address = .email
        case .smsConsent: address = .phone
        default: return true
        }
        return target.fields[address] == nil || target.fields[address] == source.fields[address]
    }
}
