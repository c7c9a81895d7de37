import Domain
import Hummingbird

/// What the address of the list of orders asks for.
typealias OrderListQuery = ListAddress<OrderListFilter, OrderQuery>

enum OrderListFilter: String, ListFilter {
    case text = "q"
    case dateFrom = "date_from"
    case dateTo = "date_to"
    case status = "status_code"
    case deliveryStatus = "delivery_status_code"
    case paymentStatus = "payment_status_code"
    case unit
    case totalFrom = "total_from"
    case totalTo = "total_to"
    case number
    case customer = "client_external_id"

    init(_ type: OrderStatusType) {
        switch type {
        case .general: self = .status
        case .delivery: self = .deliveryStatus
        case .payment: self = .paymentStatus
        }
    }

    var takesSeveral: Bool { [.status, .deliveryStatus, .paymentStatus].contains(self) }

    static func link(_ query: [(name: String, value: String)]) -> String { Links.orders(query) }
}

extension ListAddress where Name == OrderListFilter, Query == OrderQuery {
    init(_ request: Request, _ reading: ReadingContext, _ mask: PersonalMask) {
        self.init(QueryItems(request), reading, mask)
    }

    init(_ sent: QueryItems, _ reading: ReadingContext, _ mask: PersonalMask) {
        var query = OrderQuery()
        query.sort = sent["sort"].flatMap(OrderSort.parse) ?? OrderSort.standard
        let sort = (query.sort.map(\.text).joined(separator: ","), query.sort != OrderSort.standard)
        self.init(sent, query, sort: sort, .order, reading, mask)
        self.query.text = self[.text]
        self.query.findsPersonalData = !mask.isOn
        self.query.unit = self[.unit]
        self.query.number = self[.number]
        self.query.customerExternalID = self[.customer]
        for type in OrderStatusType.allCases {
            let codes = Set(all(OrderListFilter(type)))
            if !codes.isEmpty { self.query.statusCodes[type] = codes }
        }
        self.query.dateFrom = day(.dateFrom, reading)
        self.query.dateTo = day(.dateTo, reading, endOfDay: true)
        self.query.totalFrom = money(.totalFrom)
        self.query.totalTo = money(.totalTo)
        self.query.custom = custom.filters
    }

    /// The form that changes the status of all that this list shows.
    var allStatusesLink: String { filterText.isEmpty ? Links.allStatuses : "\(Links.allStatuses)?\(filterText)" }
}
