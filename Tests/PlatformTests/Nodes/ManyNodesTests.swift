import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// Several processes on one database, each with a product of its own.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct ManyNodesTests {
    private let first: Services
    private let second: Services

    init() async throws {
        first = try await Services.test()
        second = try await first.another()
    }

    private func bothAgree() async throws {
        for services in [first, second] {
            try await services.catchUp()
            #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        }
    }

    @Test func `what one process writes the other one lists`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1", firstName: "Ana"))], by: .test)
        _ = try await first.orders.register(.sample("o-1", sum: 7, statuses: [.payment: "paid"]), by: .test)
        _ = try await second.orders.register(.sample("o-2", sum: 8, statuses: [.payment: "paid"]), by: .test)
        try await bothAgree()
        #expect(first.orders.count == 2)
        #expect(second.orders.count == 2)
        try await second.orders.delete("o-1", by: .test)
        _ = try await first.customers.register([.success(.sample("c-1", firstName: "Anna"))], by: .test)
        try await bothAgree()
        #expect(first.orders.count == 1)
    }

    @Test func `processes that look for news make none`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1"))], by: .test)
        try await bothAgree()
        let turn = try first.engine.lastTurn()
        for services in [second, first, second] { try await services.catchUp() }
        #expect(try first.engine.lastTurn() == turn)
    }

    @Test func `a status that one process makes is known to the other one's writes`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1"))], by: .test)
        // Remembered before the other process changes it.
        _ = try await second.orders.register(.sample("o-1", statuses: [.payment: "paid"]), by: .test)
        var project = ProjectPatch()
        project.createsUnknownStatuses = true
        try await first.project.update(project, by: .system)
        _ = try await first.orders.register(.sample("o-2", statuses: [.payment: "half"]), by: .test)
        _ = try await second.orders.register(.sample("o-3", statuses: [.payment: "half"]), by: .test)
        try await bothAgree()
        #expect(second.references.current.book.status(.payment, code: "half") != nil)
    }

    @Test func `writes of both to the same orders lose nothing`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1"))], by: .test)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<120 {
                let services = index % 2 == 0 ? first : second
                group.addTask {
                    _ = try await services.orders.register(
                        .sample("o-\(index % 10)", sum: index, statuses: [.payment: "paid"]), by: .test)
                }
            }
            try await group.waitForAll()
        }
        try await bothAgree()
        #expect(first.orders.count == 10)
        #expect(try first.customers.customer("c-1").figures.orderCount == 10)
    }

    @Test func `identifiers of processes that make them at one moment differ`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1"))], by: .test)
        let mine = try await first.orders.register(.sample("o-1"), by: .test).stored.order.id
        let other = try await second.orders.register(.sample("o-2"), by: .test).stored.order.id
        #expect(mine != other)
        #expect(mine.bucket == other.bucket)
    }

    @Test func `a process that stops lets go of its number at once`() async throws {
        second.close()
        let held = try first.engine.read { tx in try NodeStore().count(at: Instant(milliseconds: 1), tx) }
        #expect(held == 1)
    }
}
