import Domain
import Platform

/// Writes what the list of receipts shows: filters, totals, columns and rows.
struct ReceiptListMaker {
    let asked: ReceiptListQuery
    let format: PageFormat
    /// Whether orders are switched on, and so links to them shown.
    let hasLinks: Bool

    private enum Column: CaseIterable {
        case number, date, customer, order, unit, total, updated

        var label: String {
            switch self {
            case .number: "Number"
            case .date: "Date"
            case .customer: "Customer"
            case .order: "Order"
            case .unit: "Point of sale"
            case .total: "Total"
            case .updated: "Updated"
            }
        }

        var sortKey: OrderSortKey? {
            switch self {
            case .number: .number
            case .date: .date
            case .total: .total
            case .updated: .updatedAt
            case .customer, .order, .unit: nil
            }
        }
    }

    private var columns: [Column] { Column.allCases.filter { $0 != .order || hasLinks } }

    func results(_ list: ReceiptService.List, page: Int) -> ReceiptListModel.Results {
        let filters = activeFilters
        return ReceiptListModel.Results(
            hasActiveFilters: !filters.isEmpty, activeFilters: filters, clearHref: asked.clearLink,
            hasRows: !list.receipts.isEmpty, totalCount: PageFormat.count(list.total),
            totalValue: format.money(list.value), averageValue: format.average(list.value, of: list.total),
            hasLinks: hasLinks, linkedCount: PageFormat.count(list.linked),
            linkedShare: PageFormat.share(list.linked, of: list.total), linkedValue: format.money(list.linkedValue),
            columns: columns.map(column), rows: list.receipts.map(row),
            pager: PagerModel(page: page, size: ReceiptListQuery.pageSize, total: list.total, link: asked.link(page:))
        )
    }

    private func column(_ column: Column) -> OrderListModel.Column {
        var model = OrderListModel.Column(label: column.label, isNumber: column == .total)
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

    private func row(_ stored: StoredReceipt) -> OrderListModel.Row {
        let receipt = stored.receipt
        return OrderListModel.Row(
            id: receipt.externalID, version: String(receipt.version), href: Links.receipt(receipt.externalID),
            cells: columns.map { cell($0, stored) }
        )
    }

    private func cell(_ column: Column, _ stored: StoredReceipt) -> OrderListModel.Cell {
        let receipt = stored.receipt
        typealias Cell = OrderListModel.Cell
        switch column {
        case .number:
            let number = receipt.fields.text(.number)
            return Cell(
                label: column.label, css: "is-lead", text: number ?? receipt.externalID, kind: .link,
                href: Links.receipt(receipt.externalID), detail: number == nil ? "" : receipt.externalID
            )
        case .date:
            return Cell(
                label: column.label, css: "is-date is-soft", text: format.short(receipt.date), kind: .moment,
                iso: receipt.date.rfc3339, title: format.exact(receipt.date)
            )
        case .customer:
            return Cell(
                label: column.label, css: "is-customer",
                text: stored.customerExternalID.isEmpty
                    ? "Erased customer" : stored.customerName.map(format.mask.name) ?? stored.customerExternalID,
                detail: stored.customerName == nil ? "" : stored.customerExternalID
            )
        case .order:
            guard let order = stored.orderExternalID else {
                return Cell(label: column.label, css: "is-empty is-soft", text: PageFormat.none)
            }
            return Cell(label: column.label, css: "", text: order, kind: .link, href: Links.order(order))
        case .unit:
            let unit = receipt.fields.text(.unit)
            return Cell(
                label: column.label, css: unit == nil ? "is-unit is-empty" : "is-unit", text: unit ?? PageFormat.none)
        case .total:
            return Cell(label: column.label, css: "is-number is-total is-strong", text: format.money(receipt.value))
        case .updated:
            return Cell(
                label: column.label, css: "is-soft is-updated", text: format.relative(receipt.updatedAt), kind: .moment,
                iso: receipt.updatedAt.rfc3339, title: format.exact(receipt.updatedAt)
            )
        }
    }

    // MARK: Filters

    func filters(units: [String]) -> ReceiptListModel.Filters {
        ReceiptListModel.Filters(
            sort: asked.sortText, q: asked[.text] ?? "",
            searchHint: format.mask.isOn ? "Number or id" : "Number, id, customer, email or phone",
            dateFrom: asked[.dateFrom] ?? "", dateTo: asked[.dateTo] ?? "",
            dateCount: count([.dateFrom, .dateTo]),
            moreCount: count([.unit, .totalFrom, .totalTo, .number, .customer, .order]), ranges: ranges,
            hasLinks: hasLinks, linkedCount: asked.query.isLinked == nil ? "" : "1", isAny: asked.query.isLinked == nil,
            isLinked: asked.query.isLinked == true, isUnlinked: asked.query.isLinked == false,
            unit: asked[.unit] ?? "", units: units, totalFrom: asked[.totalFrom] ?? "",
            totalTo: asked[.totalTo] ?? "", receiptNumber: asked[.number] ?? "", customerID: asked[.customer] ?? "",
            orderID: asked[.order] ?? "", customMenu: asked.custom.menu
        )
    }

    private func count(_ names: [ReceiptListFilter]) -> String {
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

    private var activeFilters: [OrderListModel.ActiveFilter] {
        var filters: [OrderListModel.ActiveFilter] = []
        func add(_ label: String, _ text: String, _ names: [ReceiptListFilter]) {
            let href = asked.link(without: names)
            filters.append(OrderListModel.ActiveFilter(label: label, text: text, removeHref: href))
        }
        if let text = asked[.text] { add("Search", text, [.text]) }
        let days: [ReceiptListFilter] = [.dateFrom, .dateTo].filter { asked[$0] != nil && asked.refused[$0] == nil }
        if !days.isEmpty {
            let from = days.contains(.dateFrom) ? asked[.dateFrom] : nil
            add("Date", format.days(from: from, to: days.contains(.dateTo) ? asked[.dateTo] : nil), days)
        }
        if let isLinked = asked.query.isLinked { add("Order", isLinked ? "linked" : "not linked", [.linked]) }
        if let unit = asked[.unit] { add("Point of sale", unit, [.unit]) }
        if let money = asked.query.totalFrom { add("Total from", format.money(money), [.totalFrom]) }
        if let money = asked.query.totalTo { add("Total to", format.money(money), [.totalTo]) }
        if let number = asked[.number] { add("Number", number, [.number]) }
        if let customer = asked[.customer] { add("Customer id", customer, [.customer]) }
        if let order = asked[.order] { add("Order id", order, [.order]) }
        for (name, label) in [
            (ReceiptListFilter.dateFrom, "Date from"), (.dateTo, "Date to"), (.totalFrom, "Total from"),
            (.totalTo, "Total to"),
        ] {
            if let reason = asked.refused[name] { add(label, reason, [name]) }
        }
        return filters + asked.customChips(format)
    }
}
