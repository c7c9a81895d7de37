import Database
import Domain
import Platform
import TestSupport
import Testing

/// Receipts, orders and customers in any order of events: figures equal a recomputation, links join only what belongs
/// together, and `verify` finds nothing.
struct ReceiptFiguresTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `figures and links hold whatever happens`(seed: UInt64) async throws {
        let services = try await Services.test()
        var world = ReceiptWorld(seed: seed, services)
        try await world.begin()
        for round in 0..<10 {
            for _ in 0..<30 { try await world.step() }
            try await world.check("seed \(seed), round \(round)")
        }
    }

    @Test func `repair makes figures that were altered right`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        _ = try await services.receipts.register(.sample(sum: 5), by: .test)
        try await services.engine.write { tx in try tx.run("UPDATE receipt_figures SET total_e4 = 1") }
        #expect(try await services.verifier.verify().flatMap(\.findings).count == 1)
        _ = try await services.verifier.repair()
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        #expect(try services.receipts.receipts(ofCustomer: "c-1", offset: 0, limit: 1).figures.total == .units(5))
    }

    @Test func `what was deleted is purged after thirty days, and its id is free at once`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample())], by: .test)
        _ = try await services.receipts.register(.sample(sum: 5), by: .test)
        try await services.receipts.delete("r-1", by: .test)
        #expect(throws: ReceiptError.unknownReceipt("r-1")) { try services.receipts.receipt("r-1") }
        let again = try await services.receipts.register(.sample(sum: 6), by: .test)
        #expect(again.kind == .created)
        clock.advance(seconds: 31 * 86_400)
        _ = try await OrderPurge(services, logger: .quiet).purge()
        let rows = try services.engine.read { tx in
            try tx.rows("SELECT (SELECT count(*) FROM receipt), (SELECT count(*) FROM receipt_change)") {
                ($0.integer(0), $0.integer(1))
            }
        }
        #expect(rows[0] == (1, 1))
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }
}

/// A shop in which anything happens to a handful of customers, and the same shop as plain values.
private struct ReceiptWorld {
    struct PlainReceipt {
        var customer: String
        var date: Instant
        var order: String?
        var sum: Int?
        var lines: [Int?] = []
    }

    let services: Services
    private var chance: Chance
    private var receipts: [String: PlainReceipt] = [:]
    /// The customer of each order.
    private var orders: [String: String] = [:]

    private static let customers = (0..<4).map { "c-\($0)" }

    init(seed: UInt64, _ services: Services) {
        chance = Chance(seed: seed)
        self.services = services
    }

    mutating func begin() async throws {
        _ = try await services.customers.register(Self.customers.map { .success(.sample($0)) }, by: .test)
    }

    mutating func step() async throws {
        switch chance.int(1...100) {
        case ...40: try await registerReceipt()
        case ...55: try await registerOrder()
        case ...85: try await setLink()
        case ...93: try await deleteReceipt()
        default: try await deleteOrder()
        }
    }

    private func receiptID(_ chance: inout Chance) -> String { "r-\(chance.int(0...14))" }
    private func orderID(_ chance: inout Chance) -> String { "o-\(chance.int(0...7))" }

    private mutating func registerReceipt() async throws {
        let id = receiptID(&chance)
        let known = receipts[id]
        var plain = known ?? PlainReceipt(customer: "", date: services.surroundings.now())
        var patch = ReceiptPatch(externalID: id)
        if known == nil || chance.happens(25) {
            let customer = chance.pick(Self.customers)
            if customer != plain.customer { plain.order = nil }
            plain.customer = customer
            patch.customerExternalID = .set(customer)
        }
        if chance.happens(40) {
            plain.date = StillClock.usual.adding(seconds: -86_400 * Int64(chance.int(0...60)))
            patch.date = .set(plain.date)
        }
        if chance.happens(50) {
            plain.sum = amount()
            patch.fields.set(.sum, plain.sum.map { .money(.units($0)) })
        }
        if chance.happens(40) {
            plain.lines = (0..<chance.int(0...3)).map { _ in amount() }
            patch.lines = plain.lines.enumerated().map { index, sum in
                var line = ReceiptLinePatch(externalID: "l-\(index)")
                line.fields.set(.sum, sum.map { .money(.units($0)) })
                return line
            }
        }
        _ = try await services.receipts.register([.success(patch)], by: .test)[0].get()
        receipts[id] = plain
    }

    private mutating func registerOrder() async throws {
        let id = orderID(&chance)
        var patch = OrderPatch(externalID: id)
        patch.fields.set(.unit, .text("till \(chance.int(0...9))"))
        if orders[id] == nil || chance.happens(40) {
            let customer = chance.pick(Self.customers)
            patch.customerExternalID = .set(customer)
            if orders[id] != customer { unlinkAll(of: id) }
            orders[id] = customer
        }
        _ = try await services.orders.register(patch, by: .test)
    }

    private mutating func setLink() async throws {
        let (order, receipt, isLinked) = (orderID(&chance), receiptID(&chance), chance.happens(75))
        do {
            try await services.receipts.setLink(order: order, receipt: receipt, isLinked: isLinked, by: .test)
            #expect(orders[order] != nil)
            let before = receipts[receipt]?.order
            #expect(before == nil || before == order)
            #expect(!isLinked || receipts[receipt]?.customer == orders[order])
            receipts[receipt]?.order = isLinked ? order : nil
        } catch OrderError.unknownOrder {
            #expect(orders[order] == nil)
        } catch ReceiptError.unknownReceipt {
            #expect(receipts[receipt] == nil)
        } catch ReceiptError.linkedElsewhere(_, let other) {
            #expect(receipts[receipt]?.order == other && other != order)
        } catch ReceiptError.otherCustomer {
            #expect(receipts[receipt]?.customer != orders[order])
        }
    }

    private mutating func deleteReceipt() async throws {
        let id = receiptID(&chance)
        do {
            try await services.receipts.delete(id, by: .test)
            #expect(receipts[id] != nil)
            receipts[id] = nil
        } catch ReceiptError.unknownReceipt {
            #expect(receipts[id] == nil)
        }
    }

    private mutating func deleteOrder() async throws {
        let id = orderID(&chance)
        do {
            try await services.orders.delete(id, by: .test)
            unlinkAll(of: id)
            orders[id] = nil
        } catch OrderError.unknownOrder {
            #expect(orders[id] == nil)
        }
    }

    private mutating func unlinkAll(of order: String) {
        for id in receipts.keys where receipts[id]?.order == order { receipts[id]?.order = nil }
    }

    private mutating func amount() -> Int? { chance.happens(15) ? nil : chance.int(-5...500) }

    // MARK: What must hold

    func check(_ place: String) async throws {
        for customer in Self.customers {
            let (page, figures) = try services.receipts.receipts(ofCustomer: customer, offset: 0, limit: 500)
            #expect(figures == expected(customer), "\(place), customer \(customer)")
            let own = receipts.filter { $0.value.customer == customer }
            #expect(Set(page.map(\.receipt.externalID)) == Set(own.keys), "\(place)")
            for stored in page {
                #expect(stored.orderExternalID == own[stored.receipt.externalID]?.order, "\(place)")
            }
        }
        for order in orders.keys {
            let linked = try services.receipts.receipts(ofOrder: order).map(\.receipt.externalID)
            #expect(Set(linked) == Set(receipts.filter { $0.value.order == order }.keys), "\(place), order \(order)")
        }
        var query = ReceiptQuery()
        query.isLinked = true
        let list = try services.receipts.list(query, place: .offset(0), limit: 500, withLines: true)
        #expect(list.total == receipts.values.filter { $0.order != nil }.count, "\(place)")
        #expect(services.receipts.count == receipts.count, "\(place)")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [], "\(place)")
    }

    private func expected(_ customer: String) -> ReceiptFigures {
        var figures = ReceiptFigures()
        for receipt in receipts.values where receipt.customer == customer {
            figures.count += 1
            let sum = receipt.sum ?? receipt.lines.compactMap { $0 }.reduce(0, +)
            figures.total.tenThousandths += Int64(sum) * 10_000
            figures.firstDate = min(figures.firstDate ?? receipt.date, receipt.date)
            figures.lastDate = max(figures.lastDate ?? receipt.date, receipt.date)
        }
        return figures
    }
}
