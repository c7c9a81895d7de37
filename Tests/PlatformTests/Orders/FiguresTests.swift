import Database
import Domain
import Platform
import TestSupport
import Testing

/// Figures are kept at write: whatever happens, they equal a recomputation (spec orders.md, "Included orders").
struct FiguresTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `figures equal a plain recomputation whatever happens`(seed: UInt64) async throws {
        let services = try await Services.test()
        var world = MadeUpWorld(seed: seed, services)
        try await world.begin()
        for round in 0..<12 {
            for _ in 0..<25 { try await world.step() }
            try await world.check("seed \(seed), round \(round)")
        }
    }

    @Test func `a customer without orders has no average and no dates`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        let figures = try services.customers.customer("c-1").figures
        #expect(figures == CustomerFigures())
        #expect(figures.average == nil)
    }

    @Test func `the largest orders add up without harm`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        let lines = (0..<1000).map { OrderLinePatch.sample("\($0)", count: 1_000_000_000, sum: 100_000_000_000) }
        let patches = (0..<20).map {
            Result<OrderPatch, Faults>.success(.sample("o-\($0)", statuses: [.payment: "paid"], lines: lines))
        }
        for result in try await services.orders.register(patches, by: .test) { _ = try result.get() }
        _ = try await services.statuses.update(.payment, code: "paid", .flag(false))
        _ = try await services.statuses.update(.payment, code: "paid", .flag(true))
        #expect(try services.customers.customer("c-1").figures.orderCount == 20)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `sums beyond 64 bits are refused, and up to there they are exact`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        func register(_ id: String, paid: Int) async throws {
            let patch = OrderPatch.sample(id, paid: paid, statuses: [.payment: "paid"])
            _ = try await services.orders.register(patch, by: .test)
        }
        try await register("o-1", paid: 100_000_000_000)
        // As many as fit.
        try await services.copyOrder("o-1", from: 1, to: 9222)
        _ = try await services.statuses.update(.payment, code: "paid", .flag(false))
        _ = try await services.statuses.update(.payment, code: "paid", .flag(true))
        let total = try services.customers.customer("c-1").figures.total
        #expect(total.tenThousandths == 9_223_000_000_000_000_000)

        await #expect { try await register("o-2", paid: 100_000_000_000) } throws: { SumTooLarge($0) != nil }
        #expect(throws: OrderError.unknownOrder("o-2")) { try services.orders.order("o-2") }
        try await register("o-3", paid: 3)
        #expect(
            try services.customers.customer("c-1").figures.total == Money(tenThousandths: total.tenThousandths + 30_000)
        )

        try await services.copyOrder("o-1", from: 9223, to: 9223)
        _ = try await services.statuses.update(.payment, code: "paid", .flag(false))
        await #expect {
            _ = try await services.statuses.update(.payment, code: "paid", .flag(true))
        } throws: {
            SumTooLarge($0) != nil
        }
        #expect(services.statuses.book.status(.payment, code: "paid")?.includeInAnalytics == false)
    }
}

extension Services {
    /// Copies an order's row so many times, behind the rules' back.
    fileprivate func copyOrder(_ externalID: String, from low: Int64, to high: Int64) async throws {
        try await engine.write { tx in
            try tx.run(
                """
                WITH RECURSIVE copy (n) AS (SELECT \(low) UNION ALL SELECT n + 1 FROM copy WHERE n < \(high))
                INSERT INTO orders (bucket, id, external_id, customer_id, date_ms, payment_status_id, value_e4,
                    item_count_e6, version, created_ms, updated_ms)
                SELECT bucket, id + n * 4194304, external_id || '-' || CAST(n AS TEXT), customer_id, date_ms,
                    payment_status_id, value_e4, item_count_e6, version, created_ms, updated_ms
                FROM copy CROSS JOIN orders WHERE external_id = \(externalID)
                """
            )
        }
    }
}

extension OrderStatusPatch {
    static func flag(_ counts: Bool) -> OrderStatusPatch {
        var patch = OrderStatusPatch()
        patch.includeInAnalytics = counts
        return patch
    }
}

/// A shop in which anything happens to a handful of customers, and the same shop as plain values.
private struct MadeUpWorld {
    struct Line: Equatable {
        var count: Int?
        var sum: Int?
    }

    struct PlainOrder {
        var customer: String
        var date: Instant
        var statuses: [OrderStatusType: String] = [:]
        var sum: Int?
        var count: Int?
        var paid: Int?
        var lines: [String: Line] = [:]
    }

    let services: Services
    private var chance: Chance
    private var orders: [String: PlainOrder] = [:]
    private var flags: [OrderStatusType: [String: Bool]] = [:]
    private var rule = InclusionRule.any
    private var madeStatuses = 0

    private static let customers = (0..<5).map { "c-\($0)" }
    private static let day: Int64 = 86_400

    init(seed: UInt64, _ services: Services) {
        chance = Chance(seed: seed)
        self.services = services
        for entry in StarterStatuses.all { flags[entry.type, default: [:]][entry.code] = entry.includeInAnalytics }
    }

    mutating func begin() async throws {
        _ = try await services.customers.register(Self.customers.map { .success(.sample($0)) }, by: .test)
    }

    mutating func step() async throws {
        switch chance.int(1...100) {
        case ...45: try await register()
        case ...65: try await moveStatuses()
        case ...75: try await delete()
        case ...85: try await changeFlag()
        case ...91: try await changeRule()
        case ...95: try await makeStatus()
        default: try await deleteStatus()
        }
    }

    // MARK: What happens

    private mutating func register() async throws {
        let id = "o-\(chance.int(0...24))"
        var patch = OrderPatch(externalID: id)
        let known = orders[id]
        var plain = known ?? PlainOrder(customer: "", date: services.surroundings.now())
        if known == nil || chance.happens(25) {
            plain.customer = chance.pick(Self.customers)
            patch.customerExternalID = .set(plain.customer)
        }
        if chance.happens(40) {
            plain.date = StillClock.usual.adding(seconds: -Self.day * Int64(chance.int(0...60)))
            patch.date = .set(plain.date)
        }
        for type in OrderStatusType.allCases where chance.happens(35) {
            let code = chance.happens(20) ? nil : randomCode(type)
            plain.statuses[type] = code
            patch.statuses[type] = Patch(code)
        }
        if chance.happens(30) {
            plain.sum = amount()
            patch.fields.set(.itemsSum, plain.sum.map { .money(.units($0)) })
        }
        if chance.happens(30) {
            plain.count = amount().map(abs)
            patch.fields.set(.itemsCount, plain.count.map { .quantity(.units($0)) })
        }
        if chance.happens(30) {
            plain.paid = amount()
            patch.fields.set(.paymentTotal, plain.paid.map { .money(.units($0)) })
        }
        if chance.happens(40) { patch.lines = lines(&plain) }
        let origin = Origin(actor: "made up", channel: chance.pick(Origin.Channel.allCases))
        if chance.happens(30) {
            let result = try await services.orders.register(
                [.success(patch)], by: origin, startsCampaigns: chance.happens(50))
            _ = try result[0].get()
        } else {
            _ = try await services.orders.register(patch, by: origin)
        }
        orders[id] = plain
    }

    private mutating func lines(_ plain: inout PlainOrder) -> [OrderLinePatch] {
        var after: [String: Line] = [:]
        let patches = (0..<chance.int(0...4)).map { index in
            let id = "l-\(index + chance.int(0...1) * 10)"
            var line = plain.lines[id] ?? Line()
            var patch = OrderLinePatch(externalID: id)
            if chance.happens(70) {
                line.sum = amount()
                patch.fields.set(.sum, line.sum.map { .money(.units($0)) })
            }
            if chance.happens(70) {
                line.count = amount().map(abs)
                patch.fields.set(.count, line.count.map { .quantity(.units($0)) })
            }
            after[id] = line
            return patch
        }
        plain.lines = after
        return patches
    }

    private mutating func moveStatuses() async throws {
        let id = "o-\(chance.int(0...24))"
        let type = chance.pick(OrderStatusType.allCases)
        let code = chance.happens(20) ? nil : randomCode(type)
        do {
            _ = try await services.orders.moveStatuses(id, StatusPatch(statuses: [type: Patch(code)]), by: .test)
            orders[id]?.statuses[type] = code
        } catch OrderError.unknownOrder {
            #expect(orders[id] == nil)
        }
    }

    private mutating func delete() async throws {
        let id = "o-\(chance.int(0...24))"
        do {
            try await services.orders.delete(id, by: .test)
            #expect(orders[id] != nil)
            orders[id] = nil
        } catch OrderError.unknownOrder {
            #expect(orders[id] == nil)
        }
    }

    private mutating func changeFlag() async throws {
        let type = chance.pick(OrderStatusType.allCases)
        guard let code = randomCode(type) else { return }
        let flag = chance.happens(50)
        _ = try await services.statuses.update(type, code: code, .flag(flag))
        flags[type]?[code] = flag
    }

    private mutating func changeRule() async throws {
        rule = chance.pick(InclusionRule.allCases)
        try await services.project.update(.rule(rule))
    }

    private mutating func makeStatus() async throws {
        madeStatuses += 1
        let (type, code) = (chance.pick(OrderStatusType.allCases), "made_\(madeStatuses)")
        var patch = OrderStatusPatch.flag(chance.happens(50))
        (patch.code, patch.name) = (code, code)
        _ = try await services.statuses.create(type, patch)
        flags[type, default: [:]][code] = patch.includeInAnalytics
    }

    private mutating func deleteStatus() async throws {
        let type = chance.pick(OrderStatusType.allCases)
        guard let code = randomCode(type) else { return }
        let users = orders.values.filter { $0.statuses[type] == code }.count
        do {
            try await services.statuses.delete(type, code: code)
            #expect(users == 0)
            flags[type]?[code] = nil
        } catch StatusError.inUse(_, let orders) {
            #expect(orders == users && users > 0)
        }
    }

    private mutating func randomCode(_ type: OrderStatusType) -> String? {
        let codes = (flags[type] ?? [:]).keys.sorted()
        return codes.isEmpty ? nil : chance.pick(codes)
    }

    private mutating func amount() -> Int? { chance.happens(15) ? nil : chance.int(-5...500) }

    // MARK: What must hold

    func check(_ place: String) async throws {
        for customer in Self.customers {
            let stored = try services.customers.customer(customer).figures
            #expect(stored == figures(of: customer), "\(place), customer \(customer)")
        }
        #expect(services.orders.count == orders.count, "\(place)")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [], "\(place)")
    }

    private func figures(of customer: String) -> CustomerFigures {
        var figures = CustomerFigures()
        for order in orders.values where order.customer == customer && counts(order) {
            figures.orderCount += 1
            let sums = order.lines.values.compactMap(\.sum)
            let worth = order.sum ?? (sums.isEmpty ? order.paid ?? 0 : sums.reduce(0, +))
            figures.total.tenThousandths += Int64(worth) * 10_000
            let items = order.count ?? order.lines.values.compactMap(\.count).reduce(0, +)
            figures.items.millionths += Int64(items) * 1_000_000
            figures.firstDate = min(figures.firstDate ?? order.date, order.date)
            figures.lastDate = max(figures.lastDate ?? order.date, order.date)
        }
        return figures
    }

    private func counts(_ order: PlainOrder) -> Bool {
        func isFlagged(_ type: OrderStatusType) -> Bool { order.statuses[type].flatMap { flags[type]?[$0] } ?? false }
        let asked = OrderStatusType.allCases.filter { type in flags[type]?.values.contains(true) == true }
        return switch rule {
        case .any: OrderStatusType.allCases.contains(where: isFlagged)
        case .general: isFlagged(.general)
        case .all: !asked.isEmpty && asked.allSatisfy(isFlagged)
        }
    }
}
