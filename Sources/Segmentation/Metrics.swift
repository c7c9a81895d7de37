import Domain

/// What a customer's included orders, or receipts, add up to, as it is kept beside the customer.
struct Metrics: Sendable {
    private var values: [Int64] = []
    private var items: Int64 = 0
    private var price = ItemPrice()
    private var first = Column.missing
    private var last = Column.missing
    private var lastValue = Column.missing

    init() {}

    /// Takes in a record; they come in the order of time.
    mutating func add(value: Int64, date: Int64, items: Int64) {
        values.append(value)
        self.items &+= items
        if first == Column.missing { first = date }
        (last, lastValue) = (date, value)
    }

    mutating func add(lineSum: Int64, count: Int64) { price.add(sum: lineSum, count: count) }

    func cell(_ metric: CustomerMetric) -> Int64 {
        let count = Int64(values.count)
        switch metric {
        case .count: return count
        case .total: return total
        case .firstDate: return first
        case .lastDate: return last
        case .lastValue: return lastValue
        case .average: return count == 0 ? Column.missing : total / count
        case .itemsAverage: return count == 0 ? Column.missing : items / count
        case .median: return Measured.median(values, scale: 1) ?? Column.missing
        case .itemPriceAverage: return price.value ?? Column.missing
        case .daysSinceFirst, .daysSinceLast: return Column.missing
        }
    }

    private var total: Int64 { values.reduce(0, &+) }
}

/// What numbers measure together.
enum Measured {
    /// The value of a measure, in the units of its type; nil for none.
    ///
    /// - Parameters:
    ///   - count: How many records there are, those without a value too.
    ///   - scale: What means are multiplied by, so that those of whole numbers have places.
    static func value(
        _ measure: ConditionHave.Measure, _ values: [Int64], count: Int, scale: Int64
    ) -> Int64? {
        switch measure {
        case .count: Int64(count)
        case .sum: values.reduce(0, &+)
        case .avg: values.isEmpty ? nil : mean(values.reduce(0, &+), Int64(values.count), scale)
        case .min: values.min()
        case .max: values.max()
        case .median: median(values, scale: scale)
        }
    }

    /// A mean, cut.
    static func mean(_ sum: Int64, _ count: Int64, _ scale: Int64) -> Int64 {
        scale == 1 ? sum / count : Int64(clamping: Int128(sum) * Int128(scale) / Int128(count))
    }

    /// The middle value, of an even count the mean of the middle two, cut.
    static func median(_ values: [Int64], scale: Int64) -> Int64? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? mean(sorted[middle], 1, scale) : mean(sorted[middle - 1] &+ sorted[middle], 2, scale)
    }
}
