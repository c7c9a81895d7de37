import Domain
import Platform

/// Writes the tabs of orders and receipts: rows that unfold to the fields and lines that the settings chose.
extension CustomerMaker {
    typealias Orders = CustomerPageModel.Orders

    func orders(_ found: [StoredOrder], page: Int, size: Int, total: Int) -> Orders {
        let id = customer.externalID
        let columns = reference.fields.profileView(.orderLine)
        return Orders(
            hasRows: !found.isEmpty, rows: found.map { row($0, columns) },
            pager: pager(page, size, total) { Links.customerOrders(id, page: $0) },
            listHref: Links.orders([(OrderListFilter.customer.rawValue, id)]),
            none: "This customer has not ordered yet."
        )
    }

    private func row(_ stored: StoredOrder, _ columns: [FieldEntry]) -> Orders.Row {
        let order = stored.order
        return Orders.Row(
            kind: "order", title: order.fields.text(.number) ?? order.externalID, href: Links.order(order.externalID),
            date: format.short(order.date), dateISO: order.date.rfc3339, dateExact: format.exact(order.date),
            value: format.money(order.value), note: reference.book.includes(order.statuses) ? nil : "not included",
            chips: OrderStatusType.allCases.compactMap { type in
                order.statuses[type].flatMap { reference.book[$0] }.map(ChipModel.init)
            },
            facts: facts(reference.fields.profileView(.order)) { text.text($0, of: stored) },
            hasLines: !order.lines.isEmpty && !columns.isEmpty,
            lineCount: PageFormat.count(order.lines.count, "line", "lines"), columns: columns.map(column),
            lines: order.lines.map { line in cells(columns) { text.text($0, of: line) } }
        )
    }

    func receipts(_ found: [StoredReceipt], _ figures: ReceiptFigures, page: Int, size: Int) -> Orders {
        let id = customer.externalID
        let columns = reference.fields.profileView(.receiptLine)
        let count = PageFormat.count(figures.count, "receipt", "receipts")
        return Orders(
            hasRows: !found.isEmpty, rows: found.map { row($0, columns) },
            pager: pager(page, size, Int(figures.count)) { Links.customerReceipts(id, page: $0) },
            none: "This customer has no receipts yet.", sum: "\(count), \(format.money(figures.total))"
        )
    }

    private func row(_ stored: StoredReceipt, _ columns: [FieldEntry]) -> Orders.Row {
        let receipt = stored.receipt
        return Orders.Row(
            kind: "receipt", title: receipt.fields.text(.number) ?? receipt.externalID,
            href: Links.receipt(receipt.externalID),
            date: format.short(receipt.date), dateISO: receipt.date.rfc3339, dateExact: format.exact(receipt.date),
            value: format.money(receipt.value), note: stored.orderExternalID.map { "order \($0)" }, chips: [],
            facts: facts(reference.fields.profileView(.receipt)) { text.text($0, of: stored) },
            hasLines: !receipt.lines.isEmpty && !columns.isEmpty,
            lineCount: PageFormat.count(receipt.lines.count, "line", "lines"), columns: columns.map(column),
            lines: receipt.lines.map { line in cells(columns) { text.text($0, of: line) } }
        )
    }

    // MARK: Parts

    private func pager(_ page: Int, _ size: Int, _ total: Int, link: (Int) -> String) -> PagerModel? {
        total > size ? PagerModel(page: page, size: size, total: total, link: link) : nil
    }

    private func facts(_ fields: [FieldEntry], _ text: (FieldEntry) -> String?) -> [CustomerPageModel.Fact] {
        fields.map { field in
            let value = text(field)
            return CustomerPageModel.Fact(
                label: field.name, value: value ?? PageFormat.none, isEmpty: value == nil,
                isMono: field.code == "external_id"
            )
        }
    }

    private func column(_ field: FieldEntry) -> Orders.Column {
        Orders.Column(label: field.name, isNumber: ProfileText.isNumber(field))
    }

    private func cells(_ fields: [FieldEntry], _ text: (FieldEntry) -> String?) -> Orders.Line {
        Orders.Line(
            cells: fields.map { Orders.Cell(text: text($0) ?? PageFormat.none, isNumber: ProfileText.isNumber($0)) }
        )
    }
}
