/// A kind of thing that has configurable fields (spec orders.md, "Fields").
package enum FieldObject: String, CaseIterable, Hashable, Sendable {
    case customer, order
    case orderLine = "order_line"
    case receipt
    case receiptLine = "receipt_line"
    case product

    /// Whether its `metadata` can be mapped to fields.
    package var hasMetadata: Bool { self == .customer || self == .order || self == .receipt }

    /// As pages and messages call several of them.
    package var plural: String {
        switch self {
        case .customer: "Customers"
        case .order: "Orders"
        case .orderLine: "Order lines"
        case .receipt: "Receipts"
        case .receiptLine: "Receipt lines"
        case .product: "Products"
        }
    }
}

/// What values a custom field takes (spec orders.md, "Fields"); fixed once the field is made.
package enum CustomFieldType: String, CaseIterable, Hashable, Sendable {
    case string, text, integer, decimal, boolean, date, datetime, time, choice, choices, url

    /// What min and max bound.
    package enum Bound: Hashable, Sendable {
        /// The value itself.
        case value
        /// How many characters it has.
        case length
        /// How many are chosen.
        case count
    }

    /// What min and max bound; nil where there is nothing to bound.
    package var bound: Bound? {
        switch self {
        case .integer, .decimal, .date, .datetime, .time: .value
        case .string, .text: .length
        case .choices: .count
        case .boolean, .choice, .url: nil
        }
    }

    package var hasChoices: Bool { self == .choice || self == .choices }

    /// Whether values can be asked for from one to another.
    package var isOrdered: Bool { bound == .value }

    /// The most characters of a value.
    package var lengthLimit: Int {
        switch self {
        case .text: 4000
        case .url: 2048
        default: 255
        }
    }
}
