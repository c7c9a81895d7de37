import Domain

/// The attributes of one object as a row says them.
struct RowAttributes<Field: SystemField> {
    private(set) var externalID: String?
    private(set) var fields = FieldPatch<Field>()
    private(set) var custom = CustomPatch()
    private var pairs: [(key: String, value: String)] = []
    /// What messages call the identifier; nil where it may be empty.
    private let identifier: String?

    init(identifier: String?) { self.identifier = identifier }

    /// Whether the row says nothing of the object.
    var isEmpty: Bool {
        (externalID ?? "").isEmpty && fields.entries.allSatisfy { $0.value == nil }
            && custom.entries.allSatisfy { $0.value == nil }
    }

    /// Reads the value of an attribute.
    mutating func read(
        _ target: FieldTarget<Field>, _ value: ImportValue<ColumnPlace>, _ scope: ImportScope,
        _ faults: inout RowFaults
    ) {
        switch target {
        case .externalID:
            if let identifier {
                externalID = faults.identifier(identifier) { () throws(Refusal) in try scope.text(value) }
            } else {
                externalID = faults.attempt("external_id") { () throws(Refusal) in
                    try FieldType.checked(try scope.text(value), limit: FieldType.identifierLimit)
                }
            }
        case .field(let field):
            let read: FieldValue?? = faults.attempt(field.path) { () throws(Refusal) in
                let places = field.type == .quantity ? FixedPoint.quantityPlaces : FixedPoint.moneyPlaces
                return try scope.reading.value(try scope.text(value, places: places), as: field.type)
            }
            if let read { fields.set(field, read) }
        case .custom(let field):
            let read: CustomValue?? = faults.attempt(field.code) { () throws(Refusal) in
                let text = try scope.text(value, places: FixedPoint.quantityPlaces)
                let value = try field.read(text: try scope.reading.text(text, for: field), scope.reading.context)
                guard value != nil || !field.isRequired else { throw CustomField.required }
                return value
            }
            if let read { custom.set(field, read) }
        case .metadata(let key):
            let text = faults.attempt("metadata.\(key)") { () throws(Refusal) in try scope.text(value) }
            if let text, !text.isEmpty { pairs.append((key, text)) }
        }
    }

    /// Metadata as JSON, keys sorted, so that the same row always is the same text; nothing said is nothing changed.
    func metadata(_ faults: inout RowFaults) -> Patch<String> {
        guard !pairs.isEmpty else { return .keep }
        var writer = JSONWriter()
        writer.object { writer in
            for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.value(value)
            }
        }
        guard writer.bytes.count <= 16 * 1024 else {
            faults.add("metadata", "This is larger than 16 KB.")
            return .keep
        }
        return .set(writer.text)
    }
}
