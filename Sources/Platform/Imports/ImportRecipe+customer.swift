import Domain

extension ImportRecipe<ColumnPlace> {
    /// The customer that a row describes, or nil where faults were found.
    ///
    /// - Parameter identifier: What the order calls the person, used where the recipe does not say it.
    func customerPatch(
        _ scope: ImportScope, knownAs identifier: String? = nil, _ faults: inout RowFaults
    ) -> CustomerPatch? {
        var patch = CustomerPatch(externalID: identifier ?? "")
        var metadata: [(String, String)] = []
        for step in customer {
            switch step.target {
            case .externalID:
                let path = "customer.external_id"
                let text = faults.identifier(path) { () throws(Refusal) in try scope.text(step.value) }
                guard let text else { return nil }
                if let identifier, identifier != text {
                    faults.add(path, "“\(text)” is another than client_external_id, “\(identifier)”.")
                }
                patch.externalID = text
            case .field(let field):
                if let value = faults.value(of: step.value, field, scope) { patch.fields.set(field, value) }
            case .custom(let field): faults.set(field, to: step.value, in: &patch.custom, scope)
            case .metadata(let key):
                let text = faults.attempt("metadata.\(key)") { () throws(Refusal) in try scope.text(step.value) }
                if let text, !text.isEmpty { metadata.append((key, text)) }
            }
        }
        if !metadata.isEmpty { patch.metadata = faults.metadata(metadata) }
        return patch.externalID.isEmpty ? nil : patch
    }

    /// The product that a row describes, or nil where faults were found.
    func productPatch(_ scope: ImportScope, _ faults: inout RowFaults) -> ProductPatch? {
        var patch = ProductPatch(externalID: "")
        for step in product {
            switch step.target {
            case .externalID:
                patch.externalID =
                    faults.identifier("external_id") { () throws(Refusal) in try scope.text(step.value) } ?? ""
            case .field(let field):
                if let value = faults.value(of: step.value, field, scope) { patch.fields.set(field, value) }
            case .custom(let field): faults.set(field, to: step.value, in: &patch.custom, scope)
            case .metadata: break  // products have none
            }
        }
        return patch.externalID.isEmpty ? nil : patch
    }
}

extension RowFaults {
    /// Reads a field's value; `.some(nil)` is an empty one, nil one that was refused.
    mutating func value<Field: SystemField>(
        of value: ImportValue<ColumnPlace>, _ field: Field, _ scope: ImportScope
    ) -> FieldValue?? {
        attempt(field.path) { () throws(Refusal) in
            let places = field.type == .quantity ? FixedPoint.quantityPlaces : FixedPoint.moneyPlaces
            return try scope.reading.value(try scope.text(value, places: places), as: field.type)
        }
    }

    /// Reads a custom field's value into a description.
    mutating func set(
        _ field: CustomField, to value: ImportValue<ColumnPlace>, in patch: inout CustomPatch, _ scope: ImportScope
    ) {
        let read = attempt(field.code) { () throws(Refusal) in
            let text = try scope.text(value, places: FixedPoint.quantityPlaces)
            return try field.read(text: try scope.reading.text(text, for: field), scope.reading.context)
        }
        guard let value = read else { return }
        if value == nil, field.isRequired {
            add(field.code, CustomField.required.detail)
        } else {
            patch.set(field, value)
        }
    }

    /// Writes metadata as JSON, keys sorted, so that the same row always is the same text.
    mutating func metadata(_ pairs: [(String, String)]) -> Patch<String> {
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
                writer.key(key)
                writer.value(value)
            }
        }
        guard writer.bytes.count <= 16 * 1024 else {
            add("metadata", "This is larger than 16 KB.")
            return .keep
        }
        return .set(writer.text)
    }
}
