import Domain

/// What a file's rows describe.
package enum ImportKind: String, CaseIterable, Hashable, Sendable {
    case orders, receipts, customers, products

    /// The feature that must be on.
    package var feature: Feature? {
        switch self {
        case .orders: .orders
        case .receipts: .receipts
        case .customers, .products: nil
        }
    }

    /// One of them: “order”.
    package var noun: String { String(rawValue.dropLast()) }

    /// All kinds in a sentence: “orders, receipts, customers or products”.
    package static var sentence: String {
        allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " or " + (allCases.last?.rawValue ?? "")
    }
}

/// Which attribute gets which value: what a mapping says, or what was guessed from a header.
struct ImportRecipe<Column: Hashable & Sendable>: Sendable {
    typealias Value = ImportValue<Column>

    var kind: ImportKind
    var order = Sale<OrderField, LineField>()
    var receipt = Sale<ReceiptField, ReceiptLineField>()
    /// The joined file whose rows are lines; nil where lines are rows of the main file, or there are none.
    var each: Column?
    var history: [Past] = []
    var customer: [Step<FieldTarget<CustomerField>>] = []
    var product: [Step<FieldTarget<ProductField>>] = []

    struct Step<Target: Sendable>: Sendable {
        var target: Target
        var value: Value
    }

    /// What makes an order or a receipt.
    struct Sale<Field: SystemField, Line: SystemField>: Sendable {
        var steps: [Step<SaleTarget<Field>>] = []
        /// What makes a line; nil where nothing is said of lines.
        var lines: [Step<FieldTarget<Line>>]?
    }

    /// A status that orders reached at the moment a value names.
    struct Past: Sendable {
        var type: OrderStatusType
        var code: String
        var at: Value
    }

    init(kind: ImportKind) { self.kind = kind }

    var hasLines: Bool { order.lines != nil || receipt.lines != nil }

    /// Where the identifier of what is made comes from; nil where nothing says it.
    var identifier: Value? {
        switch kind {
        case .orders: order.steps.first { $0.target == .attribute(.externalID) }?.value
        case .receipts: receipt.steps.first { $0.target == .attribute(.externalID) }?.value
        case .customers: customer.first { $0.target == .externalID }?.value
        case .products: product.first { $0.target == .externalID }?.value
        }
    }

    /// The same recipe with its columns found.
    ///
    /// - Parameter find: Finds a column, or a file; the last argument says whether a line's own columns come first.
    func resolved<Place>(
        _ find: (Column, _ isTable: Bool, _ inLine: Bool) throws -> Place
    ) throws -> ImportRecipe<Place> {
        func steps<Target>(
            _ steps: [Step<Target>], inLine: Bool = false
        ) throws -> [ImportRecipe<Place>.Step<Target>] {
            try steps.map { step in
                let value = try step.value.resolved { try find($0, $1, inLine) }
                return ImportRecipe<Place>.Step(target: step.target, value: value)
            }
        }
        func sale<Field, Line>(_ sale: Sale<Field, Line>) throws -> ImportRecipe<Place>.Sale<Field, Line> {
            ImportRecipe<Place>.Sale(
                steps: try steps(sale.steps), lines: try sale.lines.map { try steps($0, inLine: true) }
            )
        }
        var recipe = ImportRecipe<Place>(kind: kind)
        recipe.order = try sale(order)
        recipe.receipt = try sale(receipt)
        recipe.each = try each.map { try find($0, true, false) }
        recipe.history = try history.map { past in
            let at = try past.at.resolved { try find($0, $1, false) }
            return ImportRecipe<Place>.Past(type: past.type, code: past.code, at: at)
        }
        recipe.customer = try steps(customer)
        recipe.product = try steps(product)
        return recipe
    }
}
