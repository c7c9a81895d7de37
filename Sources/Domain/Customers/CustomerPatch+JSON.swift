extension CustomerPatch {
    /// Reads a customer's attributes (spec orders.md, "Customers").
    ///
    /// - Parameter externalID: The identifier from the path, where the body may leave it out.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", externalID: String? = nil,
        _ context: ReadingContext
    ) throws -> CustomerPatch {
        var object = KeyedObject<CustomerField>(.customer, base: base, externalID: externalID, context)
        try object.read(&reader, keys: rootKeys, block: ("consents", consentKeys), hasMetadata: true)
        var patch = CustomerPatch(externalID: try object.finished())
        patch.fields = object.fields
        patch.custom = object.custom
        patch.metadata = object.metadata
        return patch
    }

    private static let rootKeys = FieldKeys<CustomerField>()
    private static let consentKeys = FieldKeys<CustomerField>(block: "consents")
}

extension ProductPatch {
    /// Reads a product's attributes (spec orders.md, "Products and categories").
    ///
    /// - Parameter externalID: The identifier from the path, where the body may leave it out.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", externalID: String? = nil,
        _ context: ReadingContext
    ) throws -> ProductPatch {
        var object = KeyedObject<ProductField>(.product, base: base, externalID: externalID, context)
        try object.read(&reader, keys: rootKeys, block: nil, hasMetadata: false)
        var patch = ProductPatch(externalID: try object.finished())
        patch.fields = object.fields
        patch.custom = object.custom
        return patch
    }

    private static let rootKeys = FieldKeys<ProductField>()
}

/// Reads an object of system fields with an `external_id`, at most one block and metadata.
private struct KeyedObject<Field: SystemField> {
    var attributes: AttributeDecoder
    var externalID: String?
    var fields = FieldPatch<Field>()
    var custom = CustomPatch()
    var metadata = Patch<String>.keep
    private let object: FieldObject
    private let pathIdentifier: String?
    private var seen: Set<String> = []

    init(_ object: FieldObject, base: String, externalID: String?, _ context: ReadingContext) {
        self.object = object
        attributes = AttributeDecoder(base: base, context: context)
        pathIdentifier = externalID
    }

    mutating func read(
        _ reader: inout JSONReader, keys: FieldKeys<Field>, block: (name: String, keys: FieldKeys<Field>)?,
        hasMetadata: Bool
    ) throws {
        guard try reader.peek() == .object else {
            try reader.skip()
            throw attributes.notAnObject
        }
        try reader.object { reader, key in
            guard seen.insert(key.text).inserted else { return try attributes.repeated(key.text, &reader) }
            if "external_id" ~= key {
                let text = try attributes.text("external_id", limit: FieldType.identifierLimit, &reader)
                if case .set(let text) = text { externalID = text }
            } else if hasMetadata, "metadata" ~= key {
                metadata = try attributes.metadata("metadata", &reader)
            } else if let block, key.text == block.name {
                try nested(block.name, block.keys, &reader)
            } else if let field = keys[key] {
                try value(field, &reader)
            } else {
                try attributes.custom(key, of: object, into: &custom, &reader)
            }
        }
    }

    /// The identifier, once nothing is found wrong.
    mutating func finished() throws(Faults) -> String {
        if let pathIdentifier {
            if let externalID, externalID != pathIdentifier {
                let refusal = Refusal("fixed", "This differs from the address; an external_id cannot be changed.")
                attributes.refuse("external_id", refusal)
            }
            externalID = pathIdentifier
        }
        attributes.require("external_id", externalID)
        guard attributes.faults.isEmpty, let externalID else { throw Faults(attributes.faults) }
        return externalID
    }

    private mutating func nested(_ name: String, _ keys: FieldKeys<Field>, _ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else {
            attributes.refuse(name, Refusal("not_an_object", "This must be a JSON object."))
            return try reader.skip()
        }
        try reader.object { reader, key in
            guard seen.insert("\(name).\(key.text)").inserted else {
                return try attributes.repeated("\(name).\(key.text)", &reader)
            }
            guard let field = keys[key] else { return try attributes.unknown(key, in: "\(name).", &reader) }
            try value(field, &reader)
        }
    }

    private mutating func value(_ field: Field, _ reader: inout JSONReader) throws {
        guard let value = try attributes.value(of: field.type, field.path, &reader) else { return }
        fields.set(field, value.applied(to: nil))
    }
}
