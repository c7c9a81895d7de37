import Domain
import Hummingbird

/// A column that the list of orders can show.
enum OrderColumn: String, CaseIterable {
    case number, date, customer, status, delivery, payment, items, total, unit, updated
    case paymentType = "payment_type"
    case paymentProvider = "payment_provider"
    case paymentTotal = "payment_total"
    case discount
    case deliveryType = "delivery_type"
    case deliveryProvider = "delivery_provider"
    case city
    case deliveryDate = "delivery_date"
    case offers, card
    case arrived

    static let standard: [OrderColumn] = [
        .number, .date, .customer, .status, .delivery, .payment, .items, .total, .unit, .updated,
    ]

    var label: String {
        switch self {
        case .number: "Number"
        case .date: "Date"
        case .customer: "Customer"
        case .status: "Status"
        case .delivery: "Delivery"
        case .payment: "Payment"
        case .items: "Items"
        case .total: "Total"
        case .unit: "Point of sale"
        case .updated: "Updated"
        case .paymentType: "Payment method"
        case .paymentProvider: "Payment provider"
        case .paymentTotal: "Total paid"
        case .discount: "Discount"
        case .deliveryType: "Delivery type"
        case .deliveryProvider: "Carrier"
        case .city: "City"
        case .deliveryDate: "Delivery date"
        case .offers: "Offers"
        case .card: "Loyalty card"
        case .arrived: "Arrived"
        }
    }

    var isNumber: Bool {
        switch self {
        case .items, .total, .paymentTotal, .discount: true
        default: false
        }
    }

    /// What the list is sorted by under this column; nil where it cannot be.
    var sortKey: OrderSortKey? {
        switch self {
        case .number: .number
        case .date: .date
        case .total: .total
        case .updated: .updatedAt
        default: nil
        }
    }

}

/// A column of the list: one that every project has, or a custom field.
enum OrderListColumn: Hashable {
    case system(OrderColumn)
    case custom(CustomField)

    static let standard = OrderColumn.standard.map(OrderListColumn.system)

    /// All that can be chosen, in their order.
    static func all(_ fields: FieldBook) -> [OrderListColumn] {
        OrderColumn.allCases.map(OrderListColumn.system) + fields.custom(.order).map(OrderListColumn.custom)
    }

    /// What it is called in forms and cookies; no column of the system begins so.
    var name: String {
        switch self {
        case .system(let column): column.rawValue
        case .custom(let field): "f-\(field.code)"
        }
    }

    var label: String {
        switch self {
        case .system(let column): column.label
        case .custom(let field): field.name
        }
    }

    var isNumber: Bool {
        switch self {
        case .system(let column): column.isNumber
        case .custom(let field): field.type == .integer || field.type == .decimal
        }
    }

    var sortKey: OrderSortKey? {
        if case .system(let column) = self { column.sortKey } else { nil }
    }

    // MARK: The choice of columns

    private static let cookieName = "columns"

    /// The columns that this browser chose.
    static func chosen(_ request: Request, _ fields: FieldBook) -> [OrderListColumn] {
        let names = request.cookies[cookieName]?.value.split(separator: ".").map(String.init) ?? []
        let columns = all(fields).filter { names.contains($0.name) }
        return columns.isEmpty ? standard : columns
    }

    /// Remembers a choice for a year; an empty one is the standard.
    static func cookie(_ columns: [OrderListColumn]) -> Cookie {
        Cookie(
            name: cookieName, value: columns.map(\.name).joined(separator: "."),
            maxAge: columns.isEmpty ? 0 : 365 * 86_400, path: "/", httpOnly: true, sameSite: .lax
        )
    }
}
