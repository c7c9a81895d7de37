extension ConditionRegistry {
    static func customers(_ book: FieldBook) -> [ConditionField] {
        catalogue(.customer, of: .customer, book, prefix: "customer.")
    }

    static func orders(_ book: FieldBook) -> [ConditionField] {
        // Whose order it is the rest of the tree says.
        catalogue(.order, of: .order, book, without: ["client_external_id"]) + worth(.order) + [
            ConditionField(
                .order, "included", "Included", .boolean, .included, group: "Order",
                help: "Whether the order counts in analytics, by its statuses now."
            )
        ]
    }

    static func receipts(_ book: FieldBook) -> [ConditionField] {
        catalogue(.receipt, of: .receipt, book, without: ["client_external_id"]) + worth(.receipt)
    }

    /// Lines, with what the catalogue says of their products.
    static func lines(_ book: FieldBook, _ scope: ConditionScope) -> [ConditionField] {
        guard let object = scope.object else { return [] }
        return catalogue(object, of: scope, book, without: object == .receiptLine ? ["external_id"] : [])
            + products(book, scope)
    }

    /// What the catalogue says of the product that a line names.
    static func products(_ book: FieldBook, _ scope: ConditionScope) -> [ConditionField] {
        catalogue(.product, of: scope, book, prefix: "product.", group: "Product", without: ["external_id"])
            .map { field in
                var field = field
                if field.code == "product.category_external_id" { field.code = "product.category" }
                return field
            }
    }

    private static func worth(_ scope: ConditionScope) -> [ConditionField] {
        [
            ConditionField(
                scope, "value", "Value", .money, .value, group: "Figures",
                help: "Its value as sent, else the sum of its lines, else what was paid."
            ),
            ConditionField(
                scope, "item_price_average", "Average item price", .money, .itemPrice, group: "Figures",
                help: "The sum of the lines' sums over the sum of their quantities."
            ),
        ]
    }

    /// The statuses that an order was in: one record for each stay, the current ones too.
    static let stays: [ConditionField] =
        OrderStatusType.allCases.map { type in
            ConditionField(
                .stay, type.path.replacing("status_code", with: "status"), "\(type.name) it was in", .status(type),
                .status(type), group: "Status history", help: "A stay in a status of another type has none."
            )
        } + [
            ConditionField(
                .stay, "date", "Reached", .instant, .reached, group: "Status history",
                help: "When the order came into the status."
            ),
            ConditionField(
                .stay, "stayed", "Stayed", .duration, .stayed, group: "Status history",
                help: "How long it stayed; up to now where it is in the status still."
            ),
        ]

    /// What a customer's orders and receipts add up to, the last order, and the scores.
    static let metrics: [ConditionField] =
        CustomerMetric.allCases.map { metric in
            ConditionField(
                .customer, "orders.\(metric.rawValue)", metric.name("order"), metric.type, .orders(metric),
                group: "Customer's orders", help: "Included orders only."
            )
        }
        + OrderStatusType.allCases.map { type in
            ConditionField(
                .customer, "last_order.\(type.path.replacing("status_code", with: "status"))", "Last \(type.name)",
                .status(type), .lastStatus(type), group: "Last order", help: "Of the newest order, included or not."
            )
        }
        + CustomerMetric.allCases.map { metric in
            ConditionField(
                .customer, "receipts.\(metric.rawValue)", metric.name("receipt"), metric.type, .receipts(metric),
                group: "Customer's receipts", help: "Of all receipts that are not deleted."
            )
        }
        + RFMScore.allCases.map { score in
            ConditionField(
                .customer, "rfm.\(score.rawValue)", score.name, .number(places: 0), .rfm(score), group: "RFM",
                help: "From 1 to 5 among all with an included order, in five groups of equal size; 5 is best."
            )
        }
}

extension OrderStatusType {
    /// As conditions call a status of the type.
    var name: String {
        switch self {
        case .general: "order status"
        case .delivery: "delivery status"
        case .payment: "payment status"
        }
    }
}

extension RFMScore {
    var name: String {
        switch self {
        case .recency: "Recency score"
        case .frequency: "Frequency score"
        case .monetary: "Monetary score"
        }
    }
}

extension CustomerMetric {
    package var type: ConditionType {
        switch self {
        case .count, .daysSinceFirst, .daysSinceLast: .number(places: 0)
        case .firstDate, .lastDate: .instant
        case .average, .total, .lastValue, .median, .itemPriceAverage: .money
        case .itemsAverage: .number(places: FixedPoint.quantityPlaces)
        }
    }

    func name(_ record: String) -> String {
        switch self {
        case .count: "Number of \(record)s"
        case .firstDate: "Date of first \(record)"
        case .lastDate: "Date of last \(record)"
        case .daysSinceFirst: "Days since first \(record)"
        case .daysSinceLast: "Days since last \(record)"
        case .average: "Average \(record) amount"
        case .itemsAverage: "Average number of items per \(record)"
        case .total: "Total \(record) value"
        case .lastValue: "Last \(record) value"
        case .median: "Median \(record) amount"
        case .itemPriceAverage: "Average item price in \(record)"
        }
    }
}
