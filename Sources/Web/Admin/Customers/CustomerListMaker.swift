import Domain
import Platform

/// Writes what the list of customers shows: filters, totals, columns and rows.
struct CustomerListMaker {
    let asked: CustomerListQuery
    let columns: [CustomerColumn]
    let format: PageFormat

    func results(_ list: CustomerService.List, page: Int) -> CustomerListModel.Results {
        let cells = CustomerCells(format: format, columns: columns)
        let filters = activeFilters
        return CustomerListModel.Results(
            hasActiveFilters: !filters.isEmpty, activeFilters: filters, clearHref: asked.clearLink,
            hasRows: !list.customers.isEmpty, totalCount: PageFormat.count(list.total),
            buyerCount: PageFormat.count(list.buyers), buyerShare: PageFormat.share(list.buyers, of: list.total),
            orderCount: PageFormat.count(list.orders), totalValue: format.money(list.value),
            averageValue: format.average(list.value, of: list.buyers),
            isWide: columns.count > CustomerColumn.standard.count, columns: columns.map(column),
            rows: list.customers.map(cells.row),
            pager: PagerModel(
                page: page, size: CustomerListQuery.pageSize, total: list.total, link: asked.link(page:)
            )
        )
    }

    var columnChooser: OrderListModel.ColumnChooser {
        OrderListModel.ColumnChooser(
            action: Links.customerColumns, returnHref: asked.link(page: asked.page),
            options: CustomerColumn.allCases.map { column in
                OptionModel(value: column.rawValue, text: column.label, isSelected: columns.contains(column))
            }
        )
    }

    private func column(_ column: CustomerColumn) -> OrderListModel.Column {
        var model = OrderListModel.Column(label: column.label, isNumber: column.isNumber)
        guard let key = column.sortKey else { return model }
        let current = asked.query.sort.first.flatMap { $0.key == key ? $0 : nil }
        // The first click shows the latest and the largest first, the second turns the order round.
        let next = CustomerSort(key, descending: current.map { !$0.isDescending } ?? (key != .name))
        model.isSortable = true
        model.href = asked.link(sort: next.text)
        model.isAscending = current?.isDescending == false
        model.isDescending = current?.isDescending == true
        model.ariaSort = current.map { $0.isDescending ? "descending" : "ascending" } ?? "none"
        return model
    }

    // MARK: Filters

    func filters(countries: [String], cities: [String]) -> CustomerListModel.Filters {
        CustomerListModel.Filters(
            sort: asked.sortText, q: asked[.text] ?? "",
            searchHint: format.mask.isOn ? "Customer’s id" : "Name, email, phone or id", createdFrom: day(.createdFrom),
            createdTo: day(.createdTo), dateCount: count([.createdFrom, .createdTo]),
            placeCount: count([.country, .city]), country: asked[.country] ?? "", countries: countries,
            city: asked[.city] ?? "", cities: cities, ordersCount: count([.hasOrders]),
            hasOrders: [("", "All customers"), ("yes", "With an included order"), ("no", "Without one")].map {
                OptionModel(value: $0, text: $1, isSelected: asked[.hasOrders] ?? "" == $0)
            },
            consentCount: count([.email, .sms, .push]),
            consentMenus: CustomerListFilter.allCases.compactMap(consentMenu), customMenu: asked.custom.menu
        )
    }

    /// What the field shows: browsers complain of a text that is no date.
    private func day(_ name: CustomerListFilter) -> String {
        asked.refused[name] == nil ? asked[name] ?? "" : ""
    }

    private func count(_ names: [CustomerListFilter]) -> String {
        let count = names.map { asked.all($0).count }.reduce(0, +)
        return count == 0 ? "" : String(count)
    }

    private func consentMenu(_ name: CustomerListFilter) -> CustomerListModel.Filters.ConsentMenu? {
        guard let channel = name.channel else { return nil }
        return CustomerListModel.Filters.ConsentMenu(
            label: channel.name, field: name.rawValue,
            options: Consent.allCases.map { consent in
                OptionModel(
                    value: consent.rawValue, text: consent.name,
                    isSelected: asked.query.consents[channel]?.contains(consent) == true
                )
            }
        )
    }

    private var activeFilters: [OrderListModel.ActiveFilter] {
        var filters: [OrderListModel.ActiveFilter] = []
        func add(_ label: String, _ text: String, _ names: [CustomerListFilter], value: String? = nil) {
            let href = asked.link(without: names, value: value)
            filters.append(OrderListModel.ActiveFilter(label: label, text: text, removeHref: href))
        }
        if let text = asked[.text] { add("Search", text, [.text]) }
        let days: [CustomerListFilter] = [.createdFrom, .createdTo].filter {
            asked[$0] != nil && asked.refused[$0] == nil
        }
        if !days.isEmpty {
            let from = days.contains(.createdFrom) ? asked[.createdFrom] : nil
            add("Known since", format.days(from: from, to: days.contains(.createdTo) ? asked[.createdTo] : nil), days)
        }
        if let country = asked[.country] { add("Country", country, [.country]) }
        if let city = asked[.city] { add("City", city, [.city]) }
        if let hasOrders = asked.query.hasOrders { add("Orders", hasOrders ? "with" : "without", [.hasOrders]) }
        for name in CustomerListFilter.allCases {
            guard let channel = name.channel else { continue }
            for value in asked.all(name) {
                add(
                    "\(channel.name) consent", Consent(rawValue: value)?.name ?? "\(value) (unknown)", [name],
                    value: value)
            }
        }
        for (name, label) in [(CustomerListFilter.createdFrom, "Known from"), (.createdTo, "Known to")] {
            if let reason = asked.refused[name] { add(label, reason, [name]) }
        }
        return filters + asked.customChips(format)
    }
}
