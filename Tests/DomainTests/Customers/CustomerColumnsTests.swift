import TestSupport
import Testing

@testable import Domain

/// The list facts of customers, held against plain values.
struct CustomerColumnsTests {
    private struct Plain {
        var customer: Customer
        var orders: Int64 = 0
        var total: Int64 = 0
        var last: Int64 = .min
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `lists equal a plain search whatever is put, moved and removed`(seed: UInt64) {
        var chance = Chance(seed: seed)
        var columns = CustomerColumns()
        var plain: [Int64: Plain] = [:]
        for round in 0..<6 {
            for _ in 0..<900 { Self.change(&columns, &plain, &chance) }
            #expect(columns.count == plain.count)
            for _ in 0..<12 {
                Self.compare(columns, plain, Self.query(&chance), "seed \(seed), round \(round)", &chance)
            }
        }
    }

    @Test func `pages by cursor hold every customer once`() {
        var chance = Chance(seed: 9)
        var columns = CustomerColumns()
        var plain: [Int64: Plain] = [:]
        for _ in 0..<3000 { Self.change(&columns, &plain, &chance) }
        for sort in ["-created_at", "name", "-orders.total,name", "orders.last_date", "-name"] {
            var query = CustomerQuery()
            query.sort = CustomerSort.parse(sort) ?? []
            var (seen, place) = ([Int64](), CustomerPlace.offset(0))
            while true {
                let answer = columns.answer(query, place: place, limit: 97)
                seen += answer.page.map(\.rawValue)
                guard let next = answer.next else { break }
                place = .after(next)
            }
            #expect(seen.count == plain.count && Set(seen) == Set(plain.keys), "\(sort)")
        }
    }

    // MARK: Parts

    private static func change(
        _ columns: inout CustomerColumns, _ plain: inout [Int64: Plain], _ chance: inout Chance
    ) {
        let id = Customer.ID(rawValue: Int64(chance.int(0...9000)))
        switch chance.int(1...100) {
        case ...65:
            var customer = Customer(
                id: id, externalID: "c\(id.rawValue)",
                createdAt: StillClock.usual.adding(seconds: Int64(chance.int(0...500)) * 3600)
            )
            customer.updatedAt = customer.createdAt.adding(seconds: Int64(chance.int(0...900)))
            customer.fields[.city] =
                chance.happens(60) ? .text(chance.pick(["Porto", "PORTO", "Évora", "evora", "Faro"])) : nil
            customer.fields[.country] = chance.happens(60) ? .text(chance.pick(["PT", "pt", "ES"])) : nil
            customer.fields[.firstName] =
                chance.happens(70) ? .text(chance.pick(["Ana", "Anabela Maria", "Rui", "Zé"])) : nil
            customer.fields[.emailConsent] =
                chance.happens(50) ? .text(chance.pick(["subscribed", "unsubscribed", "unknown"])) : nil
            customer.fields[.pushConsent] =
                chance.happens(50) ? .text(chance.pick(["subscribed", "unsubscribed"])) : nil
            columns.apply(.put(CustomerColumns.Entry(customer)))
            plain[id.rawValue, default: Plain(customer: customer)].customer = customer
        case ...85:
            let (orders, value) = (Int64(chance.int(0...1)), Int64(chance.int(-50...500)))
            let date = StillClock.usual.adding(seconds: Int64(chance.int(0...99)) * 86_400)
            columns.apply(.add(id, orders: orders, value: value, date: date))
            guard var known = plain[id.rawValue] else { return }
            known.orders += orders
            known.total += value
            known.last = max(known.last, date.milliseconds)
            plain[id.rawValue] = known
        case ...92:
            var figures = CustomerFigures()
            figures.orderCount = Int64(chance.int(0...4))
            figures.total = .units(chance.int(0...9))
            columns.apply(.set(id, figures))
            guard var known = plain[id.rawValue] else { return }
            (known.orders, known.total, known.last) = (figures.orderCount, figures.total.tenThousandths, .min)
            plain[id.rawValue] = known
        default:
            columns.apply(.remove(id))
            plain[id.rawValue] = nil
        }
    }

    private static func query(_ chance: inout Chance) -> CustomerQuery {
        var query = CustomerQuery()
        if chance.happens(30) { query.city = chance.pick(["porto", "ÉVORA", "Lisboa"]) }
        if chance.happens(30) { query.country = chance.pick(["Pt", "es"]) }
        if chance.happens(30) { query.hasOrders = chance.happens(50) }
        if chance.happens(30) { query.consents[.email] = [chance.pick(Consent.allCases)] }
        if chance.happens(30) { query.consents[.push] = [.unknown, .subscribed] }
        if chance.happens(30) {
            query.createdFrom = StillClock.usual.adding(seconds: Int64(chance.int(0...300)) * 3600)
        }
        if chance.happens(30) {
            query.createdTo = StillClock.usual.adding(seconds: Int64(chance.int(200...500)) * 3600)
        }
        if chance.happens(20) {
            query.updatedFrom = StillClock.usual.adding(seconds: Int64(chance.int(0...500)) * 3600)
        }
        query.sort = [CustomerSort(chance.pick(CustomerSortKey.allCases), descending: chance.happens(50))]
        return query
    }

    private static func compare(
        _ columns: CustomerColumns, _ plain: [Int64: Plain], _ query: CustomerQuery, _ place: String,
        _ chance: inout Chance
    ) {
        let candidates = chance.happens(30) ? plain.keys.filter { $0 % 3 == 0 }.sorted().map(Customer.ID.init) : nil
        let expected = plain.values.filter { row in
            matches(row, query) && (candidates == nil || row.customer.id.rawValue % 3 == 0)
        }.sorted { left, right in isBefore(left, right, query.sort[0]) }
        let offset = chance.int(0...40)
        let answer = columns.answer(query, candidates: candidates, place: .offset(offset), limit: 25)
        #expect(answer.total == expected.count, "\(place): \(query)")
        #expect(answer.page == expected.dropFirst(offset).prefix(25).map(\.customer.id), "\(place): \(query)")
        #expect(answer.buyers == expected.filter { $0.orders > 0 }.count, "\(place): \(query)")
        #expect(answer.value.tenThousandths == expected.map { Int128($0.total) }.reduce(0, +), "\(place): \(query)")
    }

    private static func matches(_ row: Plain, _ query: CustomerQuery) -> Bool {
        let customer = row.customer
        func same(_ field: CustomerField, _ wanted: String?) -> Bool {
            guard let wanted else { return true }
            return customer.fields.text(field).map(SearchTerms.fold) == SearchTerms.fold(wanted)
        }
        return same(.city, query.city) && same(.country, query.country)
            && (query.hasOrders == nil || query.hasOrders == (row.orders > 0))
            && query.consents.allSatisfy { $1.contains(customer.consent($0)) }
            && customer.createdAt >= query.createdFrom ?? customer.createdAt
            && customer.createdAt <= query.createdTo ?? customer.createdAt
            && customer.updatedAt >= query.updatedFrom ?? customer.updatedAt
    }

    private static func isBefore(_ left: Plain, _ right: Plain, _ sort: CustomerSort) -> Bool {
        func value(_ row: Plain) -> SortValue {
            switch sort.key {
            case .createdAt: .number(row.customer.createdAt.milliseconds)
            case .updatedAt: .number(row.customer.updatedAt.milliseconds)
            case .orderCount: .number(row.orders)
            case .total: .number(row.total)
            case .lastOrder: .number(row.last)
            case .name: .text(SearchTerms.fold(row.customer.fullName ?? row.customer.externalID))
            }
        }
        let (first, second) = (value(left), value(right))
        if first != second { return (first < second) != sort.isDescending }
        return (left.customer.id < right.customer.id) != sort.isDescending
    }
}
