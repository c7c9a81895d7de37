import Domain
import Hummingbird

/// What the address of the list of receipts asks for.
typealias ReceiptListQuery = ListAddress<ReceiptListFilter, ReceiptQuery>

enum ReceiptListFilter: String, ListFilter {
    case text = "q"
    case dateFrom = "date_from"
    case dateTo = "date_to"
    case linked
    case unit
    case totalFrom = "total_from"
    case totalTo = "total_to"
    case number
    case customer = "client_external_id"
    case order = "order_external_id"

    var takesSeveral: Bool { false }

    static func link(_ query: [(name: String, value: String)]) -> String { Links.receipts(query) }
}

extension ListAddress where Name == ReceiptListFilter, Query == ReceiptQuery {
    init(_ request: Request, _ reading: ReadingContext, _ mask: PersonalMask) {
        self.init(QueryItems(request), reading, mask)
    }

    init(_ sent: QueryItems, _ reading: ReadingContext, _ mask: PersonalMask) {
        var query = ReceiptQuery()
        query.sort = sent["sort"].flatMap(OrderSort.parse) ?? OrderSort.standard
        let sort = (query.sort.map(\.text).joined(separator: ","), query.sort != OrderSort.standard)
        self.init(sent, query, sort: sort, .receipt, reading, mask)
        self.query.text = self[.text]
        self.query.findsPersonalData = !mask.isOn
        self.query.unit = self[.unit]
        self.query.number = self[.number]
        self.query.customerExternalID = self[.customer]
        self.query.orderExternalID = self[.order]
        self.query.isLinked = self[.linked].flatMap { ["yes": true, "no": false][$0] }
        self.query.dateFrom = day(.dateFrom, reading)
        self.query.dateTo = day(.dateTo, reading, endOfDay: true)
        self.query.totalFrom = money(.totalFrom)
        self.query.totalTo = money(.totalTo)
        self.query.custom = custom.filters
    }
}
