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

    package var path: String { description.path }
    package var type: FieldType { description.type }
    package var column: String { description.column }

    private var description: (path: String, type: FieldType, column: String) {
        switch self {
        case .number: ("number", .text(255), "number")
        case .itemsCount: ("items_cnt", .quantity, "items_cnt_e6")
        case .itemsSum: ("items_sum", .money(), "items_sum_e4")
        case .unit: ("unit", .text(255), "unit")
        case .actions: ("actions", .list(4000), "actions")
        case .card: ("card", .text(255), "card")
        case .deliveryType: ("delivery.type", .text(255), "delivery_type")
        case .deliveryProvider: ("delivery.provider", .text(255), "delivery_provider")
        case .deliveryCountry: ("delivery.country", .text(255), "delivery_country")
        case .deliveryCity: ("delivery.city", .text(255), "delivery_city")
        case .deliveryAddress: ("delivery.address", .note(2000), "delivery_address")
        case .deliveryDate: ("delivery.date", .day, "delivery_date")
        case .deliveryTime: ("delivery.time", .text(64), "delivery_time")
        case .deliveryNote: ("delivery.note", .note(4000), "delivery_note")
        case .paymentType: ("payment.type", .text(255), "payment_type")
        case .paymentProvider: ("payment.provider", .text(255), "payment_provider")
        case .paymentTotal: ("payment.total", .money(), "payment_total_e4")
        case .paymentCash: ("payment.cash", .money(), "payment_cash_e4")
        case .paymentBonuses: ("payment.bonuses", .money(), "payment_bonuses_e4")
        case .paymentDelivery: ("payment.delivery", .money(), "payment_delivery_e4")
        case .paymentDiscount: ("payment.discount", .money(), "payment_discount_e4")
        }
    }
}

/// The system fields of an order line (spec orders.md, "Order", `items[]`).
package enum LineField: Int, SystemField {
    case product, count, weight, sum, price, discount, cashSum, bonusToCard, bonusFromCard

    package static let allCases: [LineField] = (0...8).compactMap(LineField.init(rawValue:))

    package var path: String { description.path }
    package var type: FieldType { description.type }
    package var column: String { description.column }

    private var description: (path: String, type: FieldType, column: String) {
        switch self {
        case .product: ("product_external_id", .text(255), "product_external_id")
        case .count: ("cnt", .quantity, "cnt_e6")
        // The wire calls the weight `quantity`; screens say Weight.
        case .weight: ("quantity", .quantity, "weight_e6")
        case .sum: ("sum", .money(), "sum_e4")
        case .price: ("price", .money(), "price_e4")
        case .discount: ("discount", .money(), "discount_e4")
        case .cashSum: ("cash_sum", .money(), "cash_sum_e4")
        case .bonusToCard: ("bonus_to_card", .money(), "bonus_to_card_e4")
        case .bonusFromCard: ("bonus_from_card", .money(), "bonus_from_card_e4")
        }
    }
}
