/// The few facts of every order that lists filter, sort and sum by, column by column in memory.
///
/// A list of any filter counts exactly within milliseconds over a million orders, with no index to keep per filter. It is
/// rebuilt from the database at start, and told of each commit. Copies share their chunks, so a reader's copy costs the
/// writer one chunk at most (ARCHITECTURE.md, "Lists").
package struct OrderColumns: Sendable {
    /// What is kept of an order.
    package struct Entry: Hashable, Sendable {
        package var id: Order.ID
        package var customer: Customer.ID
        package var date: Instant
        package var updatedAt: Instant
        package var value: Money
        package var statuses: OrderStatuses
        package var unit: String?
        package var number: String?

        package init(
            id: Order.ID, customer: Customer.ID, date: Instant, updatedAt: Instant, value: Money,
            statuses: OrderStatuses, unit: String?, number: String?
        ) {
            (self.id, self.customer, self.date, self.updatedAt, self.value) = (id, customer, date, updatedAt, value)
            (self.statuses, self.unit, self.number) = (statuses, unit, number)
        }

        package init(_ order: Order) {
            self.init(
                id: order.id, customer: order.customer, date: order.date, updatedAt: order.updatedAt,
                value: order.value, statuses: order.statuses, unit: order.fields.text(.unit),
                number: order.fields.text(.number)
            )
        }
    }

    /// Rows of a chunk; a full one is split.
    static let chunkLimit = 4096

    private(set) var chunks: [OrderChunk] = []
    private(set) var statusNumbers = Numbering<OrderStatus.ID>()
    private(set) var unitNumbers = Numbering<String>()
    package private(set) var count = 0

    package init() {}

    /// Adds an order, or replaces what is kept of it.
    package mutating func put(_ entry: Entry) {
        let row = OrderChunk.Row(
            id: entry.id.rawValue, customer: entry.customer.rawValue, date: entry.date.milliseconds,
            updated: entry.updatedAt.milliseconds, value: entry.value.tenThousandths,
            general: number(entry.statuses[.general]), delivery: number(entry.statuses[.delivery]),
            payment: number(entry.statuses[.payment]), unit: entry.unit.map { unitNumbers.number(of: $0) } ?? 0,
            number: entry.number ?? ""
        )
        guard let chunk = chunkIndex(for: row.id) else {
            chunks.append(OrderChunk(row))
            count += 1
            return
        }
        if chunks[chunk].put(row) { count += 1 }
        if chunks[chunk].count > Self.chunkLimit {
            // New orders arrive at the end: there a full chunk stays full and the next begins.
            let at = chunk == chunks.count - 1 ? Self.chunkLimit : Self.chunkLimit / 2
            chunks.insert(chunks[chunk].split(at: at), at: chunk + 1)
        }
    }

    /// Forgets an order.
    package mutating func remove(_ id: Order.ID) {
        guard let chunk = chunkIndex(for: id.rawValue), chunks[chunk].remove(id.rawValue) else { return }
        count -= 1
        if chunks[chunk].count == 0 { chunks.remove(at: chunk) }
    }

    /// Whose an order is; nil of one that is not there.
    package func customer(of id: Order.ID) -> Customer.ID? {
        guard let index = chunkIndex(for: id.rawValue) else { return nil }
        let (chunk, place) = (chunks[index], chunks[index].place(of: id.rawValue))
        guard place < chunk.count, chunk.ids[place] == id.rawValue else { return nil }
        return Customer.ID(rawValue: chunk.customers[place])
    }

    /// The last chunk that begins at or before `id`, else the first; nil when there are none.
    func chunkIndex(for id: Int64) -> Int? {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].ids[0] <= id { low = middle + 1 } else { high = middle }
        }
        return chunks.isEmpty ? nil : max(low - 1, 0)
    }

    private mutating func number(_ status: OrderStatus.ID?) -> UInt16 {
        guard let status else { return 0 }
        return UInt16(clamping: statusNumbers.number(of: status))
    }
}

/// Gives values small numbers from 1 on, in the order in which they come.
struct Numbering<Value: Hashable & Sendable>: Sendable {
    private var numbers: [Value: Int32] = [:]
    private var values: [Value] = []

    var count: Int { values.count }

    mutating func number(of value: Value) -> Int32 {
        if let number = numbers[value] { return number }
        values.append(value)
        let number = Int32(values.count)
        numbers[value] = number
        return number
    }

    func existing(_ value: Value) -> Int32? { numbers[value] }

    /// The value that has a number; nil for 0.
    func value(of number: some BinaryInteger) -> Value? { number == 0 ? nil : values[Int(number) - 1] }

    /// Every value with its number.
    var all: [Value: Int32] { numbers }
}

/// A run of orders in the order of their identifiers.
struct OrderChunk: Sendable {
    struct Row {
        var id, customer, date, updated, value: Int64
        var general, delivery, payment: UInt16
        var unit: Int32
        var number: String
    }

    private(set) var ids: [Int64] = []
    private(set) var customers: [Int64] = []
    private(set) var dates: [Int64] = []
    private(set) var updates: [Int64] = []
    private(set) var values: [Int64] = []
    private(set) var general: [UInt16] = []
    private(set) var delivery: [UInt16] = []
    private(set) var payment: [UInt16] = []
    private(set) var units: [Int32] = []
    private(set) var numbers: [String] = []
    /// No row's date or update lies outside; rows that went may have left them too wide.
    private(set) var dateRange: ClosedRange<Int64>
    private(set) var updateRange: ClosedRange<Int64>
    private(set) var valueRange: ClosedRange<Int64>

    var count: Int { ids.count }

    init(_ row: Row) {
        dateRange = row.date...row.date
        updateRange = row.updated...row.updated
        valueRange = row.value...row.value
        insert(row, at: 0)
    }

    func row(_ place: Int) -> Row {
        Row(
            id: ids[place], customer: customers[place], date: dates[place], updated: updates[place],
            value: values[place], general: general[place], delivery: delivery[place], payment: payment[place],
            unit: units[place], number: numbers[place]
        )
    }

    func statuses(of type: OrderStatusType) -> [UInt16] {
        switch type {
        case .general: general
        case .delivery: delivery
        case .payment: payment
        }
    }

    /// Where `id` stands, or would.
    func place(of id: Int64) -> Int {
        // Nearly always the newest: orders come in the order of their identifiers.
        if let last = ids.last, last < id { return ids.count }
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Stores a row and returns whether it is new.
    mutating func put(_ row: Row) -> Bool {
        let place = place(of: row.id)
        widen(row)
        guard place < ids.count, ids[place] == row.id else {
            insert(row, at: place)
            return true
        }
        customers[place] = row.customer
        dates[place] = row.date
        updates[place] = row.updated
        values[place] = row.value
        general[place] = row.general
        delivery[place] = row.delivery
        payment[place] = row.payment
        units[place] = row.unit
        numbers[place] = row.number
        return false
    }

    mutating func remove(_ id: Int64) -> Bool {
        let place = place(of: id)
        guard place < ids.count, ids[place] == id else { return false }
        ids.remove(at: place)
        customers.remove(at: place)
        dates.remove(at: place)
        updates.remove(at: place)
        values.remove(at: place)
        general.remove(at: place)
        delivery.remove(at: place)
        payment.remove(at: place)
        units.remove(at: place)
        numbers.remove(at: place)
        return true
    }

    /// Keeps the first `size` rows, and returns the rest.
    mutating func split(at size: Int) -> OrderChunk {
        var rest = self
        rest.keep(size..<count)
        keep(0..<size)
        return rest
    }

    private mutating func keep(_ range: Range<Int>) {
        ids = Array(ids[range])
        customers = Array(customers[range])
        dates = Array(dates[range])
        updates = Array(updates[range])
        values = Array(values[range])
        general = Array(general[range])
        delivery = Array(delivery[range])
        payment = Array(payment[range])
        units = Array(units[range])
        numbers = Array(numbers[range])
        dateRange = (dates.min() ?? 0)...(dates.max() ?? 0)
        updateRange = (updates.min() ?? 0)...(updates.max() ?? 0)
        valueRange = (values.min() ?? 0)...(values.max() ?? 0)
    }

    private mutating func insert(_ row: Row, at place: Int) {
        ids.insert(row.id, at: place)
        customers.insert(row.customer, at: place)
        dates.insert(row.date, at: place)
        updates.insert(row.updated, at: place)
        values.insert(row.value, at: place)
        general.insert(row.general, at: place)
        delivery.insert(row.delivery, at: place)
        payment.insert(row.payment, at: place)
        units.insert(row.unit, at: place)
        numbers.insert(row.number, at: place)
    }

    private mutating func widen(_ row: Row) {
        dateRange = min(dateRange.lowerBound, row.date)...max(dateRange.upperBound, row.date)
        updateRange = min(updateRange.lowerBound, row.updated)...max(updateRange.upperBound, row.updated)
        valueRange = min(valueRange.lowerBound, row.value)...max(valueRange.upperBound, row.value)
    }
}

extension OrderColumns {
    /// How many orders are in each status.
    package func countsByStatus() -> [OrderStatus.ID: Int] {
        var counts = [Int](repeating: 0, count: statusNumbers.count + 1)
        for chunk in chunks {
            for type in OrderStatusType.allCases {
                for number in chunk.statuses(of: type) { counts[Int(number)] += 1 }
            }
        }
        return statusNumbers.all.mapValues { counts[Int($0)] }
    }
}

extension OrderColumns {
    /// Whether both hold the same facts of the same orders, however they came to them.
    package func hasSameEntries(as other: OrderColumns) -> Bool {
        guard count == other.count else { return false }
        return zip(rows, other.rows).allSatisfy { left, right in
            left.id == right.id && left.customer == right.customer && left.date == right.date
                && left.updated == right.updated
                && left.value == right.value && left.number == right.number
                && statusNumbers.value(of: left.general) == other.statusNumbers.value(of: right.general)
                && statusNumbers.value(of: left.delivery) == other.statusNumbers.value(of: right.delivery)
                && statusNumbers.value(of: left.payment) == other.statusNumbers.value(of: right.payment)
                && unitNumbers.value(of: left.unit) == other.unitNumbers.value(of: right.unit)
        }
    }

    private var rows: some Sequence<OrderChunk.Row> {
        chunks.lazy.flatMap { chunk in (0..<chunk.count).lazy.map { chunk.row($0) } }
    }
}
