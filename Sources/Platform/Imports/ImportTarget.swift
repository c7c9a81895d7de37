import Domain

/// An attribute of an order or a receipt that a value can be given to, by its path on the wire.
enum SaleTarget<Field: SystemField>: Hashable, Sendable {
    case customer, date, reportedAt
    /// Of orders only.
    case status(OrderStatusType)
    case attribute(FieldTarget<Field>)

    init?(path: String, _ fields: FieldBook) {
        switch path {
        case "client_external_id": self = .customer
        case "date": self = .date
        case "updated_at": self = .reportedAt
        default:
            if let type = Self.statuses.first(where: { $0.path == path }) {
                self = .status(type)
            } else if let target = FieldTarget<Field>(path: path, fields) {
                self = .attribute(target)
            } else {
                return nil
            }
        }
    }

    static func paths(_ fields: FieldBook) -> [String] {
        ["client_external_id", "date", "updated_at"] + statuses.map(\.path) + FieldTarget<Field>.paths(fields)
    }

    private static var statuses: [OrderStatusType] { Field.self == OrderField.self ? OrderStatusType.allCases : [] }
}

/// An attribute of an object that a value can be given to, by its path on the wire.
enum FieldTarget<Field: SystemField>: Hashable, Sendable {
    case externalID
    case field(Field)
    case custom(CustomField)
    case metadata(String)

    init?(path: String, _ fields: FieldBook) {
        if path == "external_id" {
            self = .externalID
        } else if let field = Field.allCases.first(where: { $0.path == path }) {
            self = .field(field)
        } else if Self.hasMetadata, let key = path.metadataKey {
            self = .metadata(key)
        } else if let field = Self.object.flatMap({ fields.custom($0, code: path) }), field.metadataPath == nil {
            self = .custom(field)
        } else {
            return nil
        }
    }

    static func paths(_ fields: FieldBook) -> [String] {
        ["external_id"] + Field.allCases.map(\.path) + (object.map(fields.sentCodes) ?? [])
            + (hasMetadata ? ["metadata.…"] : [])
    }

    private static var hasMetadata: Bool { object == .order || object == .receipt || object == .customer }

    /// The object that the system fields are of.
    private static var object: FieldObject? {
        switch Field.self {
        case is OrderField.Type: .order
        case is LineField.Type: .orderLine
        case is ReceiptField.Type: .receipt
        case is ReceiptLineField.Type: .receiptLine
        case is CustomerField.Type: .customer
        case is ProductField.Type: .product
        default: nil
        }
    }
}

extension FieldBook {
    /// The custom fields of an object that values can be given to by themselves.
    fileprivate func sentCodes(_ object: FieldObject) -> [String] {
        custom(object).filter { $0.metadataPath == nil }.map(\.code)
    }
}

extension String {
    /// What stands behind `metadata.`, where it can be written as a key without escapes.
    fileprivate var metadataKey: String? {
        guard hasPrefix("metadata.") else { return nil }
        let key = String(dropFirst(9))
        return OrderStatus.isValid(code: key) ? key : nil
    }
}
