/// What a list of customers asks for: filters and order.
package struct CustomerQuery: Hashable, Sendable {
    /// Free text: words of the name, the email, the phone however it is typed, any identifier.
    package var text: String?
    /// Whether the text finds people by what names them or reaches them, and not by identifiers alone.
    package var findsPersonalData = true
    package var createdFrom: Instant?
    package var createdTo: Instant?
    package var updatedFrom: Instant?
    /// Compared without case and accents.
    package var city: String?
    package var country: String?
    /// Any of these answers, per channel; a channel that is absent is not looked at.
    package var consents: [ConsentChannel: Set<Consent>] = [:]
    /// Whether an order of theirs counts in analytics; nil does not look at it.
    package var hasOrders: Bool?
    /// Conditions on custom fields, all of which must hold.
    package var custom: [CustomFilter] = []
    package var sort: [CustomerSort] = CustomerSort.standard

    package init() {}
}

/// A way of writing to people that they can allow or forbid.
package enum ConsentChannel: Int, CaseIterable, Hashable, Sendable {
    case email, sms, push

    package var field: CustomerField {
        switch self {
        case .email: .emailConsent
        case .sms: .smsConsent
        case .push: .pushConsent
        }
    }
}

/// What a person answered for a channel; nothing said is *unknown*.
package enum Consent: String, CaseIterable, Hashable, Sendable {
    case unknown, subscribed, unsubscribed

    /// A small number for tables; 0 is unknown.
    var code: UInt8 {
        switch self {
        case .unknown: 0
        case .subscribed: 1
        case .unsubscribed: 2
        }
    }
}

extension Customer {
    package func consent(_ channel: ConsentChannel) -> Consent {
        fields.text(channel.field).flatMap(Consent.init) ?? .unknown
    }
}

/// One key of a list's order, and which way.
package struct CustomerSort: Hashable, Sendable {
    package enum Key: String, CaseIterable, Hashable, Sendable {
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case name
        case orderCount = "orders.count"
        case total = "orders.total"
        case lastOrder = "orders.last_date"
    }

    package var key: Key
    package var isDescending: Bool

    package init(_ key: Key, descending: Bool = false) { (self.key, isDescending) = (key, descending) }

    package static let standard = [CustomerSort(.createdAt, descending: true)]

    /// Reads `-orders.total,name`; nil when a key is unknown or stands twice.
    package static func parse(_ text: String) -> [CustomerSort]? {
        var sorts: [CustomerSort] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-")
            guard let key = Key(rawValue: String(isDescending ? part.dropFirst() : part)),
                !sorts.contains(where: { $0.key == key })
            else { return nil }
            sorts.append(CustomerSort(key, descending: isDescending))
        }
        return sorts.isEmpty ? nil : sorts
    }

    package var text: String { (isDescending ? "-" : "") + key.rawValue }
}

/// Where a page of customers begins.
package enum CustomerPlace: Hashable, Sendable {
    /// After so many rows.
    case offset(Int)
    /// After the row that a cursor names.
    case after(CustomerCursor)
}

/// The last row of a page, by what the list is sorted by: the next page begins after it, wherever that is by then.
package struct CustomerCursor: Hashable, Sendable {
    package var values: [OrderSortValue]
    package var id: Customer.ID

    package init(values: [OrderSortValue], id: Customer.ID) { (self.values, self.id) = (values, id) }
}
