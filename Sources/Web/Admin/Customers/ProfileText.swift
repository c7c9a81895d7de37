import Domain

/// Writes any field of a profile as a person reads it, system or custom, by its code.
struct ProfileText {
    let format: PageFormat
    let book: StatusBook

    func text(_ field: FieldEntry, of customer: Customer) -> String? {
        if let custom = field.custom { return text(customer.custom[custom], custom) }
        if field.code == "external_id" { return customer.externalID }
        if field.code == "metadata" { return customer.metadata.map(format.mask.text) }
        guard let system = CustomerField.allCases.first(where: { $0.path == field.code }) else { return nil }
        return text(system, of: customer)
    }

    func text(_ field: CustomerField, of customer: Customer) -> String? {
        guard let value = customer.fields[field] else { return nil }
        switch field {
        case .email: return format.mask.email(value.plain)
        case .phone: return format.mask.phone(value.plain)
        case .firstName, .lastName, .middleName: return format.mask.name(value.plain)
        case .birthDate: return format.mask.isOn ? format.mask.text(value.plain) : format.day(value.plain)
        case .emailConsent, .smsConsent, .pushConsent: return Consent(rawValue: value.plain)?.name
        default: return text(value, field.type)
        }
    }

    func text(_ field: FieldEntry, of stored: StoredOrder) -> String? {
        let order = stored.order
        if let custom = field.custom { return text(order.custom[custom], custom) }
        switch field.code {
        case "external_id": return order.externalID
        case "client_external_id": return stored.customerExternalID
        case "date": return format.long(order.date)
        case "metadata": return order.metadata.map(format.mask.text)
        default: break
        }
        if let type = OrderStatusType.allCases.first(where: { $0.path == field.code }) {
            return order.statuses[type].flatMap { book[$0]?.name }
        }
        guard let system = OrderField.allCases.first(where: { $0.path == field.code }),
            let value = order.fields[system]
        else { return nil }
        if [.card, .deliveryAddress, .deliveryNote].contains(system) { return format.mask.text(value.plain) }
        return system == .paymentBonuses ? PageFormat.grouped(value.plain) : text(value, system.type)
    }

    func text(_ field: FieldEntry, of line: OrderLine) -> String? {
        if let custom = field.custom { return text(line.custom[custom], custom) }
        if field.code == "external_id" { return line.externalID }
        guard let system = LineField.allCases.first(where: { $0.path == field.code }), let value = line.fields[system]
        else { return nil }
        if system == .bonusToCard || system == .bonusFromCard { return PageFormat.grouped(value.plain) }
        return text(value, system.type)
    }

    func text(_ field: FieldEntry, of stored: StoredReceipt) -> String? {
        let receipt = stored.receipt
        if let custom = field.custom { return text(receipt.custom[custom], custom) }
        switch field.code {
        case "external_id": return receipt.externalID
        case "client_external_id": return stored.customerExternalID
        case "order_external_id": return stored.orderExternalID
        case "date": return format.long(receipt.date)
        case "metadata": return receipt.metadata.map(format.mask.text)
        default: break
        }
        guard let system = ReceiptField.allCases.first(where: { $0.path == field.code }),
            let value = receipt.fields[system]
        else { return nil }
        return system == .card ? format.mask.text(value.plain) : text(value, system.type)
    }

    func text(_ field: FieldEntry, of line: ReceiptLine) -> String? {
        if let custom = field.custom { return text(line.custom[custom], custom) }
        if field.code == "external_id" { return line.externalID }
        return ReceiptLineField.allCases.first { $0.path == field.code }.flatMap { system in
            line.fields[system].map { text($0, system.type) }
        }
    }

    /// Whether values of a field stand to the right, under each other.
    static func isNumber(_ field: FieldEntry) -> Bool {
        switch field.kind {
        case .integer, .decimal, .money, .quantity: true
        default: false
        }
    }

    // MARK: Values

    private func text(_ value: FieldValue, _ type: FieldType) -> String {
        switch value {
        case .money(let money): format.money(money)
        case .quantity(let quantity): format.quantity(quantity)
        case .instant(let instant): format.long(instant)
        case .text(let text):
            switch type {
            case .day: format.day(text)
            case .list: text.replacing(",", with: ", ")
            default: text
            }
        }
    }

    private func text(_ value: CustomValue?, _ field: CustomField) -> String? {
        guard let value else { return nil }
        switch value {
        case .text(let text): return field.type == .choice ? text : format.mask.text(text)
        case .integer, .decimal: return PageFormat.grouped(value.plain)
        case .boolean(let flag): return flag ? "Yes" : "No"
        case .day: return format.day(value.plain)
        case .instant(let instant): return format.long(instant)
        case .time: return value.plain
        case .choices(let choices): return choices.joined(separator: ", ")
        }
    }
}
