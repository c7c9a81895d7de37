import Domain
import Hummingbird

/// What the address of the list of receipts asks for: the filters as they were written, and as a query.
struct ReceiptListQuery {
    /// The names of the filters in the address, in the order in which active ones are shown.
    enum Name: String, CaseIterable {
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
    }

    static let pageSize = 50

    private(set) var query = ReceiptQuery()
    /// From 1.
    private(set) var page = 1
    /// Filters that are not applied, with the reason.
    private(set) var refused: [Name: String] = [:]
    private let items: [(name: Name, value: String)]

    init(_ request: Request, _ reading: ReadingContext) {
        let sent = QueryItems(request)
        items = Name.allCases.flatMap { name in sent.all(name.rawValue).prefix(1).map { (name, $0) } }
        page = sent["page"].flatMap(Int.init).map { min(max($0, 1), 1_000_000) } ?? 1
        query.sort = sent["sort"].flatMap(OrderSort.parse) ?? OrderSort.standard
        query.text = self[.text]
        query.unit = self[.unit]
        query.number = self[.number]
        query.customerExternalID = self[.customer]
        query.orderExternalID = self[.order]
        query.isLinked = self[.linked].flatMap { ["yes": true, "no": false][$0] }
        query.dateFrom = day(.dateFrom, reading)
        query.dateTo = day(.dateTo, reading, endOfDay: true)
        query.totalFrom = money(.totalFrom)
        query.totalTo = money(.totalTo)
    }

    subscript(name: Name) -> String? { items.first { $0.name == name }?.value }

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
        Links.receipts(items.map { ($0.name.rawValue, $0.value) } + more)
    }

    /// This list, from another page on.
    func link(page: Int) -> String { link(items, sortItem + (page > 1 ? [("page", String(page))] : [])) }

    /// This list in another order.
    func link(sort: OrderSort) -> String { link(items, [("sort", sort.text)]) }

    /// This list without some of its filters.
    func link(without removed: [Name]) -> String { link(items.filter { !removed.contains($0.name) }, sortItem) }

    /// This list for other days.
    func link(dateFrom: String, dateTo: String?) -> String {
        let rest = items.filter { $0.name != .dateFrom && $0.name != .dateTo }
        let days: [(Name, String)] = [(.dateFrom, dateFrom)] + (dateTo.map { [(.dateTo, $0)] } ?? [])
        return link(rest + days, sortItem)
    }

    /// The list in this order without any filter.
    var clearLink: String { link([], sortItem) }
}
