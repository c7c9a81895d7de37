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

/// What lists of customers can be sorted by.
package enum CustomerSortKey: String, SortKey {
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case name
    case orderCount = "orders.count"
    case total = "orders.total"
    case lastOrder = "orders.last_date"

    package var isText: Bool { self == .name }
}

package typealias CustomerSort = ListSort<CustomerSortKey>
package typealias CustomerCursor = ListCursor<Customer>
package typealias CustomerPlace = ListPlace<Customer>

extension ListSort where Key == CustomerSortKey {
    package static var standard: [CustomerSort] { [CustomerSort(.createdAt, descending: true)] }
}
