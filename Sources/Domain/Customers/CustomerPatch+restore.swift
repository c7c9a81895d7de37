extension CustomerPatch {
    /// All of a profile, so that registering it brings the customer back to what it is now.
    package init(restoring customer: Customer, _ book: FieldBook) {
        self.init(externalID: customer.externalID)
        fields = FieldPatch(restoring: customer.fields)
        custom = CustomPatch(restoring: customer.custom, of: .customer, book)
        metadata = Patch(customer.metadata)
    }

    /// The description as the API takes it.
    package func text(_ book: FieldBook) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("external_id", externalID)
            writer.patch(fields)
            if fields.says(block: "consents.") {
                writer.object("consents") { $0.patch(fields, block: "consents.") }
            }
            writer.patch(custom, book)
            writer.patch(metadata: metadata)
        }
        return writer.text
    }
}
