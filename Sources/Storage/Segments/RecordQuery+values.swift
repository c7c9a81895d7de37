import Database
import Domain

extension RecordQuery {
    /// A field's value as an expression; NULL for none.
    mutating func value(of source: ConditionSource) -> SQL {
        switch source {
        case .externalID: return own("external_id")
        case .date: return own(scope == .event ? "happened_ms" : scope == .container ? "changed_ms" : "date_ms")
        // Who said nothing is unknown.
        case .customer(let field) where ConsentChannel.allCases.contains { $0.field == field }:
            return "coalesce(\(own(field.column)), 'unknown')"
        case .customer(let field): return own(field.column)
        case .order(let field): return own(field.column)
        case .line(let field): return own(field.column)
        case .receipt(let field): return own(field.column)
        case .receiptLine(let field): return own(field.column)
        case .product(let field):
            usesProduct = true
            return .raw("\(alias)p.\(field.column)")
        case .status(let type):
            guard scope == .stay else { return own("\(type.rawValue)_status_id") }
            return "CASE WHEN \(own("field")) = \(.raw("'\(type.path)'")) THEN \(own("status_id")) END"
        case .value: return own("value_e4")
        case .included: return isIncluded
        case .itemPrice: return itemPrice(of: scope == .order ? .orderLines : .receiptLines, nil)
        case .orders(let metric): return value(of: metric)
        case .receipts(let metric): return receiptValue(of: metric)
        case .lastStatus(let type):
            return add(.orders, .last, nil) { orders in "max(\(orders.value(of: .status(type))))" }
        case .rfm(let score):
            if !scores.contains(score) { scores.append(score) }
            uses += 1
            return .raw("\(alias)s.\(score.rawValue)_score")
        case .reached: return own("happened_ms")
        case .stayed:
            let (from, until) = (own("happened_ms"), "coalesce(\(own("until_ms")), \(terms.now.milliseconds))" as SQL)
            return "CASE WHEN \(until) > \(from) THEN \(until) - \(from) ELSE 0 END"
        case .event, .context, .contextNumber, .container, .containerLine: return trackedValue(of: source)
        // Those have rows of their own.
        case .custom, .productCustom: return "NULL"
        }
    }

    /// The value of a number that is measured.
    mutating func measure(_ field: ConditionField) -> SQL {
        switch field.source {
        case .custom(let id):
            var columns = values ?? ValueColumns()
            defer { values = columns }
            uses += 1
            return .raw("\(alias)v.\(columns.number(id))")
        case .productCustom(let id):
            var columns = productValues ?? ValueColumns()
            defer { productValues = columns }
            uses += 1
            return .raw("\(alias)pv.\(columns.number(id))")
        default: return value(of: field.source)
        }
    }

    func own(_ column: String) -> SQL { .raw("\(alias).\(column)") }

    private var isIncluded: SQL { FiguresStore.isIncluded(terms.statuses) }

    private static let included = Condition.test(
        ConditionTest(ConditionField(.order, "included", "", .boolean, .included, group: ""), .yes)
    )

    // MARK: Figures

    private mutating func value(of metric: CustomerMetric) -> SQL {
        usesFigures = true
        let figures = "\(alias)f"
        switch metric {
        case .count: return .raw("coalesce(\(figures).order_count, 0)")
        case .total: return .raw("coalesce(\(figures).total_e4, 0)")
        case .average: return .raw("\(figures).total_e4 / nullif(\(figures).order_count, 0)")
        case .itemsAverage: return .raw("\(figures).items_e6 / nullif(\(figures).order_count, 0)")
        case .firstDate, .daysSinceFirst: return .raw("\(figures).first_ms")
        case .lastDate, .daysSinceLast: return .raw("\(figures).last_ms")
        case .lastValue: return add(.orders, .lastIncluded, nil) { orders in "max(\(orders.value(of: .value)))" }
        case .median:
            let (sum, count) = addMedian(.orders, .all, Self.included) { $0.value(of: .value) }
            return mean(sum, count, 1)
        case .itemPriceAverage: return itemPrice(of: .lines, Self.included)
        }
    }

    private mutating func receiptValue(of metric: CustomerMetric) -> SQL {
        usesReceiptFigures = true
        let figures = "\(alias)r"
        switch metric {
        case .count: return .raw("coalesce(\(figures).receipt_count, 0)")
        case .total: return .raw("coalesce(\(figures).total_e4, 0)")
        case .average: return .raw("\(figures).total_e4 / nullif(\(figures).receipt_count, 0)")
        case .itemsAverage:
            let items = add(.customerReceiptLines, .all, nil) { lines in
                "sum(\(lines.value(of: .receiptLine(.count))))"
            }
            return mean("coalesce(\(items), 0)", .raw("\(figures).receipt_count"), 1)
        case .firstDate, .daysSinceFirst: return .raw("\(figures).first_ms")
        case .lastDate, .daysSinceLast: return .raw("\(figures).last_ms")
        case .lastValue: return add(.receipts, .last, nil) { receipts in "max(\(receipts.value(of: .value)))" }
        case .median:
            let (sum, count) = addMedian(.receipts, .all, nil) { $0.value(of: .value) }
            return mean(sum, count, 1)
        case .itemPriceAverage: return itemPrice(of: .customerReceiptLines, nil)
        }
    }

    /// The lines' sums over their quantities.
    private mutating func itemPrice(of lines: RecordBase, _ filter: Condition?) -> SQL {
        let isReceipt = lines == .receiptLines || lines == .customerReceiptLines
        let sum = add(lines, .all, filter) { lines in
            "sum(\(lines.value(of: isReceipt ? .receiptLine(.sum) : .line(.sum))))"
        }
        let count = add(lines, .all, filter) { lines in
            "sum(\(lines.value(of: isReceipt ? .receiptLine(.count) : .line(.count))))"
        }
        return mean("coalesce(\(sum), 0)", count, 1_000_000)
    }
}
