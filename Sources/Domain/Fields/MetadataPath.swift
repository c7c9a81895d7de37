/// Where in an object's metadata a value stands: keys with dots between them, `utm.source`.
package struct MetadataPath: Hashable, Sendable {
    private let keys: [String]

    package init(_ text: String) {
        keys = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether a text names a place: one to eight keys, none of them empty.
    package static func isValid(_ text: String) -> Bool {
        let keys = MetadataPath(text).keys
        return text.unicodeScalars.count <= 255 && (1...8).contains(keys.count) && keys.allSatisfy { !$0.isEmpty }
    }

    /// The value of `field` in some metadata; nil where nothing stands there, or what is no value of its type.
    ///
    /// Metadata is free: what does not fit the field is kept in the metadata, and is no value of the field.
    package func value(of field: CustomField, in json: String, _ context: ReadingContext) -> CustomValue? {
        do {
            return try JSONReader.read(json.utf8) { reader in try find(keys[...], field, context, &reader) }
        } catch {
            // Stored metadata is JSON; what is not has no value.
            return nil
        }
    }

    private func find(
        _ keys: ArraySlice<String>, _ field: CustomField, _ context: ReadingContext, _ reader: inout JSONReader
    ) throws -> CustomValue? {
        guard let first = keys.first else {
            guard case .success(let value) = try field.readMetadata(&reader, context) else { return nil }
            return value
        }
        guard try reader.peek() == .object else {
            try reader.skip()
            return nil
        }
        var found: CustomValue?
        try reader.object { reader, key in
            guard key.text == first else { return try reader.skip() }
            found = try find(keys.dropFirst(), field, context, &reader)
        }
        return found
    }
}
