import Domain
import Hummingbird

/// What the address of the list asks for: the filters as they were written, and as a query.
struct OrderListQuery {
    /// The names of the filters in the address, in the order in which active ones are shown.
    enum Name: String, CaseIterable {
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
    }

    static let pageSize = 50

    private(set) var query = OrderQuery()
    /// From 1.
    private(set) var page = 1
    /// Filters that are not applied, with the reason.
    private(set) var refused: [Name: String] = [:]
    private let items: [(name: Name, value: String)]

    init(_ request: Request, _ reading: ReadingContext) { self.init(QueryItems(request), reading) }

    init(_ sent: QueryItems, _ reading: ReadingContext) {
        items = Name.allCases.flatMap { name in
            let values = sent.all(name.rawValue)
            return (name.statusType == nil ? Array(values.prefix(1)) : values).map { (name, $0) }
        }
        page = sent["page"].flatMap(Int.init).map { min(max($0, 1), 1_000_000) } ?? 1
        query.sort = sent["sort"].flatMap(OrderSort.parse) ?? OrderSort.standard
        query.text = self[.text]
        query.unit = self[.unit]
        query.number = self[.number]
        query.customerExternalID = self[.customer]
        for type in OrderStatusType.allCases {
            let codes = Set(all(Name(type)))
            if !codes.isEmpty { query.statusCodes[type] = codes }
        }
        query.dateFrom = day(.dateFrom, reading)
        query.dateTo = day(.dateTo, reading, endOfDay: true)
        query.totalFrom = money(.totalFrom)
        query.totalTo = money(.totalTo)
    }

    subscript(name: Name) -> String? { items.first { $0.name == name }?.value }

    func all(_ name: Name) -> [String] { items.filter { $0.name == name }.map(\.value) }

    var isFiltered: Bool { !items.isEmpty }

    private mutating func day(_ name: Name, _ reading: ReadingContext, endOfDay: Bool = false) -> Instant? {
        guard let text = self[name] else { return nil }
        let instant = Instant(day: text, endOfDay: endOfDay, zone: reading.zone)
        if instant == nil { refused[name] = "“\(text)” is not a date, and is ignored" }
        return instant
    }

    private mutating func money(_ name: Name) -> Money? {
        guard let text = self[name] else { return nil }
        let money = try? Money(parsing: text.utf8)
        if money == nil { refused[name] = "“\(text)” is not a number, and is ignored" }
        return money
    }

    // MARK: Addresses

    private var sortItem: [(name: String, value: String)] {
        query.sort == OrderSort.standard ? [] : [("sort", sortText)]
    }

    /// What the list is sorted by, as the address has it.
    var sortText: String { query.sort.map(\.text).joined(separator: ",") }

    private func link(_ items: [(name: Name, value: String)], _ more: [(name: String, value: String)]) -> String {
        Links.orders(items.map { ($0.name.rawValue, $0.value) } + more)
    }

    /// This list, from another page on.
    func link(page: Int) -> String { link(items, sortItem + (page > 1 ? [("page", String(page))] : [])) }

    /// This list in another order.
    func link(sort: OrderSort) -> String { link(items, [("sort", sort.text)]) }

    /// This list without some of its filters.
    func link(without removed: [Name], value: String? = nil) -> String {
        let rest = items.filter { item in
            !removed.contains(item.name) || (value != nil && item.value != value)
        }
        return link(rest, sortItem)
    }

    /// This list for other days.
    func link(dateFrom: String, dateTo: String?) -> String {
        let rest = items.filter { $0.name != .dateFrom && $0.name != .dateTo }
        let days: [(Name, String)] = [(.dateFrom, dateFrom)] + (dateTo.map { [(.dateTo, $0)] } ?? [])
        return link(rest + days, sortItem)
    }

    /// The form that exports what this list shows.
    var exportLink: String { Links.newExport(.orders, items.map { ($0.name.rawValue, $0.value) }) }

    /// The list in this order without any filter.
    var clearLink: String { link([], sortItem) }
}

extension OrderListQuery.Name {
    init(_ type: OrderStatusType) {
        switch type {
        case .general: self = .status
        case .delivery: self = .deliveryStatus
        case .payment: self = .paymentStatus
        }
    }

    /// The type whose codes this filter holds; nil for the others.
    var statusType: OrderStatusType? { OrderStatusType.allCases.first { Self($0) == self } }
}
