import Domain
import TestSupport
import Testing

/// Holds the list in memory to a plain one: filter, sort, cut.
struct OrderColumnsTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every query answers as a plain filter and sort does`(seed: UInt64) {
        var shop = MadeUpList(seed: seed, count: seed == 1 ? 9_000 : 700)
        for _ in 0..<60 {
            let query = shop.query()
            let pointers = shop.pointers()
            let expected = shop.plain(query, pointers)
            let size = shop.chance.int(1...60)
            let offset = shop.chance.pick([0, 0, size, 3 * size, 100_000])
            let answer = shop.columns.answer(
                query, pointers: pointers, book: shop.book, place: .offset(offset), limit: size)
            #expect(answer.total == expected.count)
            #expect(answer.value.tenThousandths == expected.map { Int128($0.value.tenThousandths) }.reduce(0, +))
            #expect(answer.page == expected.dropFirst(offset).prefix(size).map(\.id))
            #expect((answer.next != nil) == (offset + size < expected.count))
        }
    }

    @Test func `totals are exact where 64 bits would not hold them`() {
        var columns = OrderColumns()
        let largest = FixedPoint.moneyLimit * 10_000
        for number in 1...20_000 { columns.put(.sample(Int64(number) << 20, value: Money(tenThousandths: largest))) }
        columns.put(.sample(30_000 << 20, value: Money(tenThousandths: -1)))
        let answer = columns.answer(OrderQuery(), book: StatusBook(), place: .offset(0), limit: 1)
        #expect(answer.value.tenThousandths == Int128(20_000) * Int128(largest) - 1)
        #expect(answer.value.description == "1999999999999999.9999")
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `cursors walk every page, each order once`(seed: UInt64) {
        var shop = MadeUpList(seed: seed, count: 1_500)
        for _ in 0..<12 {
            let query = shop.query()
            let size = shop.chance.int(20...200)
            var place = PagePlace.offset(0)
            var walked: [Order.ID] = []
            while true {
                let answer = shop.columns.answer(query, book: shop.book, place: place, limit: size)
                walked += answer.page
                guard let next = answer.next else { break }
                place = .after(next)
            }
            #expect(walked == shop.plain(query, []).map(\.id), "\(query.sort.map(\.text))")
        }
    }

    @Test func `numbers that look alike and differ in their bytes are each walked once`() {
        let numbers = [
            "é", "e\u{301}", "f", "e", "ez", "é1", "e\u{301}1", "ordernumber-é", "ordernumber-e\u{301}",
            "ordernumber-f", "",
        ]
        var columns = OrderColumns()
        for (index, number) in numbers.enumerated() {
            columns.put(.sample(Int64(index + 1) << 20, number: number))
        }
        for sort in [OrderSort(.number), OrderSort(.number, descending: true)] {
            var query = OrderQuery()
            query.sort = [sort]
            var (place, walked) = (PagePlace.offset(0), [Order.ID]())
            while walked.count <= numbers.count {
                let answer = columns.answer(query, book: StatusBook(), place: place, limit: 1)
                walked += answer.page
                guard let next = answer.next else { break }
                place = .after(next)
            }
            #expect(walked.count == numbers.count)
            #expect(Set(walked).count == numbers.count)
        }
    }

    @Test(arguments: [6, 7] as [UInt64])
    func `adding, changing and removing keep the list true`(seed: UInt64) {
        var shop = MadeUpList(seed: seed, count: 5_000)
        for _ in 0..<6_000 { shop.change() }
        #expect(shop.columns.count == shop.entries.count)
        for _ in 0..<20 {
            let query = shop.query()
            let answer = shop.columns.answer(query, book: shop.book, place: .offset(0), limit: 500)
            let expected = shop.plain(query, [])
            #expect(answer.total == expected.count)
            #expect(answer.page == expected.prefix(500).map(\.id))
        }
        var anew = OrderColumns()
        for entry in shop.entries.values.sorted(by: { $0.id < $1.id }) { anew.put(entry) }
        #expect(shop.columns.hasSameEntries(as: anew))
        let counts = shop.columns.countsByStatus()
        for status in shop.book.statuses {
            #expect(
                counts[status.id] ?? 0 == shop.entries.values.filter { $0.statuses[status.type] == status.id }.count)
        }
    }

    @Test func `a copy does not see what comes later`() {
        var columns = OrderColumns()
        columns.put(.sample(1 << 20))
        let copy = columns
        columns.put(.sample(2 << 20))
        columns.remove(Order.ID(rawValue: 1 << 20))
        #expect(copy.count == 1 && columns.count == 1)
        #expect(
            copy.answer(OrderQuery(), book: StatusBook(), place: .offset(0), limit: 9).page.map(\.rawValue) == [1 << 20]
        )
    }

    @Test(arguments: [
        ("date", "date"), ("-date,number", "-date,number"), ("updated_at", "updated_at"), ("-total", "-total"),
    ])
    func `a sort is read and written`(text: String, written: String) {
        #expect(OrderSort.parse(text)?.map(\.text).joined(separator: ",") == written)
    }

    @Test(arguments: ["", "-", "price", "date,date", "date,-date", "date,", "Date", "--date"])
    func `an unknown sort is not read`(text: String) {
        #expect(OrderSort.parse(text) == nil)
    }
}

extension OrderColumns.Entry {
    fileprivate static func sample(
        _ id: Int64, number: String? = nil, value: Money = .zero
    ) -> OrderColumns.Entry {
        OrderColumns.Entry(
            id: Order.ID(rawValue: id), customer: Customer.ID(rawValue: 1), date: StillClock.usual,
            updatedAt: StillClock.usual, value: value,
            statuses: OrderStatuses(), unit: nil, number: number
        )
    }
}

/// A list at random, in memory and as a plain dictionary.
private struct MadeUpList {
    var chance: Chance
    var columns = OrderColumns()
    var entries: [Order.ID: OrderColumns.Entry] = [:]
    let book = StatusBook(statuses: [
        .sample(11, .general, "new"), .sample(12, .general, "done"), .sample(13, .delivery, "shipped"),
        .sample(14, .delivery, "delivered"), .sample(15, .payment, "paid"), .sample(16, .payment, "never"),
    ])
    private var newest: Int64 = 0

    init(seed: UInt64, count: Int) {
        chance = Chance(seed: seed)
        for _ in 0..<count { add() }
    }

    private mutating func entry(_ id: Int64) -> OrderColumns.Entry {
        func status(_ ids: [Int64?]) -> OrderStatus.ID? { chance.pick(ids).map(OrderStatus.ID.init) }
        return OrderColumns.Entry(
            id: Order.ID(rawValue: id), customer: Customer.ID(rawValue: Int64(chance.int(1...60)) << 12),
            date: Instant(milliseconds: Int64(chance.int(0...300))),
            updatedAt: Instant(milliseconds: Int64(chance.int(0...1_000_000))),
            value: Money(tenThousandths: Int64(chance.int(-50...400))),
            statuses: OrderStatuses(
                general: status([nil, 11, 12]), delivery: status([nil, 13, 14]), payment: status([nil, 15])),
            unit: chance.pick([nil, "north", "south"]),
            number: chance.pick([nil, "A", "order-number-\(chance.int(0...40))", "\(chance.int(0...50))"])
        )
    }

    private mutating func add() {
        // Mostly in order; sometimes an identifier of an earlier moment.
        newest += Int64(chance.int(1...5)) << 12
        var id = newest + Int64(chance.int(0...4095))
        if chance.happens(10) { id = Int64(chance.int(1...Int(newest))) }
        put(entry(id))
    }

    private mutating func put(_ entry: OrderColumns.Entry) {
        columns.put(entry)
        entries[entry.id] = entry
    }

    mutating func change() {
        let known = entries.keys.sorted().map(\.rawValue)
        switch chance.int(0...9) {
        case 0...3: add()
        case 4...6: if let id = known.isEmpty ? nil : chance.pick(known) { put(entry(id)) }
        default:
            guard !known.isEmpty else { return }
            let id = Order.ID(rawValue: chance.pick(known))
            columns.remove(id)
            columns.remove(id)
            entries[id] = nil
        }
    }

    mutating func query() -> OrderQuery {
        var query = OrderQuery()
        if chance.happens(30) { query.dateFrom = Instant(milliseconds: Int64(chance.int(-10...310))) }
        if chance.happens(30) { query.dateTo = Instant(milliseconds: Int64(chance.int(-10...310))) }
        if chance.happens(20) { query.updatedFrom = Instant(milliseconds: Int64(chance.int(0...1_000_000))) }
        if chance.happens(20) { query.totalFrom = Money(tenThousandths: Int64(chance.int(-60...410))) }
        if chance.happens(20) { query.totalTo = Money(tenThousandths: Int64(chance.int(-60...410))) }
        if chance.happens(20) { query.unit = chance.pick(["north", "south", "nowhere"]) }
        if chance.happens(20) {
            query.statusCodes[.general] = chance.pick([["new"], ["new", "done"], ["unknown"], []])
        }
        if chance.happens(20) { query.statusCodes[.delivery] = chance.pick([["shipped"], ["delivered"]]) }
        if chance.happens(10) { query.statusCodes[.payment] = chance.pick([["paid"], ["never"]]) }
        var keys = OrderSortKey.allCases.shuffled(using: &chance)
        keys.removeLast(chance.int(0...3))
        query.sort = keys.map { OrderSort($0, descending: chance.happens(50)) }
        return query
    }

    mutating func pointers() -> [OrderPointer] {
        (0..<chance.pick([0, 0, 1, 1, 2])).map { _ in
            let some = (0..<chance.int(0...200)).map { _ in Order.ID(rawValue: Int64(chance.int(1...Int(newest)))) }
            let people = (0..<chance.int(0...20)).map { _ in
                Customer.ID(rawValue: Int64(chance.int(1...80)) << 12)
            }
            return OrderPointer(
                orders: Set(some).union(entries.keys.prefix(chance.int(0...50))), customers: Set(people)
            )
        }
    }

    /// The same by the book: every order, filtered and sorted whole.
    func plain(_ query: OrderQuery, _ pointers: [OrderPointer]) -> [OrderColumns.Entry] {
        entries.values.filter { entry in
            pointers.allSatisfy { $0.orders.contains(entry.id) || $0.customers.contains(entry.customer) }
                && query.dateFrom.map { $0 <= entry.date } ?? true && query.dateTo.map { entry.date <= $0 } ?? true
                && query.updatedFrom.map { $0 <= entry.updatedAt } ?? true
                && query.totalFrom.map { $0 <= entry.value } ?? true && query.totalTo.map { entry.value <= $0 } ?? true
                && query.unit.map { $0 == entry.unit } ?? true
                && query.statusCodes.allSatisfy { type, codes in
                    book.code(type, in: entry.statuses).map(codes.contains) ?? false
                }
        }.sorted { left, right in
            for sort in query.sort {
                let order = Self.compare(left, right, by: sort.key)
                if order != 0 { return (order < 0) != sort.isDescending }
            }
            return (left.id < right.id) != query.sort[0].isDescending
        }
    }

    private static func compare(_ left: OrderColumns.Entry, _ right: OrderColumns.Entry, by key: OrderSortKey) -> Int {
        func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
            left < right ? -1 : left == right ? 0 : 1
        }
        return switch key {
        case .date: order(left.date, right.date)
        case .updatedAt: order(left.updatedAt, right.updatedAt)
        case .total: order(left.value, right.value)
        case .number: order(left.number ?? "", right.number ?? "")
        }
    }
}
