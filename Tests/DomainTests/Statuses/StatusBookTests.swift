import Domain
import TestSupport
import Testing

struct StatusBookTests {
    private static let statuses: [OrderStatus] = [
        .sample(1, .general, "new"), .sample(2, .general, "done", counts: true), .sample(3, .delivery, "shipped"),
        .sample(4, .delivery, "delivered", counts: true), .sample(5, .payment, "paid", counts: true),
        .sample(6, .payment, "refunded"),
    ]

    private static func current(_ general: Int64?, _ delivery: Int64?, _ payment: Int64?) -> OrderStatuses {
        OrderStatuses(
            general: general.map(OrderStatus.ID.init), delivery: delivery.map(OrderStatus.ID.init),
            payment: payment.map(OrderStatus.ID.init)
        )
    }

    @Test(
        arguments: [
            (nil, nil, nil, [InclusionRule]()), (1, nil, nil, []), (2, nil, nil, [.any, .general]), (1, 3, 5, [.any]),
            (2, 3, 6, [.any, .general]), (2, 4, 5, [.any, .general, .all]), (1, 4, 5, [.any]),
            (2, 4, nil, [.any, .general]),
            (99, nil, nil, []),
        ] as [(Int64?, Int64?, Int64?, [InclusionRule])])
    func `an order counts by the rule`(general: Int64?, delivery: Int64?, payment: Int64?, rules: [InclusionRule]) {
        for rule in InclusionRule.allCases {
            let book = StatusBook(statuses: Self.statuses, rule: rule)
            #expect(book.includes(Self.current(general, delivery, payment)) == rules.contains(rule), "\(rule)")
        }
    }

    @Test func `a type without a flagged status is not asked for by the rule all`() {
        let book = StatusBook(
            statuses: [.sample(1, .general, "done", counts: true), .sample(2, .payment, "paid")], rule: .all)
        #expect(book.includes(Self.current(1, nil, nil)))
        #expect(!book.includes(Self.current(nil, nil, 2)))
    }

    @Test func `with nothing flagged nothing counts`() {
        for rule in InclusionRule.allCases {
            #expect(!StatusBook(statuses: [.sample()], rule: rule).includes(Self.current(1, nil, nil)))
        }
    }

    @Test func `a code is unique within its type only`() {
        let book = StatusBook(statuses: [.sample(1, .general, "done"), .sample(2, .payment, "done")])
        #expect(book.status(.general, code: "done")?.id.rawValue == 1)
        #expect(book.status(.payment, code: "done")?.id.rawValue == 2)
        #expect(book.status(.delivery, code: "done") == nil)
    }

    @Test func `a turned flag concerns the orders in that status, another rule all of them, a name none`() {
        let book = StatusBook(statuses: Self.statuses)
        var renamed = Self.statuses
        renamed[0].name = "Fresh"
        renamed[0].isArchived = true
        var flagged = Self.statuses
        flagged[0].includeInAnalytics = true
        #expect(StatusBook(statuses: renamed).recount(since: book) == .none)
        #expect(StatusBook(statuses: flagged).recount(since: book) == .those([flagged[0]]))
        #expect(book.recount(since: StatusBook(statuses: Self.statuses, rule: .all)) == .all)
        #expect(book.recount(since: StatusBook(statuses: Array(Self.statuses.dropLast(2)))) == .none)
    }

    @Test func `where each flagged type counts, a type's first flag concerns every order`() {
        let before = [OrderStatus.sample(1, .general, "done", counts: true), .sample(2, .payment, "paid")]
        let after = [before[0], OrderStatus.sample(2, .payment, "paid", counts: true)]
        func recount(_ rule: InclusionRule) -> StatusBook.Recount {
            StatusBook(statuses: after, rule: rule).recount(since: StatusBook(statuses: before, rule: rule))
        }
        #expect(recount(.all) == .all)
        #expect(recount(.any) == .those([after[1]]))
        #expect(recount(.general) == .none)
    }

    @Test(arguments: [
        ("a", true), ("A-b_c.9", true), (String(repeating: "x", count: 64), true),
        (String(repeating: "x", count: 65), false),
        ("", false), ("a b", false), ("é", false), ("a/b", false), ("a\n", false),
    ])
    func `codes have letters, digits, dots, hyphens and underscores`(code: String, isValid: Bool) {
        #expect(OrderStatus.isValid(code: code) == isValid)
    }

    @Test func `the starter set is the spec's`() {
        func codes(_ type: OrderStatusType) -> [String] { StarterStatuses.all.filter { $0.type == type }.map(\.code) }
        #expect(codes(.general) == ["accepted", "confirmed", "in_progress", "completed", "cancelled"])
        #expect(codes(.delivery) == ["assembling", "shipped", "at_pickup_point", "delivered"])
        #expect(codes(.payment) == ["invoice_issued", "awaiting_payment", "paid", "refunded"])
        #expect(StarterStatuses.all.filter(\.includeInAnalytics).map(\.code) == ["completed", "delivered", "paid"])
    }
}
