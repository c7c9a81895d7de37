extension CustomerPatch {
    /// The part of it that is not known of a customer yet.
    ///
    /// What anybody may say, as with a public key, replaces nothing that is known.
    package func filling(_ customer: Customer, _ book: FieldBook) -> CustomerPatch {
        var patch = CustomerPatch(externalID: externalID)
        for entry in fields.entries where customer.fields[entry.field] == nil {
            patch.fields.set(entry.field, entry.value)
        }
        for entry in custom.entries {
            guard let field = book.custom(entry.field), customer.custom[field] == nil else { continue }
            patch.custom.set(field, entry.value)
        }
        if customer.metadata == nil { patch.metadata = metadata }
        return patch
    }
}
