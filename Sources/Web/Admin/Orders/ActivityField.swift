import Domain

/// A field of history in plain English: `items[577].price` is “Line 577, price”.
struct ActivityField {
    let label: String
    /// The block of the order it stands in, as a heading names it.
    let part: String
    let type: FieldType?
    let isPoints: Bool
    let statusType: OrderStatusType?
    /// Whether its values may name a person.
    let isPersonal: Bool

    /// - Parameter fields: The custom fields that there are; one that was deleted is called by its code.
    init(_ path: String, _ fields: FieldBook) {
        let custom = Self.custom(path, fields)
        statusType = OrderStatusType.allCases.first { $0.path == path }
        isPersonal = Self.personal.contains(path) || custom?.mayNamePerson == true
        if let statusType {
            part = statusType.shortLabel
            label = statusType == .general ? part : "\(part) status"
            (type, isPoints) = (nil, false)
        } else if let field = OrderField.allCases.first(where: { $0.path == path }) {
            label = Self.label(field)
            part = path.hasPrefix("delivery.") ? "Delivery" : path.hasPrefix("payment.") ? "Payment" : "Order"
            (type, isPoints) = (field.type, field == .paymentBonuses)
        } else if path.hasPrefix("items") {
            let field = Self.lineField(path)
            label = Self.lineLabel(path, field, custom)
            (part, type) = ("Lines", field?.type ?? custom?.plainType)
            isPoints = field == .bonusToCard || field == .bonusFromCard
        } else {
            switch path {
            case "client_external_id": (label, part, type) = ("Customer", "Customer", nil)
            case "date": (label, part, type) = ("Date", "Order", .instant)
            case "order_external_id": (label, part, type) = ("Order", "Link", nil)
            case "sum": (label, part, type) = ("Total", "Order", .money())
            case "metadata": (label, part, type) = ("Metadata", "Metadata", nil)
            case _ where path.hasPrefix("receipts["):
                (label, part, type) = ("Receipt \(path.dropFirst(9).dropLast())", "Receipts", nil)
            default: (label, part, type) = (custom?.name ?? path, "Order", custom?.plainType)
            }
            isPoints = false
        }
    }

    private static let personal: Set<String> = [
        OrderField.card.path, OrderField.deliveryAddress.path, OrderField.deliveryNote.path, "metadata",
    ]

    /// The identifier of a line may hold brackets and dots, and so is what stands before the last bracket.
    private static func lineParts(_ path: String) -> (id: Substring, field: Substring)? {
        guard path.hasPrefix("items["), let end = path.lastIndex(of: "]") else { return nil }
        return (path[path.index(path.startIndex, offsetBy: 6)..<end], path[path.index(after: end)...].dropFirst())
    }

    private static func lineField(_ path: String) -> LineField? {
        guard let field = lineParts(path)?.field else { return nil }
        return LineField.allCases.first { $0.path == field }
    }

    /// The custom field of the order or of a line that a path means.
    private static func custom(_ path: String, _ fields: FieldBook) -> CustomField? {
        guard !fields.isEmpty else { return nil }
        guard let line = lineParts(path) else { return fields.custom(.order, code: path) }
        return fields.custom(.orderLine, code: String(line.field))
    }

    private static func lineLabel(_ path: String, _ field: LineField?, _ custom: CustomField?) -> String {
        guard let parts = lineParts(path) else { return "Lines" }
        let id = parts.id
        if let custom { return "Line \(id), \(custom.name)" }
        guard let field else { return parts.field.isEmpty ? "Line \(id)" : "Line \(id), \(parts.field)" }
        return "Line \(id), \(label(field))"
    }

    private static func label(_ field: LineField) -> String {
        switch field {
        case .product: "product"
        case .count: "quantity"
        case .weight: "weight"
        case .sum: "sum"
        case .price: "price"
        case .discount: "discount"
        case .cashSum: "cash"
        case .bonusToCard: "points accrued"
        case .bonusFromCard: "points deducted"
        }
    }

    private static func label(_ field: OrderField) -> String {
        switch field {
        case .number: "Number"
        case .itemsCount: "Number of items"
        case .itemsSum: "Order value"
        case .unit: "Point of sale"
        case .actions: "Offers"
        case .card: "Loyalty card"
        case .deliveryType: "Delivery type"
        case .deliveryProvider: "Carrier"
        case .deliveryCountry: "Delivery country"
        case .deliveryCity: "Delivery city"
        case .deliveryAddress: "Delivery address"
        case .deliveryDate: "Delivery date"
        case .deliveryTime: "Delivery time"
        case .deliveryNote: "Delivery comment"
        case .paymentType: "Payment method"
        case .paymentProvider: "Payment provider"
        case .paymentTotal: "Total paid"
        case .paymentCash: "Cash"
        case .paymentBonuses: "Bonus points"
        case .paymentDelivery: "Delivery cost"
        case .paymentDiscount: "Discount"
        }
    }
}

extension CustomField {
    /// Whether its values may name a person: they are written freely.
    var mayNamePerson: Bool { type == .string || type == .text || type == .url }

    /// The type of system fields that its plain values are shown as; nil for those that are shown as they stand.
    fileprivate var plainType: FieldType? {
        switch type {
        case .integer, .decimal: .quantity
        case .date: .day
        case .datetime: .instant
        case .choices: .list(Int.max)
        default: nil
        }
    }
}
