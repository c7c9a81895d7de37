import Domain

extension ImportRecipe<ColumnPlace> {
    /// The customer that a row describes, or nil where faults were found.
    ///
    /// - Parameter identifier: What the order calls the person, used where the recipe does not say it.
    func customerPatch(
        _ scope: ImportScope, knownAs identifier: String? = nil, _ faults: inout RowFaults
    ) -> CustomerPatch? {
        let path = "customer.external_id"
        var row = RowAttributes<CustomerField>(identifier: path)
        for step in customer { row.read(step.target, step.value, scope, &faults) }
        if let identifier, let text = row.externalID, identifier != text {
            faults.add(path, "“\(text)” is another than client_external_id, “\(identifier)”.")
        }
        let isNamed = customer.contains { $0.target == .externalID }
        guard let externalID = isNamed ? row.externalID : identifier else { return nil }
        var patch = CustomerPatch(externalID: externalID)
        (patch.fields, patch.custom) = (row.fields, row.custom)
        patch.metadata = row.metadata(&faults)
        return patch
    }

    /// The product that a row describes, or nil where faults were found.
    func productPatch(_ scope: ImportScope, _ faults: inout RowFaults) -> ProductPatch? {
        var row = RowAttributes<ProductField>(identifier: "external_id")
        for step in product { row.read(step.target, step.value, scope, &faults) }
        guard let externalID = row.externalID else { return nil }
        var patch = ProductPatch(externalID: externalID)
        (patch.fields, patch.custom) = (row.fields, row.custom)
        return patch
    }
}
