/// What a field of a record says to a condition; no value is nil.
package enum ConditionFact: Hashable, Sendable {
    /// A text; the parts of a list stand with `ConditionText.separator` between them.
    case text(String)
    /// In the units of the field's type; a day by its number, a flag as 0 or 1, a status by its identifier.
    case number(Int64)

    init?(_ value: FieldValue?) {
        switch value {
        case .text(let text): self = .text(text)
        case .money(let money): self = .number(money.tenThousandths)
        case .quantity(let quantity): self = .number(quantity.millionths)
        case .instant(let instant): self = .number(instant.milliseconds)
        case nil: return nil
        }
    }

    init?(_ value: CustomValue?) {
        switch value {
        case nil: return nil
        case .text(let text): self = .text(text)
        case .choices(let choices): self = .text(choices.joined(separator: String(ConditionText.separator)))
        case .day(let midnight): self = .number(CalendarDay.floor(midnight, CalendarDay.length))
        case .integer, .decimal, .boolean, .instant, .time: self = .number(value?.number ?? 0)
        }
    }

    /// A value of a system field as its type has it: days as numbers, lists in parts.
    init?(_ value: FieldValue?, _ type: FieldType) {
        guard case .text(let text) = value else {
            self.init(value)
            return
        }
        switch type {
        case .day:
            guard let day = CalendarDay(text: text) else { return nil }
            self = .number(day.number)
        case .list:
            let parts = text.split(separator: ",").map { String($0.drop { $0 == " " }) }
            self = .text(parts.joined(separator: String(ConditionText.separator)))
        default: self = .text(text)
        }
    }
}

extension ConditionSource {
    /// The value of a customer's own field.
    package func fact(of customer: Customer) -> ConditionFact? {
        switch self {
        case .externalID: .text(customer.externalID)
        // Nobody has no answer: who said nothing is unknown.
        case .customer(let field) where ConsentChannel.allCases.contains { $0.field == field }:
            .text(customer.fields.text(field) ?? Consent.unknown.rawValue)
        case .customer(let field): ConditionFact(customer.fields[field], field.type)
        case .custom(let field): ConditionFact(customer.custom[field])
        default: nil
        }
    }

    /// The value of an order's field.
    package func fact(of order: Order, _ book: StatusBook) -> ConditionFact? {
        switch self {
        case .externalID: .text(order.externalID)
        case .date: .number(order.date.milliseconds)
        case .order(let field): ConditionFact(order.fields[field], field.type)
        case .custom(let field): ConditionFact(order.custom[field])
        case .status(let type): order.statuses[type].map { .number($0.rawValue) }
        case .value: .number(order.value.tenThousandths)
        case .included: .number(book.includes(order.statuses) ? 1 : 0)
        case .itemPrice:
            ItemPrice(order.lines.map { ($0.fields.money(.sum), $0.fields.quantity(.count)) }).value.map {
                .number($0)
            }
        default: nil
        }
    }

    package func fact(of line: OrderLine) -> ConditionFact? {
        switch self {
        case .externalID: .text(line.externalID)
        case .line(let field): ConditionFact(line.fields[field], field.type)
        case .custom(let field): ConditionFact(line.custom[field])
        default: nil
        }
    }

    package func fact(of receipt: Receipt) -> ConditionFact? {
        switch self {
        case .externalID: .text(receipt.externalID)
        case .date: .number(receipt.date.milliseconds)
        case .receipt(let field): ConditionFact(receipt.fields[field], field.type)
        case .custom(let field): ConditionFact(receipt.custom[field])
        case .value: .number(receipt.value.tenThousandths)
        case .itemPrice:
            ItemPrice(receipt.lines.map { ($0.fields.money(.sum), $0.fields.quantity(.count)) }).value.map {
                .number($0)
            }
        default: nil
        }
    }

    package func fact(of line: ReceiptLine) -> ConditionFact? {
        switch self {
        case .receiptLine(let field): ConditionFact(line.fields[field], field.type)
        case .custom(let field): ConditionFact(line.custom[field])
        default: nil
        }
    }

    /// The value of the product that a line names.
    package func fact(of product: Product) -> ConditionFact? {
        switch self {
        case .product(let field): ConditionFact(product.fields[field], field.type)
        case .productCustom(let field): ConditionFact(product.custom[field])
        default: nil
        }
    }
}

/// What items cost in the mean: the lines' sums over their quantities.
package struct ItemPrice: Hashable, Sendable {
    package var sum: Int64 = 0
    package var count: Int64 = 0

    package init() {}

    init(_ lines: [(sum: Money?, count: Quantity?)]) {
        for line in lines { add(sum: line.sum?.tenThousandths ?? 0, count: line.count?.millionths ?? 0) }
    }

    package mutating func add(sum: Int64, count: Int64) {
        self.sum &+= sum
        self.count &+= count
    }

    /// In ten-thousandths, cut; no value where no quantity is known.
    package var value: Int64? {
        count > 0 ? Int64(clamping: Int128(sum) * 1_000_000 / Int128(count)) : nil
    }
}
