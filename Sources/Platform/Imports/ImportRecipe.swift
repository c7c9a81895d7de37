import Domain

/// What a file's rows describe.
package enum ImportKind: String, CaseIterable, Hashable, Sendable {
    case orders, customers, products

    /// The feature that must be on.
    var feature: Feature? {
        switch self {
        case .orders: .orders
        case .customers, .products: nil
        }
    }
}

/// Which attribute gets which value: what a mapping says, or what was guessed from a header.
struct ImportRecipe<Column: Hashable & Sendable>: Sendable {
    typealias Value = ImportValue<Column>

    var kind: ImportKind
    var order: [Step<OrderTarget>] = []
    var lines: Lines?
    var history: [Past] = []
    var customer: [Step<FieldTarget<CustomerField>>] = []
    var product: [Step<FieldTarget<ProductField>>] = []

    struct Step<Target: Sendable>: Sendable {
        var target: Target
        var value: Value
    }

    struct Lines: Sendable {
        /// The joined file whose rows are lines; nil where they are rows of the main file.
        var each: Column?
        var steps: [Step<FieldTarget<LineField>>]
    }

    /// A status that orders reached at the moment a value names.
    struct Past: Sendable {
        var type: OrderStatusType
        var code: String
        var at: Value
    }

    init(kind: ImportKind) { self.kind = kind }

    /// The same recipe with its columns found.
    ///
    /// - Parameter find: Finds a column, or a file; the last argument says whether a line's own columns come first.
    func resolved<Place>(
        _ find: (Column, _ isTable: Bool, _ inLine: Bool) throws -> Place
    ) throws -> ImportRecipe<Place> {
        func step<Target>(
            _ step: Step<Target>, inLine: Bool = false
        ) throws -> ImportRecipe<Place>.Step<Target> {
            let value = try step.value.resolved { try find($0, $1, inLine) }
            return ImportRecipe<Place>.Step(target: step.target, value: value)
        }
        var recipe = ImportRecipe<Place>(kind: kind)
        recipe.order = try order.map { try step($0) }
        recipe.lines = try lines.map { lines in
            ImportRecipe<Place>.Lines(
                each: try lines.each.map { try find($0, true, false) },
                steps: try lines.steps.map { try step($0, inLine: true) }
            )
        }
        recipe.history = try history.map { past in
            let at = try past.at.resolved { try find($0, $1, false) }
            return ImportRecipe<Place>.Past(type: past.type, code: past.code, at: at)
        }
        recipe.customer = try customer.map { try step($0) }
        recipe.product = try product.map { try step($0) }
        return recipe
    }
}

/// An attribute of an order that a value can be given to, by its path on the wire.
enum OrderTarget: Hashable, Sendable {
    case externalID, customer, date, reportedAt
    case status(OrderStatusType)
    case field(OrderField)
    case custom(CustomField)
    case metadata(String)

    init?(path: String, _ fields: FieldBook) {
        switch path {
        case "external_id": self = .externalID
        case "client_external_id": self = .customer
        case "date": self = .date
        case "updated_at": self = .reportedAt
        default:
            if let type = OrderStatusType.allCases.first(where: { $0.path == path }) {
                self = .status(type)
            } else if let field = OrderField.allCases.first(where: { $0.path == path }) {
                self = .field(field)
            } else if let key = path.metadataKey {
                self = .metadata(key)
            } else if let field = fields.custom(.order, code: path), field.metadataPath == nil {
                self = .custom(field)
            } else {
                return nil
            }
        }
    }

    static func paths(_ fields: FieldBook) -> [String] {
        ["external_id", "client_external_id", "date", "updated_at"] + OrderStatusType.allCases.map(\.path)
            + OrderField.allCases.map(\.path) + fields.sentCodes(.order) + ["metadata.…"]
    }
}

/// An attribute of a line, customer or product that a value can be given to.
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
        } else if Field.self == CustomerField.self, let key = path.metadataKey {
            self = .metadata(key)
        } else if let field = Self.object.flatMap({ fields.custom($0, code: path) }), field.metadataPath == nil {
            self = .custom(field)
        } else {
            return nil
        }
    }

    static func paths(_ fields: FieldBook) -> [String] {
        ["external_id"] + Field.allCases.map(\.path) + (object.map(fields.sentCodes) ?? [])
            + (Field.self == CustomerField.self ? ["metadata.…"] : [])
    }

    /// The object that the system fields are of.
    private static var object: FieldObject? {
        switch Field.self {
        case is CustomerField.Type: .customer
        case is LineField.Type: .orderLine
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
