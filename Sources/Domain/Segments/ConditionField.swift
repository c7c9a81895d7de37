/// What a condition is asked of: a customer, or one record of a block.
package enum ConditionScope: String, CaseIterable, Hashable, Sendable {
    case customer, order
    case orderLine = "order_line"
    /// A status that an order was in for a while.
    case stay
    case receipt
    case receiptLine = "receipt_line"
    /// Something that the customer did.
    case event
    /// What the customer has in a container, such as the cart.
    case container
    case containerLine = "container_line"

    /// The object whose fields the scope has; nil where all its fields are its own.
    package var object: FieldObject? {
        switch self {
        case .customer: .customer
        case .order: .order
        case .orderLine: .orderLine
        case .receipt: .receipt
        case .receiptLine: .receiptLine
        case .stay, .event, .container, .containerLine: nil
        }
    }

    /// The blocks that may stand here, by their keys on the wire.
    package var blocks: [ConditionBlockKind] {
        switch self {
        case .customer: [.orders, .lines, .receipts, .events, .containers]
        case .order: [.orderLines, .stays]
        case .receipt: [.receiptLines]
        case .container: [.containerLines]
        case .orderLine, .stay, .receiptLine, .event, .containerLine: []
        }
    }
}

/// The many records that a block looks at.
package enum ConditionBlockKind: String, CaseIterable, Hashable, Sendable {
    /// All orders of the customer that are not deleted, included or not.
    case orders
    /// The lines of all these orders.
    case lines
    case receipts
    /// The lines of one order.
    case orderLines
    /// The statuses that one order was in.
    case stays
    /// The lines of one receipt.
    case receiptLines
    /// All that the customer did.
    case events
    /// All containers of the customer, those that were emptied too.
    case containers
    /// The lines of one container.
    case containerLines

    /// The key on the wire.
    package var code: String {
        switch self {
        case .orders: "orders"
        case .lines, .orderLines, .receiptLines, .containerLines: "lines"
        case .receipts: "receipts"
        case .stays: "history"
        case .events: "events"
        case .containers: "containers"
        }
    }

    /// What each of the records is.
    package var scope: ConditionScope {
        switch self {
        case .orders: .order
        case .lines, .orderLines: .orderLine
        case .receipts: .receipt
        case .receiptLines: .receiptLine
        case .stays: .stay
        case .events: .event
        case .containers: .container
        case .containerLines: .containerLine
        }
    }
}

/// A field that conditions can be put on.
///
/// One table of them feeds the API, the builder, `reorder fields`, SQL and the index (`ConditionRegistry`).
package struct ConditionField: Hashable, Sendable {
    /// The name on the wire, `orders.count`.
    package var code: String
    package var scope: ConditionScope
    package var name: String
    /// The heading it is offered under.
    package var group: String
    package var help: String
    package var type: ConditionType
    /// Where the value is taken from.
    package var source: ConditionSource

    package init(
        _ scope: ConditionScope, _ code: String, _ name: String, _ type: ConditionType, _ source: ConditionSource,
        group: String, help: String = ""
    ) {
        (self.scope, self.code, self.name, self.type) = (scope, code, name, type)
        (self.source, self.group, self.help) = (source, group, help)
    }

    // A field is what it is called: the rest follows from the code, and a newer catalogue may say it in other words.
    package static func == (left: Self, right: Self) -> Bool {
        left.scope == right.scope && left.code == right.code && left.type == right.type
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(scope)
        hasher.combine(code)
    }
}

/// Where the value of a condition's field is taken from.
package enum ConditionSource: Hashable, Sendable {
    /// What the shop's own system calls the customer, order, receipt or line.
    case externalID
    /// The moment of an order, a receipt or an event, and of a container's last change.
    case date
    case customer(CustomerField)
    case order(OrderField)
    case line(LineField)
    case receipt(ReceiptField)
    case receiptLine(ReceiptLineField)
    /// Of the product that a line names, where the catalogue has it.
    case product(ProductField)
    /// Of the same product, a custom field.
    case productCustom(CustomField.ID)
    case custom(CustomField.ID)
    case status(OrderStatusType)
    /// What an order or a receipt is worth.
    case value
    /// Whether an order counts.
    case included
    /// Σ line sum ÷ Σ line quantity of one order or receipt.
    case itemPrice
    /// What the customer's included orders add up to.
    case orders(CustomerMetric)
    /// What the customer's receipts add up to.
    case receipts(CustomerMetric)
    /// The status of the customer's last order.
    case lastStatus(OrderStatusType)
    case rfm(RFMScore)
    /// When an order came into a status.
    case reached
    /// How long it stayed, or stays by now.
    case stayed
    case event(EventPart)
    /// The texts in an event's context.
    case context(ContextPath)
    /// The number in an event's context.
    case contextNumber(ContextPath)
    case container(ContainerPart)
    case containerLine(ContainerLinePart)
}

/// What is asked of an event, beside its date and its context.
package enum EventPart: String, CaseIterable, Hashable, Sendable {
    case name, source, kind, subject
}

/// What is asked of a container, beside its last change.
package enum ContainerPart: String, CaseIterable, Hashable, Sendable {
    case code
    /// Whether it holds something and nothing changed for as long as its type says: of a container the moment since when.
    case abandoned
    case empty, lines, quantity, total
}

/// What is asked of a line of a container, beside its product's fields.
package enum ContainerLinePart: String, CaseIterable, Hashable, Sendable {
    case product = "product_external_id"
    case quantity, price
    case addedAt = "added_at"
    case changedAt = "changed_at"
}

/// A figure of a customer's included orders, or of their receipts.
package enum CustomerMetric: String, CaseIterable, Hashable, Sendable {
    case count
    case firstDate = "first_date"
    case lastDate = "last_date"
    case daysSinceFirst = "days_since_first"
    case daysSinceLast = "days_since_last"
    case average
    case itemsAverage = "items_average"
    case total
    case lastValue = "last_value"
    case median
    case itemPriceAverage = "item_price_average"
}

/// A score from 1 to 5, of five groups of equal size; 5 is best.
package enum RFMScore: String, CaseIterable, Hashable, Sendable {
    /// Of the last included order's date.
    case recency = "r"
    /// Of the number of included orders.
    case frequency = "f"
    /// Of their value.
    case monetary = "m"
}
