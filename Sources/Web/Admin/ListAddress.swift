import Domain
import Hummingbird

/// A list's filters by the names that its address has for them, in the order in which active ones are shown.
protocol ListFilter: RawRepresentable<String>, CaseIterable, Hashable, Sendable where AllCases == [Self] {
    /// Whether several values may be asked for at once.
    var takesSeveral: Bool { get }

    /// The list that a query asks for.
    static func link(_ query: [(name: String, value: String)]) -> String
}

/// What the address of a list asks for: the filters as they were written, and as a query.
struct ListAddress<Name: ListFilter, Query: Sendable>: Sendable {
    static var pageSize: Int { 50 }

    var query: Query
    /// From 1.
    let page: Int
    /// What the list is sorted by, as the address has it.
    let sortText: String
    /// Filters that are not applied, with the reason.
    private(set) var refused: [Name: String] = [:]
    /// Filters on custom fields.
    let custom: CustomListFilters
    private let items: [(name: Name, value: String)]
    private let isSorted: Bool

    /// - Parameters:
    ///   - sort: What the list is sorted by, and whether that is not as it always is.
    ///   - object: Whose custom fields there are filters for.
    ///   - mask: How who asks sees personal data: what is masked is not found by it either.
    init(
        _ sent: QueryItems, _ query: Query, sort: (text: String, isChosen: Bool), _ object: FieldObject,
        _ reading: ReadingContext, _ mask: PersonalMask
    ) {
        items = Name.allCases.flatMap { name in
            let values = sent.all(name.rawValue)
            return (name.takesSeveral ? values : Array(values.prefix(1))).map { (name, $0) }
        }
        page = sent["page"].flatMap(Int.init).map { min(max($0, 1), 1_000_000) } ?? 1
        custom = CustomListFilters(sent, object, reading, mask)
        self.query = query
        (sortText, isSorted) = (sort.text, sort.isChosen)
    }

    subscript(name: Name) -> String? { items.first { $0.name == name }?.value }

    func all(_ name: Name) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// The page that is shown: one that is no more, since rows went or the address is old, is the last one.
    func page(of total: Int) -> Int { min(page, max(1, (total + Self.pageSize - 1) / Self.pageSize)) }

    mutating func day(_ name: Name, _ reading: ReadingContext, endOfDay: Bool = false) -> Instant? {
        guard let text = self[name] else { return nil }
        let instant = Instant(day: text, endOfDay: endOfDay, zone: reading.zone)
        if instant == nil { refused[name] = "“\(text)” is not a date, and is ignored" }
        return instant
    }

    mutating func money(_ name: Name) -> Money? {
        guard let text = self[name] else { return nil }
        let money = try? Money(parsing: text.utf8)
        if money == nil { refused[name] = "“\(text)” is not a number, and is ignored" }
        return money
    }

    // MARK: Addresses

    private var sortItem: [(name: String, value: String)] { isSorted ? [("sort", sortText)] : [] }

    private var named: [(name: String, value: String)] { items.map { ($0.name.rawValue, $0.value) } }

    /// This list, from another page on.
    func link(page: Int) -> String {
        Name.link(named + custom.items + sortItem + (page > 1 ? [("page", String(page))] : []))
    }

    /// This list in another order.
    func link(sort: String) -> String { Name.link(named + custom.items + [("sort", sort)]) }

    /// This list without some of its filters.
    func link(without removed: [Name], value: String? = nil) -> String {
        let rest = items.filter { item in
            !removed.contains(item.name) || (value != nil && item.value != value)
        }
        return Name.link(rest.map { ($0.name.rawValue, $0.value) } + custom.items + sortItem)
    }

    /// This list without a filter on a custom field, by its name in the address.
    func link(withoutField name: String) -> String {
        Name.link(named + custom.items.filter { $0.name != name } + sortItem)
    }

    /// This list for other days.
    func link(_ names: (from: Name, to: Name), from: String, to: String?) -> String {
        let rest = items.filter { $0.name != names.from && $0.name != names.to }
        let days: [(Name, String)] = [(names.from, from)] + (to.map { [(names.to, $0)] } ?? [])
        return Name.link((rest + days).map { ($0.0.rawValue, $0.1) } + custom.items + sortItem)
    }

    /// The filters as the address has them.
    var filterText: String { QueryItems.text(named + custom.items) }

    /// The list in this order without any filter.
    var clearLink: String { Name.link(sortItem) }

    /// The form that exports what this list shows.
    func exportLink(_ object: ExportObject) -> String { Links.newExport(object, named + custom.items) }

    /// The chips of filters on custom fields.
    func customChips(_ format: PageFormat) -> [OrderListModel.ActiveFilter] {
        custom.chips(format).map { chip in
            OrderListModel.ActiveFilter(
                label: chip.label, text: chip.text, removeHref: link(withoutField: chip.name))
        }
    }
}
