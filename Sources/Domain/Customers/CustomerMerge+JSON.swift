/// A wish to make one customer part of another one, as the API takes it.
package struct CustomerMergeOrder: Hashable, Sendable {
    /// The external identifier of the customer who stays.
    package var into: String

    /// Reads the attributes of a merge: `{"into":"724"}`.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ context: ReadingContext
    ) throws -> CustomerMergeOrder {
        var attributes = AttributeDecoder(base: base, context: context)
        var into: String?
        try attributes.object(&reader) { attributes, key, reader in
            guard "into" ~= key else { return try attributes.unknown(key, &reader) }
            if case .set(let text) = try attributes.text("into", limit: FieldType.identifierLimit, &reader) {
                into = text
            }
        }
        attributes.require("into", into)
        guard attributes.faults.isEmpty, let into else { throw Faults(attributes.faults) }
        return CustomerMergeOrder(into: into)
    }
}
