import Domain
import Hummingbird

/// What the address of the list of customers asks for: the filters as they were written, and as a query.
struct CustomerListQuery {
    /// The names of the filters in the address, in the order in which active ones are shown.
    enum Name: String, CaseIterable {
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
    }

    static let pageSize = 50

    private(set) var query = CustomerQuery()
    /// From 1.
    private(set) var page = 1
    /// Filters that are not applied, with the reason.
    private(set) var refused: [Name: String] = [:]
    private let items: [(name: Name, value: String)]

    init(_ request: Request, _ reading: ReadingContext) { self.init(QueryItems(request), reading) }

    init(_ sent: QueryItems, _ reading: ReadingContext) {
        items = Name.allCases.flatMap { name in
            let values = sent.all(name.rawValue)
            return (name.channel == nil ? Array(values.prefix(1)) : values).map { (name, $0) }
        }
        page = sent["page"].flatMap(Int.init).map { min(max($0, 1), 1_000_000) } ?? 1
        query.sort = sent["sort"].flatMap(CustomerSort.parse) ?? CustomerSort.standard
        query.text = self[.text]
        query.country = self[.country]
        query.city = self[.city]
        query.hasOrders = self[.hasOrders].flatMap { ["yes": true, "no": false][$0] }
        for name in Name.allCases {
            guard let channel = name.channel else { continue }
            let consents = Set(all(name).compactMap(Consent.init))
            if !consents.isEmpty { query.consents[channel] = consents }
        }
        query.createdFrom = day(.createdFrom, reading)
        query.createdTo = day(.createdTo, reading, endOfDay: true)
    }

    subscript(name: Name) -> String? { items.first { $0.name == name }?.value }

    func all(_ name: Name) -> [String] { items.filter { $0.name == name }.map(\.value) }

    private mutating func day(_ name: Name, _ reading: ReadingContext, endOfDay: Bool = false) -> Instant? {
        guard let text = self[name] else { return nil }
        let instant = Instant(day: text, endOfDay: endOfDay, zone: reading.zone)
        if instant == nil { refused[name] = "“\(text)” is not a date, and is ignored" }
        return instant
    }

    // MARK: Addresses

    private var sortItem: [(name: String, value: String)] {
        query.sort == CustomerSort.standard ? [] : [("sort", sortText)]
    }

    /// What the list is sorted by, as the address has it.
    var sortText: String { query.sort.map(\.text).joined(separator: ",") }

    private func link(_ items: [(name: Name, value: String)], _ more: [(name: String, value: String)]) -> String {
        Links.customers(items.map { ($0.name.rawValue, $0.value) } + more)
    }

    /// This list, from another page on.
    func link(page: Int) -> String { link(items, sortItem + (page > 1 ? [("page", String(page))] : [])) }

    /// This list in another order.
    func link(sort: CustomerSort) -> String { link(items, [("sort", sort.text)]) }

    /// This list without some of its filters.
    func link(without removed: [Name], value: String? = nil) -> String {
        let rest = items.filter { item in
            !removed.contains(item.name) || (value != nil && item.value != value)
        }
        return link(rest, sortItem)
    }

    /// The list in this order without any filter.
    var clearLink: String { link([], sortItem) }
}
