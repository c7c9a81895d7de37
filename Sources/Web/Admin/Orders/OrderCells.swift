import Domain

/// Writes orders as rows of the list.
struct OrderCells {
    typealias Cell = OrderListModel.Cell

    let format: PageFormat
    let book: StatusBook
    let columns: [OrderListColumn]

    func row(_ stored: StoredOrder) -> OrderListModel.Row {
        let order = stored.order
        return OrderListModel.Row(
            id: order.externalID, version: String(order.version), href: Links.order(order.externalID),
            cells: columns.map { column in
                switch column {
                case .system(let column): cell(column, stored)
                case .custom(let field): custom(field, stored.order.custom[field])
                }
            }
        )
    }

    private func cell(_ column: OrderColumn, _ stored: StoredOrder) -> Cell {
        let order = stored.order
        switch column {
        case .number:
            let number = order.fields.text(.number)
            return Cell(
                label: column.label, css: "is-lead", text: number ?? order.externalID, kind: .link,
                href: Links.order(order.externalID), detail: number == nil ? "" : order.externalID
            )
        case .date: return moment(column, order.date, format.short(order.date), css: "is-date is-soft")
        case .customer:
            return Cell(
                label: column.label, css: "is-customer",
                text: stored.shownName(format.mask),
                detail: stored.customerName == nil ? "" : stored.customerExternalID
            )
        case .status: return chip(column, order.statuses[.general])
        case .delivery: return chip(column, order.statuses[.delivery])
        case .payment: return chip(column, order.statuses[.payment])
        case .items:
            return Cell(label: column.label, css: "is-number is-items", text: format.quantity(order.itemCount))
        case .total:
            return Cell(label: column.label, css: "is-number is-total is-strong", text: format.money(order.value))
        case .unit: return plain(column, order.fields.text(.unit), css: "is-unit")
        case .updated:
            return moment(column, order.updatedAt, format.relative(order.updatedAt), css: "is-soft is-updated")
        case .paymentType: return plain(column, order.fields.text(.paymentType))
        case .paymentProvider: return plain(column, order.fields.text(.paymentProvider))
        case .paymentTotal: return amount(column, order.fields.money(.paymentTotal))
        case .discount: return amount(column, order.fields.money(.paymentDiscount))
        case .deliveryType: return plain(column, order.fields.text(.deliveryType))
        case .deliveryProvider: return plain(column, order.fields.text(.deliveryProvider))
        case .city: return plain(column, order.fields.text(.deliveryCity))
        case .deliveryDate: return plain(column, order.fields.text(.deliveryDate).map(format.day))
        case .offers: return plain(column, order.fields.text(.actions)?.replacing(",", with: ", "))
        case .card: return plain(column, order.fields.text(.card).map(format.mask.text))
        case .arrived: return moment(column, order.createdAt, format.short(order.createdAt), css: "is-soft")
        }
    }

    private func custom(_ field: CustomField, _ value: CustomValue?) -> Cell {
        let css = [OrderListColumn.custom(field).isNumber ? "is-number" : "", value == nil ? "is-empty" : ""]
        return Cell(
            label: field.name, css: css.filter { !$0.isEmpty }.joined(separator: " "),
            text: format.custom(value, field)
        )
    }

    private func moment(_ column: OrderColumn, _ instant: Instant, _ text: String, css: String) -> Cell {
        Cell(
            label: column.label, css: css, text: text, kind: .moment, iso: instant.rfc3339, title: format.exact(instant)
        )
    }

    private func chip(_ column: OrderColumn, _ status: OrderStatus.ID?) -> Cell {
        guard let status = status.flatMap({ book[$0] }) else {
            return Cell(label: column.label, css: "is-chip is-empty is-soft", text: PageFormat.none)
        }
        return Cell(
            label: column.label, css: "is-chip", text: status.name, kind: .chip, color: status.color.rawValue
        )
    }

    private func plain(_ column: OrderColumn, _ text: String?, css: String = "") -> Cell {
        let full = text == nil ? (css.isEmpty ? "is-empty" : "\(css) is-empty") : css
        return Cell(label: column.label, css: full, text: text ?? PageFormat.none)
    }

    private func amount(_ column: OrderColumn, _ money: Money?) -> Cell {
        Cell(
            label: column.label, css: money == nil ? "is-number is-empty" : "is-number", text: format.money(money)
        )
    }
}

extension StoredOrder {
    /// What people call the customer by.
    func shownName(_ mask: PersonalMask) -> String {
        if isOfErased { return "Erased customer" }
        return customerName.map(mask.name) ?? customerExternalID
    }
}
