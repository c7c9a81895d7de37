extension CustomerPatch {
    /// Reads what a page or an app says of a customer, as far as it can be kept.
    ///
    /// A value that will not do must not cost the others, and least of all who it is. Names are those of our own API and
    /// those of the Segment convention; what is `null` is not said, and unknown names are passed over.
    ///
    /// - Parameters:
    ///   - text: A JSON object.
    ///   - externalID: Who it is, where the object does not say so.
    /// - Throws: `JSONError`, and `Refusal` for an identifier that cannot be one.
    init?(traits text: String, externalID: String? = nil, _ context: ReadingContext) throws {
        var traits = Traits(externalID: externalID, context: context)
        try JSONReader.read(text.utf8) { try traits.read(&$0) }
        guard let patch = traits.patch else { return nil }
        self = patch
    }
}

/// Gathers what is said of a customer.
private struct Traits {
    private var externalID: String?
    private let context: ReadingContext
    private let isNamed: Bool
    private var fields = FieldPatch<CustomerField>()
    private var custom = CustomPatch()
    private var wholeName: String?

    init(externalID: String?, context: ReadingContext) {
        (self.externalID, self.context, isNamed) = (externalID, context, externalID != nil)
    }

    /// The names of the Segment convention beside our own.
    private static let names: [String: CustomerField] = {
        var names: [String: CustomerField] = [
            "firstName": .firstName, "firstname": .firstName, "lastName": .lastName, "lastname": .lastName,
            "middleName": .middleName, "birthday": .birthDate, "birthDate": .birthDate, "createdAt": .registeredAt,
            "created_at": .registeredAt, "timezone": .timeZone, "timeZone": .timeZone, "language": .locale,
        ]
        for field in CustomerField.allCases { names[field.path] = field }
        return names
    }()

    mutating func read(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { return try reader.skip() }
        try reader.object { reader, key in
            let name = key.text
            switch name {
            case "external_id":
                if let said = try reader.name(), !isNamed { externalID = said }
            case "name": wholeName = try reader.shown(limit: 255)
            case "address": try block("", &reader)
            case "consents": try block("consents.", &reader)
            default:
                if let field = Self.names[name] {
                    try take(field, &reader)
                } else if let field = context.fields.custom(.customer, code: name), field.metadataPath == nil {
                    try take(field, &reader)
                } else {
                    try reader.skip()
                }
            }
        }
    }

    private mutating func block(_ prefix: String, _ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { return try reader.skip() }
        try reader.object { reader, key in
            let field = Self.names[prefix + key.text]
            // Of an address the place is kept.
            if let field, !prefix.isEmpty || field == .city || field == .country {
                try take(field, &reader)
            } else {
                try reader.skip()
            }
        }
    }

    private mutating func take(_ field: CustomerField, _ reader: inout JSONReader) throws {
        switch field.type {
        case .instant: if let moment = try reader.moment() { fields.set(field, .instant(moment)) }
        case .day: fields.takeIfSaid(field, try reader.plainText().map { String($0.trimmed.prefix(10)) })
        default: fields.takeIfSaid(field, try reader.plainText()?.trimmed)
        }
    }

    private mutating func take(_ field: CustomField, _ reader: inout JSONReader) throws {
        guard case .success(let value?) = try field.readMetadata(&reader, context) else { return }
        custom.set(field, value)
    }

    /// What was said, nil where nobody is named.
    var patch: CustomerPatch? {
        guard let externalID else { return nil }
        var patch = CustomerPatch(externalID: externalID)
        (patch.fields, patch.custom) = (fields, custom)
        let saysName = fields.entries.contains { $0.field == .firstName || $0.field == .lastName }
        if let wholeName, !saysName {
            let parts = wholeName.split(separator: " ", maxSplits: 1).map(String.init)
            patch.fields.takeIfSaid(.firstName, parts.first)
            patch.fields.takeIfSaid(.lastName, parts.count > 1 ? parts[1] : nil)
        }
        return patch
    }
}
