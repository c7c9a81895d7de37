/// The system fields of a receipt that stand for themselves (spec orders.md, "Receipts").
package enum ReceiptField: Int, SystemField {
    case number, sum, unit, card

    package static let allCases: [ReceiptField] = (0...3).compactMap(ReceiptField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    package var definition: FieldDefinition {
        switch self {
        case .number: .init("number", .text(255), "number")
        case .sum: .init("sum", .money(), "sum_e4")
        case .unit: .init("unit", .text(255), "unit")
        case .card: .init("card", .text(255), "card")
        }
    }
}

/// The system fields of a receipt's line, named as an order's are.
package enum ReceiptLineField: Int, SystemField {
    case product, count, price, sum, discount

    package static let allCases: [ReceiptLineField] = (0...4).compactMap(ReceiptLineField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    package var definition: FieldDefinition {
        switch self {
        case .product: .init("product_external_id", .text(255), "product_external_id")
        case .count: .init("cnt", .quantity, "cnt_e6")
        case .price: .init("price", .money(), "price_e4")
        case .sum: .init("sum", .money(), "sum_e4")
        case .discount: .init("discount", .money(), "discount_e4")
        }
    }
}
