import Domain
import Platform

/// Writes customers as rows of the list.
struct CustomerCells {
    typealias Cell = OrderListModel.Cell

    let format: PageFormat
    let columns: [CustomerColumn]

    func row(_ profile: CustomerService.Profile) -> OrderListModel.Row {
        let customer = profile.customer
        return OrderListModel.Row(
            id: customer.externalID, version: String(customer.version), href: Links.customer(customer.externalID),
            cells: columns.map { cell($0, profile) }
        )
    }

    private func cell(_ column: CustomerColumn, _ profile: CustomerService.Profile) -> Cell {
        let (customer, figures) = (profile.customer, profile.figures)
        let fields = customer.fields
        switch column {
        case .name:
            let name = customer.fullName.map(format.mask.name)
            return Cell(
                label: column.label, css: "is-lead", text: name ?? customer.externalID, kind: .link,
                href: Links.customer(customer.externalID), detail: name == nil ? "" : customer.externalID
            )
        case .email: return plain(column, fields.text(.email).map(format.mask.email), css: "is-email")
        case .phone: return plain(column, fields.text(.phone).map(format.mask.phone), css: "num")
        case .place:
            let parts = [fields.text(.city), fields.text(.country)].compactMap { $0 }
            return plain(column, parts.isEmpty ? nil : parts.joined(separator: ", "))
        case .orders:
            return Cell(label: column.label, css: "is-number", text: PageFormat.count(figures.orderCount))
        case .total:
            return Cell(label: column.label, css: "is-number is-total is-strong", text: format.money(figures.total))
        case .average:
            let average = format.average(MoneySum(figures.total), of: Int(figures.orderCount))
            return Cell(
                label: column.label, css: figures.orderCount == 0 ? "is-number is-empty" : "is-number", text: average)
        case .last: return moment(column, figures.lastDate)
        case .first: return moment(column, figures.firstDate)
        case .known: return moment(column, customer.createdAt)
        case .updated: return moment(column, customer.updatedAt)
        case .registered: return moment(column, fields.instant(.registeredAt))
        case .country: return plain(column, fields.text(.country))
        case .city: return plain(column, fields.text(.city))
        case .birth: return plain(column, fields.text(.birthDate).map(format.day).map(format.mask.text))
        case .consents:
            let names = ConsentChannel.allCases.filter { customer.consent($0) == .subscribed }.map(\.name)
            return plain(column, names.isEmpty ? nil : names.joined(separator: ", "))
        }
    }

    private func plain(_ column: CustomerColumn, _ text: String?, css: String = "") -> Cell {
        let full = text == nil ? (css.isEmpty ? "is-empty" : "\(css) is-empty") : css
        return Cell(label: column.label, css: full, text: text ?? PageFormat.none)
    }

    private func moment(_ column: CustomerColumn, _ instant: Instant?) -> Cell {
        guard let instant else { return plain(column, nil, css: "is-soft") }
        return Cell(
            label: column.label, css: "is-soft", text: format.short(instant), kind: .moment, iso: instant.rfc3339,
            title: format.exact(instant)
        )
    }
}

extension ConsentChannel {
    /// As pages call it.
    var name: String {
        switch self {
        case .email: "Email"
        case .sms: "SMS"
        case .push: "Push"
        }
    }
}

extension Consent {
    /// As pages call it.
    var name: String {
        switch self {
        case .subscribed: "Subscribed"
        case .unsubscribed: "Unsubscribed"
        case .unknown: "Unknown"
        }
    }
}
