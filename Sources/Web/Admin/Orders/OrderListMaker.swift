import Domain
import Platform

/// Writes what the list shows: filters, totals, columns and rows.
struct OrderListMaker {
    let asked: OrderListQuery
    let columns: [OrderListColumn]
    let format: PageFormat
    let book: StatusBook
    let fields: FieldBook

    /// - Parameter mayChange: Whether orders can be chosen, to change their status.
    func results(_ list: OrderService.List, page: Int, mayChange: Bool) -> OrderListModel.Results {
        let cells = OrderCells(format: format, book: book, columns: columns)
        let filters = activeFilters
        return OrderListModel.Results(
            hasActiveFilters: !filters.isEmpty, activeFilters: filters, clearHref: asked.clearLink,
            hasRows: !list.orders.isEmpty, totalCount: PageFormat.count(list.total),
            totalValue: format.money(list.value), averageValue: format.average(list.value, of: list.total),
            includedCount: PageFormat.count(list.included),
            includedShare: PageFormat.share(list.included, of: list.total),
            includedValue: format.money(list.includedValue), isWide: columns.count > OrderListColumn.standard.count,
            columns: columns.map(column), rows: list.orders.map(cells.row),
            bulk: mayChange && !list.orders.isEmpty && !statusGroups.isEmpty ? bulk(list, page: page) : nil,
            pager: PagerModel(page: page, size: OrderListQuery.pageSize, total: list.total, link: asked.link(page:))
        )
    }

    private func bulk(_ list: OrderService.List, page: Int) -> OrderListModel.Bulk {
        OrderListModel.Bulk(
            returnHref: asked.link(page: page), groups: statusGroups, allHref: asked.allStatusesLink,
            allText: PageFormat.count(list.total, "order", "orders")
        )
    }

    var columnOptions: [OptionModel] {
        OrderListColumn.all(fields).map { column in
            OptionModel(value: column.name, text: column.label, isSelected: columns.contains(column))
        }
    }

    private func column(_ column: OrderListColumn) -> OrderListModel.Column {
        var model = OrderListModel.Column(label: column.label, isNumber: column.isNumber)
        guard let key = column.sortKey else { return model }
        let current = asked.query.sort.first.flatMap { $0.key == key ? $0 : nil }
        // The first click shows the latest and the largest first, the second turns the order round.
        let next = OrderSort(key, descending: current.map { !$0.isDescending } ?? (key != .number))
        model.isSortable = true
        model.href = asked.link(sort: next.text)
        model.isAscending = current?.isDescending == false
        model.isDescending = current?.isDescending == true
        model.ariaSort = current.map { $0.isDescending ? "descending" : "ascending" } ?? "none"
        return model
    }

    // MARK: Filters

    func filters(units: [String]) -> OrderListModel.Filters {
        OrderListModel.Filters(
            sort: asked.sortText, q: asked[.text] ?? "",
            searchHint: format.mask.isOn ? "Number or id" : "Number, id, customer, email or phone",
            dateFrom: asked[.dateFrom] ?? "", dateTo: asked[.dateTo] ?? "",
            dateCount: count([.dateFrom, .dateTo]),
            moreCount: count([.unit, .totalFrom, .totalTo, .number, .customer]),
            ranges: ranges, statusMenus: OrderStatusType.allCases.map(statusMenu), unit: asked[.unit] ?? "",
            units: units, totalFrom: asked[.totalFrom] ?? "", totalTo: asked[.totalTo] ?? "",
            orderNumber: asked[.number] ?? "", customerID: asked[.customer] ?? "", customMenu: asked.custom.menu
        )
    }

    private func count(_ names: [OrderListFilter]) -> String {
        let count = names.filter { asked[$0] != nil }.count
        return count == 0 ? "" : String(count)
    }

    private var ranges: [OrderListModel.Filters.Range] {
        let today = format.dayText()
        return [
            ("Today", today, today), ("7 days", format.dayText(adding: -6), nil),
            ("30 days", format.dayText(adding: -29), nil), ("This month", today.prefix(8) + "01", nil),
            ("This year", today.prefix(5) + "01-01", nil),
        ].map { text, from, to in
            OrderListModel.Filters.Range(text: text, href: asked.link((.dateFrom, .dateTo), from: from, to: to))
        }
    }

    private func statusMenu(_ type: OrderStatusType) -> OrderListModel.Filters.StatusMenu {
        let name = OrderListFilter(type)
        let codes = asked.all(name)
        // An archived status is offered no more, unless the list is filtered by it.
        let statuses = book.statuses(of: type).filter { !$0.isArchived || codes.contains($0.code) }
        return OrderListModel.Filters.StatusMenu(
            label: type.shortLabel, field: name.rawValue, count: codes.isEmpty ? "" : String(codes.count),
            options: statuses.map { OptionModel($0, isSelected: codes.contains($0.code)) }
        )
    }

    var activeFilters: [OrderListModel.ActiveFilter] {
        var filters: [OrderListModel.ActiveFilter] = []
        func add(_ label: String, _ text: String, _ names: [OrderListFilter], value: String? = nil) {
            let href = asked.link(without: names, value: value)
            filters.append(OrderListModel.ActiveFilter(label: label, text: text, removeHref: href))
        }
        if let text = asked[.text] { add("Search", text, [.text]) }
        let days: [OrderListFilter] = [.dateFrom, .dateTo].filter { asked[$0] != nil && asked.refused[$0] == nil }
        if !days.isEmpty {
            let from = days.contains(.dateFrom) ? asked[.dateFrom] : nil
            add("Date", format.days(from: from, to: days.contains(.dateTo) ? asked[.dateTo] : nil), days)
        }
        for type in OrderStatusType.allCases {
            let name = OrderListFilter(type)
            for code in asked.all(name) {
                add(type.shortLabel, book.status(type, code: code)?.name ?? "\(code) (unknown)", [name], value: code)
            }
        }
        if let unit = asked[.unit] { add("Point of sale", unit, [.unit]) }
        if let money = asked.query.totalFrom { add("Order value from", format.money(money), [.totalFrom]) }
        if let money = asked.query.totalTo { add("Order value to", format.money(money), [.totalTo]) }
        if let number = asked[.number] { add("Number", number, [.number]) }
        if let customer = asked[.customer] { add("Customer id", customer, [.customer]) }
        for name in OrderListFilter.allCases {
            if let reason = asked.refused[name] { add(name.refusedLabel, reason, [name]) }
        }
        return filters + asked.customChips(format)
    }
}

extension OrderListFilter {
    fileprivate var refusedLabel: String {
        switch self {
        case .dateFrom: "Date from"
        case .dateTo: "Date to"
        case .totalFrom: "Order value from"
        default: "Order value to"
        }
    }
}

extension OrderStatusType {
    /// As columns and menus call it.
    var shortLabel: String {
        switch self {
        case .general: "Status"
        case .delivery: "Delivery"
        case .payment: "Payment"
        }
    }
}

extension OptionModel {
    /// A status to choose.
    init(_ status: OrderStatus, isSelected: Bool) {
        self.init(value: status.code, text: status.name, color: status.color.rawValue, isSelected: isSelected)
    }
}
