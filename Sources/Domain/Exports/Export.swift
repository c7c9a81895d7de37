/// What can be exported (spec orders.md, "export").
package enum ExportObject: String, CaseIterable, Codable, Hashable, Sendable {
    case orders
    case orderLines = "order_lines"
    case customers
    case receipts
    case receiptLines = "receipt_lines"
    case products

    /// The feature it belongs to, if it can be switched off.
    package var feature: Feature? {
        switch self {
        case .orders, .orderLines: .orders
        case .receipts, .receiptLines: .receipts
        case .customers, .products: nil
        }
    }
}

/// What file an export becomes.
package enum ExportFormat: String, CaseIterable, Codable, Hashable, Sendable {
    case csv, xlsx, ndjson
}

/// What stands between the values of a CSV.
package enum ExportSeparator: String, CaseIterable, Codable, Hashable, Sendable {
    case comma, semicolon, tab

    package var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        }
    }
}

/// What a caller wants exported.
package struct ExportRequest: Codable, Hashable, Sendable {
    package var object: ExportObject
    package var format: ExportFormat
    /// Paths of columns in their order; empty for the standard ones.
    package var columns: [String] = []
    /// The list's filters, by their names on the wire.
    package var filters: [String: String] = [:]
    package var separator = ExportSeparator.comma
    /// Whether a CSV begins with a byte order mark, by which Excel knows UTF-8.
    package var hasByteOrderMark = false

    package init(_ object: ExportObject, _ format: ExportFormat = .csv) {
        (self.object, self.format) = (object, format)
    }
}

extension ExportRequest {
    /// The code of the segment whose customers, or whose customers' rows, are wanted; nil for everybody.
    ///
    /// Products are nobody's.
    package var segment: String? { object == .products ? nil : filters["segment"] }

    /// The same for everybody, with the filters that lists have.
    package var withoutSegment: ExportRequest {
        var request = self
        if segment != nil { request.filters["segment"] = nil }
        return request
    }
}

/// A column that an export may have.
package struct ExportColumn: Hashable, Sendable {
    /// What a cell holds, and so how it is written.
    package enum Kind: Hashable, Sendable {
        case text
        /// A date of the calendar, `YYYY-MM-DD`.
        case day
        /// JSON as the shop wrote it.
        case json
        case integer
        /// Counted in units of 10⁻ᵖˡᵃᶜᵉˢ.
        case decimal(places: Int)
        case instant
        /// Milliseconds of a date's midnight in UTC.
        case midnight
        /// A time of day, in seconds.
        case clock
        case boolean
        /// A status by its identifier; its code is written.
        case status
    }

    /// The name on the wire, which is the head of the column: what was exported can be imported.
    package var path: String
    package var kind: Kind
    /// Whether it stands in an export that names no columns.
    package var isStandard: Bool

    package init(_ path: String, _ kind: Kind, isStandard: Bool = true) {
        (self.path, self.kind, self.isStandard) = (path, kind, isStandard)
    }
}

extension ExportObject {
    /// Whose fields its columns are.
    package var fieldObject: FieldObject {
        switch self {
        case .orders: .order
        case .orderLines: .orderLine
        case .customers: .customer
        case .receipts: .receipt
        case .receiptLines: .receiptLine
        case .products: .product
        }
    }

    /// What stands before a field's code in the path of a column.
    package var prefix: String { self == .orderLines || self == .receiptLines ? "items." : "" }
}

extension ExportColumn.Kind {
    /// What a cell of a custom field holds.
    package init(_ type: CustomFieldType) {
        switch type {
        case .integer: self = .integer
        case .decimal: self = .decimal(places: FixedPoint.quantityPlaces)
        case .boolean: self = .boolean
        case .date: self = .midnight
        case .datetime: self = .instant
        case .time: self = .clock
        case .string, .text, .choice, .choices, .url: self = .text
        }
    }

    /// What a cell of a system field holds.
    package init(_ type: FieldType) {
        switch type {
        case .money: self = .decimal(places: FixedPoint.moneyPlaces)
        case .quantity: self = .decimal(places: FixedPoint.quantityPlaces)
        case .instant: self = .instant
        case .day: self = .day
        default: self = .text
        }
    }
}
