extension AttributeDecoder {
    /// Reads the value of a custom field; a key that names none is reported as unknown.
    ///
    /// - Parameter block: What stands before the key in pointers, `items[0].`.
    mutating func custom(
        _ key: JSONKey, of object: FieldObject, in block: String = "", into patch: inout CustomPatch,
        _ reader: inout JSONReader
    ) throws {
        guard context.fields.has(object), let field = context.fields.custom(object, code: key.text) else {
            return try unknown(key, in: block, &reader)
        }
        let path = block + field.code
        guard !patch.says(field) else { return try repeated(path, &reader) }
        guard field.metadataPath == nil else {
            refuse(path, field.takenFromMetadata)
            return try reader.skip()
        }
        switch try field.read(&reader, context) {
        case .success(nil) where field.isRequired: refuse(path, CustomField.required)
        case .success(let value): patch.set(field, value)
        case .failure(let refusal): refuse(path, refusal)
        }
    }
}

extension CustomField {
    package static let required = Refusal("required", "This is required.")

    package var takenFromMetadata: Refusal {
        Refusal(
            "taken_from_metadata",
            "This is taken from the metadata, “\(metadataPath ?? "")”: send it there, or end the mapping in Settings."
        )
    }

    /// Reads a value from text into `patch`, as forms and CSV carry it; empty text clears.
    package func read(
        text: String, into patch: inout CustomPatch, _ context: ReadingContext
    ) throws(Refusal) {
        guard metadataPath == nil else { throw takenFromMetadata }
        let value = try read(text: text, context)
        guard value != nil || !isRequired else { throw Self.required }
        patch.set(self, value)
    }
}
