/// The system fields of an order that stand for themselves (spec orders.md, "Order").
///
/// Not here: the identifiers, the customer, the date, the three statuses, the lines and the metadata, each of which has
/// rules of its own.
package enum OrderField: Int, SystemField {
    case number, itemsCount, itemsSum, unit, actions, card
    case deliveryType, deliveryProvider, deliveryCountry, deliveryCity, deliveryAddress, deliveryDate, deliveryTime
    case deliveryNote
    case paymentType, paymentProvider, paymentTotal, paymentCash, paymentBonuses, paymentDelivery, paymentDiscount

    package static let allCases: [OrderField] = (0...20).compactMap(OrderField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    package var definition: FieldDefinition {
        switch self {
        case .number: .init("number", .text(255), "number")
        case .itemsCount: .init("items_cnt", .quantity, "items_cnt_e6")
        case .itemsSum: .init("items_sum", .money(), "items_sum_e4")
        case .unit: .init("unit", .text(255), "unit")
        case .actions: .init("actions", .list(4000), "actions")
        case .card: .init("card", .text(255), "card")
        case .deliveryType: .init("delivery.type", .text(255), "delivery_type")
        case .deliveryProvider: .init("delivery.provider", .text(255), "delivery_provider")
        case .deliveryCountry: .init("delivery.country", .text(255), "delivery_country")
        case .deliveryCity: .init("delivery.city", .text(255), "delivery_city")
        case .deliveryAddress: .init("delivery.address", .note(2000), "delivery_address")
        case .deliveryDate: .init("delivery.date", .day, "delivery_date")
        case .deliveryTime: .init("delivery.time", .text(64), "delivery_time")
        case .deliveryNote: .init("delivery.note", .note(4000), "delivery_note")
        case .paymentType: .init("payment.type", .text(255), "payment_type")
        case .paymentProvider: .init("payment.provider", .text(255), "payment_provider")
        case .paymentTotal: .init("payment.total", .money(), "payment_total_e4")
        case .paymentCash: .init("payment.cash", .money(), "payment_cash_e4")
        case .paymentBonuses: .init("payment.bonuses", .money(), "payment_bonuses_e4")
        case .paymentDelivery: .init("payment.delivery", .money(), "payment_delivery_e4")
        case .paymentDiscount: .init("payment.discount", .money(), "payment_discount_e4")
        }
    }
}

/// The system fields of an order line (spec orders.md, "Order", `items[]`).
package enum LineField: Int, SystemField {
    case product, count, weight, sum, price, discount, cashSum, bonusToCard, bonusFromCard

    package static let allCases: [LineField] = (0...8).compactMap(LineField.init(rawValue:))
    package static let forms = allCases.map(\.type.form)

    package var definition: FieldDefinition {
        switch self {
        case .product: .init("product_external_id", .text(255), "product_external_id")
        case .count: .init("cnt", .quantity, "cnt_e6")
        // The wire calls the weight `quantity`; screens say Weight.
        case .weight: .init("quantity", .quantity, "weight_e6")
        case .sum: .init("sum", .money(), "sum_e4")
        case .price: .init("price", .money(), "price_e4")
        case .discount: .init("discount", .money(), "discount_e4")
        case .cashSum: .init("cash_sum", .money(), "cash_sum_e4")
        case .bonusToCard: .init("bonus_to_card", .money(), "bonus_to_card_e4")
        case .bonusFromCard: .init("bonus_from_card", .money(), "bonus_from_card_e4")
        }
    }
}
