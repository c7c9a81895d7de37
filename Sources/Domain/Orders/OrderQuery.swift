/// What a list of orders asks for: filters, order, place (spec orders.md, "list").
package struct OrderQuery: Hashable, Sendable {
    package var dateFrom: Instant?
    package var dateTo: Instant?
    package var updatedFrom: Instant?
    /// Any of these codes, per type; a type that is absent is not looked at.
    package var statusCodes: [OrderStatusType: Set<String>] = [:]
    package var customerExternalID: String?
    package var number: String?
    package var unit: String?
    package var totalFrom: Money?
    package var totalTo: Money?
    /// Free text: number, identifiers, the customer's name, email or phone.
    package var text: String?
    /// Whether the text finds people by what names them or reaches them, and not by identifiers alone.
    package var findsPersonalData = true
    /// Conditions on custom fields of the order, all of which must hold.
    package var custom: [CustomFilter] = []
    package var sort: [OrderSort] = OrderSort.standard

    package init() {}
}

/// One key of a list's order, and which way.
package struct OrderSort: Hashable, Sendable {
    package enum Key: String, CaseIterable, Hashable, Sendable {
        case date, number, total
        case updatedAt = "updated_at"
    }

    package var key: Key
    package var isDescending: Bool

    package init(_ key: Key, descending: Bool = false) { (self.key, isDescending) = (key, descending) }

    package static let standard = [OrderSort(.date, descending: true)]

    /// Reads `-date,number`; nil when a key is unknown or stands twice.
    package static func parse(_ text: String) -> [OrderSort]? {
        var sorts: [OrderSort] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-")
            guard let key = Key(rawValue: String(isDescending ? part.dropFirst() : part)),
                !sorts.contains(where: { $0.key == key })
            else { return nil }
            sorts.append(OrderSort(key, descending: isDescending))
        }
        return sorts.isEmpty ? nil : sorts
    }

    package var text: String { (isDescending ? "-" : "") + key.rawValue }
}

/// Where a page of a list begins.
package enum PagePlace: Hashable, Sendable {
    /// After so many rows.
    case offset(Int)
    /// After the row that a cursor names.
    case after(OrderCursor)
}

/// The last row of a page, by what the list is sorted by: the next page begins after it, wherever that is by then.
package struct OrderCursor: Hashable, Sendable {
    package var values: [OrderSortValue]
    package var id: Order.ID

    package init(values: [OrderSortValue], id: Order.ID) { (self.values, self.id) = (values, id) }
}

/// A value that orders are sorted by.
package enum OrderSortValue: Hashable, Comparable, Sendable {
    case number(Int64)
    case text(String)

    /// Texts are compared byte by byte, as the index does: two spellings of “é” are two texts, each with its place.
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number, .text): true
        case (.text, .number): false
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
