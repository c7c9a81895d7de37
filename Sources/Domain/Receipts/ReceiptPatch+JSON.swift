extension ReceiptPatch {
    /// Reads a receipt's attributes (spec orders.md, "Receipts").
    ///
    /// - Parameter base: Where they stand in the request, for pointers.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ context: ReadingContext
    ) throws -> ReceiptPatch {
        var decoder = ReceiptDecoder(AttributeDecoder(base: base, context: context))
        try decoder.readAttributes(&reader)
        guard decoder.attributes.faults.isEmpty else { throw Faults(decoder.attributes.faults) }
        return decoder.patch
    }
}

private struct ReceiptDecoder {
    var attributes: AttributeDecoder
    var patch = ReceiptPatch(externalID: "")
    private var externalID: String?

    private static let rootKeys = FieldKeys<ReceiptField>()
    private static let lineKeys = FieldKeys<ReceiptLineField>()

    init(_ attributes: AttributeDecoder) { self.attributes = attributes }

    /// Keys that are not system fields, numbered after them.
    private enum Special: Int {
        case externalID = 40, customer, date, items, metadata, reportedAt

        init?(_ key: JSONKey) {
            switch key {
            case "external_id": self = .externalID
            case "client_external_id": self = .customer
            case "date": self = .date
            case "items": self = .items
            case "metadata": self = .metadata
            case "updated_at": self = .reportedAt
            default: return nil
            }
        }
    }

    mutating func readAttributes(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else {
            attributes.faults += attributes.notAnObject.all
            return try reader.skip()
        }
        var seen = SeenKeys()
        try reader.object { reader, key in
            if let special = Special(key) {
                guard seen.insert(special.rawValue) else { return try attributes.repeated(key.text, &reader) }
                return try read(special, &reader)
            }
            guard let field = Self.rootKeys[key] else {
                return try attributes.custom(key, of: .receipt, into: &patch.custom, &reader)
            }
            guard seen.insert(field.rawValue) else { return try attributes.repeated(field.path, &reader) }
            guard let value = try attributes.value(of: field.type, field.path, &reader) else { return }
            patch.fields.set(field, value.applied(to: nil))
        }
        attributes.require("external_id", externalID)
        patch.externalID = externalID ?? ""
    }

    private mutating func read(_ special: Special, _ reader: inout JSONReader) throws {
        let limit = FieldType.identifierLimit
        switch special {
        case .externalID:
            if case .set(let text) = try attributes.text("external_id", limit: limit, &reader) { externalID = text }
        case .customer:
            patch.customerExternalID = try attributes.text("client_external_id", limit: limit, &reader)
            if patch.customerExternalID == .clear {
                attributes.refuse("client_external_id", Refusal("required", "A receipt must have a customer."))
            }
        case .date: patch.date = try attributes.instant("date", &reader)
        case .items: patch.lines = try attributes.lines(of: .receiptLine, Self.lineKeys, &reader)
        case .metadata: patch.metadata = try attributes.metadata("metadata", &reader)
        case .reportedAt:
            if case .set(let instant) = try attributes.instant("updated_at", &reader) { patch.reportedAt = instant }
        }
    }
}
