import Database
import Domain
import Storage
import TestSupport
import Testing

/// What random trees are too small or too tame for.
struct SegmentStatementTests {
    private let shop: StoredShop

    init() async throws { shop = try await StoredShop(seed: 3, customers: 40, in: try await ShopDatabase()) }

    private func check(_ tree: Condition, _ segments: [String: Condition] = [:]) throws {
        var (reference, terms) = (shop.reference, shop.terms)
        reference.segments = segments.mapValues { .conditions($0) }
        terms.segments = { name in segments[name].map(SegmentSource.conditions) }
        let found = try shop.read { tx in try SegmentStore().customers(tree, terms, tx) }
        #expect(Set(found) == reference.customers(fulfilling: tree))
    }

    private func field(_ scope: ConditionScope, _ code: String) throws -> ConditionField {
        try #require(shop.world.registry.field(scope, code: code))
    }

    private func tests() throws -> [Condition] {
        [
            .test(ConditionTest(try field(.customer, "customer.city"), .isSet)),
            .test(ConditionTest(try field(.customer, "orders.count"), .gte, .number(2))),
            .records(ConditionBlock(.orders, .test(ConditionTest(try field(.order, "value"), .gt, .number(5000))))),
            .test(ConditionTest(try field(.customer, "customer.own_string"), .contains, .text("o"))),
        ]
    }

    /// Groups in one another, each a choice that both sides of matter.
    private func nested(_ depth: Int, _ innermost: Condition) throws -> Condition {
        let tests = try tests()
        return (0..<depth).reduce(innermost) { tree, level in
            let other = tests[level % tests.count]
            return level % 2 == 0 ? .any([other, .not(tree)]) : .all([.not(other), .not(tree)])
        }
    }

    @Test func `groups nest as deep as trees may`() throws {
        let line = Condition.test(ConditionTest(try field(.orderLine, "product.name"), .notContains, .text("x")))
        let lines = ConditionBlock(.orderLines, .all([.any([.not(line), .not(.any([line]))])]))
        let orders = ConditionBlock(.orders, .any([.all([.any([.records(lines), .not(.records(lines))])])]))
        try check(.all([.any([.records(orders), .not(.records(orders))])]))
        try check(try nested(8, .records(orders)))
    }

    @Test func `segments of segments of segments are answered`() throws {
        var segments = ["0": try nested(7, try tests()[0])]
        for number in 1...12 {
            segments[String(number)] = .any([
                try nested(6, .segment(String(number - 1))), .not(.segment(String(number - 1))),
            ])
        }
        for name in ["1", "2", "3", "5", "12"] { try check(.not(.segment(name)), segments) }
    }

    @Test func `many texts are one value`() throws {
        let texts = (0..<1000).map { "nowhere \($0)" } + ["PORTO", "évora", #"a"b\c"#]
        try check(.test(ConditionTest(try field(.customer, "customer.city"), .in, .texts(texts))))
        let wide = try (0..<40).map { _ in
            Condition.test(ConditionTest(try field(.customer, "customer.first_name"), .notIn, .texts(texts)))
        }
        try check(.all(wide))
    }

    @Test func `a hundred blocks are few joins`() throws {
        let blocks = try (0..<100).map { number in
            let value = Condition.test(ConditionTest(try field(.order, "value"), .gte, .number(Int64(number * 100))))
            return Condition.records(ConditionBlock(.orders, value, pick: number % 3 == 0 ? .last : nil))
        }
        try check(.any([.all(blocks), .all([blocks[0], .not(blocks[90])])]))
    }

    @Test func `a hundred lists of members are asked`() throws {
        var (reference, terms) = (shop.reference, shop.terms)
        let people = reference.people.keys.sorted()
        for number in 1...100 {
            reference.segments[String(number)] = .members(Set(people.filter { $0.rawValue % Int64(number) == 0 }))
        }
        terms.segments = { name in
            .members("SELECT bucket, id AS customer_id FROM customer WHERE id % \(Int64(name) ?? 0) = 0")
        }
        let segments = (1...100).map { Condition.segment(String($0)) }
        let trees: [Condition] = [
            .any(Array(segments.dropFirst(50))), .all([segments[1], .not(segments[2]), .not(.all(Array(segments)))]),
            .not(.any(Array(segments.dropFirst(60)))),
        ]
        for tree in trees {
            let found = try shop.read { tx in try SegmentStore().customers(tree, terms, tx) }
            #expect(Set(found) == reference.customers(fulfilling: tree))
        }
    }

    @Test func `figures are those of the customers found`() throws {
        let tree = try tests()[2]
        let found = shop.reference.customers(fulfilling: tree)
        let orders = found.flatMap { shop.reference.people[$0]?.orders ?? [] }.filter {
            shop.reference.book.includes($0.statuses)
        }
        let figures = try shop.figures(tree)
        #expect(figures.customers == Int64(found.count))
        #expect(figures.orders == Int64(orders.count))
        #expect(figures.revenue.tenThousandths == Int128(orders.reduce(0) { $0 + $1.value.tenThousandths }))
        #expect(try shop.figures(.everybody).customers == Int64(shop.reference.people.count))
    }

    @Test func `pages of customers make the whole`() throws {
        let tree = Condition.not(try tests()[2])
        var (pages, last): ([Customer.ID], Customer.ID?) = ([], nil)
        repeat {
            let page = try shop.read { tx in
                try SegmentStore().page(tree, after: last, limit: 7, shop.terms, tx)
            }
            pages += page
            last = page.last
        } while last != nil
        #expect(pages == shop.reference.customers(fulfilling: tree).sorted())
    }

    @Test func `an age beyond all days is nobody's, or everybody's who has one`() throws {
        let days = try field(.customer, "orders.days_since_last")
        for number: Int64 in [100_000_000_000, -100_000_000_000, 9_999_999, 3_000_000] {
            for op: ConditionOperator in [.eq, .ne, .gt, .gte, .lt, .lte] {
                let tree = Condition.test(ConditionTest(days, op, .number(number)))
                let dated = shop.reference.customers(
                    fulfilling: .test(ConditionTest(days, .isSet)))
                let everybody = Set(shop.reference.people.keys)
                let isOver = number < 0
                let wanted: Set<Customer.ID> =
                    switch op {
                    case .eq: []
                    case .ne: everybody
                    case .gt, .gte: isOver ? dated : []
                    default: isOver ? [] : dated
                    }
                #expect(try shop.customers(tree) == wanted, "\(op) \(number)")
            }
        }
    }
}
