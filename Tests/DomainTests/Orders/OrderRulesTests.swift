import Domain
import TestSupport
import Testing

/// The rules of spec orders.md, without a database.
struct OrderRulesTests {
    private static let now = StillClock.usual
    private static let facts = OrderRules.Facts(
        now: now,
        book: StatusBook(statuses: [
            .sample(1, .general, "new"), .sample(2, .general, "done", counts: true), .sample(3, .delivery, "shipped"),
            .sample(4, .payment, "paid", counts: true),
        ])
    )
    private static let (ana, rui) = (Customer.ID(rawValue: 4096), Customer.ID(rawValue: 8192))

    private func create(_ patch: OrderPatch) throws -> OrderRules.Outcome {
        try OrderRules.create(patch, id: Order.ID(rawValue: 1 << 20), customer: Self.ana, Self.facts)
    }

    private func update(
        _ order: Order, _ patch: OrderPatch, customer: Customer.ID = ana, after seconds: Int64 = 60
    ) throws -> OrderRules.Outcome {
        let facts = OrderRules.Facts(now: Self.now.adding(seconds: seconds), book: Self.facts.book)
        return try OrderRules.update(
            order, patch, id: order.id, customer: customer,
            customerNames: ("ana", customer == Self.ana ? "ana" : "rui"), facts
        )
    }

    private func fields(_ outcome: OrderRules.Outcome) -> [String] {
        outcome.changes.map { "\($0.field): \($0.from ?? "-") → \($0.to ?? "-")" }
    }

    private func events(_ outcome: OrderRules.Outcome) -> [String] {
        outcome.events.map { event in
            event.kind.rawValue + (event.transition.map { " \($0.type) \($0.from ?? "-")→\($0.to ?? "-")" } ?? "")
        }
    }

    // MARK: Creating

    @Test func `a new order has version 1, its statuses in history, and raises one event`() throws {
        let outcome = try create(.sample(sum: 10, statuses: [.general: "new", .payment: "paid"]))
        #expect(outcome.order.version == 1)
        #expect(outcome.order.date == Self.now)
        #expect(fields(outcome) == ["created: - → -", "status_code: - → new", "payment.status_code: - → paid"])
        #expect(events(outcome) == ["order.created"])
    }

    @Test func `unknown statuses are all named`() {
        #expect(throws: Faults.self) { try create(.sample(statuses: [.general: "nope", .payment: "neither"])) }
        do {
            _ = try create(.sample(statuses: [.general: "nope", .delivery: "shipped", .payment: "neither"]))
        } catch {
            #expect(
                (error as? Faults)?.all.map(\.pointer) == [
                    "/data/attributes/status_code", "/data/attributes/payment/status_code",
                ])
        }
    }

    @Test func `statuses of the past are told in their order, and the last of each type stays`() throws {
        let outcome = try create(
            .sample(
                date: Self.now.adding(seconds: -1000),
                past: [
                    PastStatus(type: .general, code: "done", at: Self.now.adding(seconds: -10)),
                    PastStatus(type: .general, code: "new", at: Self.now.adding(seconds: -500)),
                    PastStatus(type: .delivery, code: "shipped", at: Self.now.adding(seconds: -100)),
                ]
            )
        )
        #expect(
            fields(outcome) == [
                "created: - → -", "status_code: - → new", "delivery.status_code: - → shipped",
                "status_code: new → done",
            ]
        )
        #expect(
            outcome.changes.map(\.happenedAt.milliseconds)
                == [-1000, -500, -100, -10].map { Self.now.milliseconds + $0 * 1000 })
    }

    // MARK: Rule 1

    @Test func `what is not said stays, block by block and key by key`() throws {
        var first = OrderPatch.sample(
            sum: 10, paid: 9, statuses: [.general: "new", .payment: "paid"], lines: [.sample("a", sum: 5)])
        first.fields.set(.deliveryCity, .text("Porto"))
        let before = try create(first).order
        var patch = OrderPatch(externalID: "o-1")
        patch.fields.set(.deliveryNote, .text("Ring twice"))
        patch.fields.set(.paymentTotal, nil)
        let outcome = try update(before, patch)
        #expect(fields(outcome) == ["delivery.note: - → Ring twice", "payment.total: 9 → -"])
        #expect(outcome.order.fields.text(.deliveryCity) == "Porto")
        #expect(outcome.order.statuses == before.statuses)
        #expect(outcome.order.lines == before.lines)
    }

    @Test func `lines are replaced as a set and keep their identity`() throws {
        let before = try create(
            .sample(lines: [
                .sample("a", product: "p", count: 2, sum: 5, price: 3), .sample("b", sum: 7),
                .sample("c", product: "q", count: 1),
            ])
        ).order
        let outcome = try update(
            before, .sample(customer: nil, lines: [.sample("b", sum: 8), .sample("d", sum: 1), .sample("a", sum: 5)]))
        #expect(
            fields(outcome) == [
                "items[b].sum: 7 → 8", "items[d]: - → added", "items[d].sum: - → 1", "items[c]: 1 × q → removed",
            ]
        )
        #expect(outcome.order.lines.map(\.externalID) == ["b", "d", "a"])
        // A line's keys merge like the order's: what is not said of it stays.
        #expect(outcome.order.lines[2].fields.money(.price) == .units(3))
    }

    @Test func `an empty list of lines empties it`() throws {
        let before = try create(.sample(lines: [.sample("a", sum: 5)])).order
        let outcome = try update(before, .sample(customer: nil, lines: []))
        #expect(fields(outcome) == ["items[a]: - → removed"])
        #expect(outcome.order.lines.isEmpty)
    }

    @Test func `lines in another order are a change`() throws {
        let before = try create(.sample(lines: [.sample("a"), .sample("b")])).order
        #expect(
            fields(try update(before, .sample(customer: nil, lines: [.sample("b"), .sample("a")]))) == [
                "items: - → reordered"
            ])
    }

    // MARK: Rules 2 and 3

    @Test func `another customer moves the order`() throws {
        let before = try create(.sample(sum: 10)).order
        let outcome = try update(before, .sample(customer: "rui"), customer: Self.rui)
        #expect(fields(outcome) == ["client_external_id: ana → rui"])
        #expect(outcome.order.customer == Self.rui)
        #expect(outcome.events.first?.customer == Self.rui)
    }

    @Test func `an identical description changes nothing`() throws {
        let patch = OrderPatch.sample(
            date: Self.now, number: "1", sum: 10, count: 2, statuses: [.general: "new"], lines: [.sample("a", sum: 5)],
            metadata: "{}"
        )
        let before = try create(patch).order
        let outcome = try update(before, patch)
        #expect(outcome.changes.isEmpty && outcome.events.isEmpty)
        #expect(outcome.order == before)
    }

    @Test func `each change raises the version and an event per type of status that changed`() throws {
        let before = try create(.sample(statuses: [.general: "new", .delivery: "shipped"])).order
        var patch = OrderPatch(externalID: "o-1")
        patch.statuses = [.general: .set("done"), .delivery: .clear, .payment: .set("paid")]
        let outcome = try update(before, patch)
        #expect(outcome.order.version == 2)
        #expect(outcome.order.updatedAt == Self.now.adding(seconds: 60))
        #expect(
            events(outcome) == [
                "order.updated", "order.status_changed general new→done", "order.status_changed delivery shipped→-",
                "order.status_changed payment -→paid",
            ]
        )
    }

    // MARK: Rule 6, statuses, deleting

    @Test func `changes happened when the shop saw them`() throws {
        let seen = Self.now.adding(seconds: -50)
        let before = try create(.sample()).order
        let outcome = try update(before, .sample(number: "5", reportedAt: seen))
        #expect(outcome.changes.map(\.happenedAt) == [seen])
        #expect(outcome.order.reportedAt == seen)
    }

    @Test func `an identical description seen later still counts as seen`() throws {
        let patch = OrderPatch.sample(number: "5", reportedAt: Self.now)
        let before = try create(patch).order
        let outcome = try update(before, .sample(number: "5", reportedAt: Self.now.adding(seconds: 9)))
        #expect(outcome.changes.isEmpty)
        #expect(outcome.order.reportedAt == Self.now.adding(seconds: 9))
        #expect(outcome.order.version == 1 && outcome.order.updatedAt == before.updatedAt)
    }

    @Test func `statuses move at the moment the shop names`() throws {
        let before = try create(.sample(statuses: [.general: "new"])).order
        let at = Self.now.adding(seconds: -5)
        let outcome = try OrderRules.moveStatuses(
            before, StatusPatch(statuses: [.general: .set("done")], date: at), Self.facts)
        #expect(fields(outcome) == ["status_code: new → done"])
        #expect(outcome.changes.map(\.happenedAt) == [at])
        #expect(events(outcome) == ["order.updated", "order.status_changed general new→done"])
    }

    @Test func `deleting is a change of its own`() throws {
        let outcome = OrderRules.delete(try create(.sample()).order, Self.facts)
        #expect(fields(outcome) == ["deleted: - → -"])
        #expect(events(outcome) == ["order.deleted"])
        #expect(outcome.order.version == 2)
    }

    // MARK: Order value

    @Test(
        arguments: [(10, [1, 2], 9, 10), (nil, [1, 2], 9, 3), (nil, [], 9, 9), (nil, [], nil, 0), (0, [1], 9, 0)]
            as [(Int?, [Int], Int?, Int)])
    func `an order is worth its value, else its lines, else what was paid`(
        sum: Int?, lines: [Int], paid: Int?, worth: Int
    ) throws {
        let patch = OrderPatch.sample(sum: sum, paid: paid, lines: lines.enumerated().map { .sample("\($0)", sum: $1) })
        #expect(try create(patch).order.value == .units(worth))
    }

    @Test func `sums of lines end at the largest amount`() throws {
        let lines = (0..<1000).map { OrderLinePatch.sample("\($0)", count: 1_000_000_000, sum: 100_000_000_000) }
        let order = try create(.sample(lines: lines)).order
        #expect(order.value.tenThousandths <= 1_000 * 100_000_000_000 * 10_000)
        #expect(order.value > .zero && order.itemCount > .zero)
    }
}
