import Domain
import Hummingbird

/// What the address of the list of customers asks for.
typealias CustomerListQuery = ListAddress<CustomerListFilter, CustomerQuery>

enum CustomerListFilter: String, ListFilter {
    case text = "q"
    case createdFrom = "created_from"
    case createdTo = "created_to"
    case country, city
    case hasOrders = "has_orders"
    case email = "consents.email"
    case sms = "consents.sms"
    case push = "consents.push"

    /// The channel whose answers this filter holds; nil for the others.
    var channel: ConsentChannel? {
        switch self {
        case .email: .email
        case .sms: .sms
        case .push: .push
        default: nil
        }
    }

    var takesSeveral: Bool { channel != nil }

    static func link(_ query: [(name: String, value: String)]) -> String { Links.customers(query) }
}

extension ListAddress where Name == CustomerListFilter, Query == CustomerQuery {
    init(_ request: Request, _ reading: ReadingContext, _ mask: PersonalMask) {
        self.init(QueryItems(request), reading, mask)
    }

    init(_ sent: QueryItems, _ reading: ReadingContext, _ mask: PersonalMask) {
        var query = CustomerQuery()
        query.sort = sent["sort"].flatMap(CustomerSort.parse) ?? CustomerSort.standard
        let sort = (query.sort.map(\.text).joined(separator: ","), query.sort != CustomerSort.standard)
        self.init(sent, query, sort: sort, .customer, reading, mask)
        self.query.text = self[.text]
        self.query.findsPersonalData = !mask.isOn
        self.query.country = self[.country]
        self.query.city = self[.city]
        self.query.hasOrders = self[.hasOrders].flatMap { ["yes": true, "no": false][$0] }
        for name in CustomerListFilter.allCases {
            guard let channel = name.channel else { continue }
            let consents = Set(all(name).compactMap(Consent.init))
            if !consents.isEmpty { self.query.consents[channel] = consents }
        }
        self.query.createdFrom = day(.createdFrom, reading)
        self.query.createdTo = day(.createdTo, reading, endOfDay: true)
        self.query.custom = custom.filters
    }
}
