import Database
import Domain
import Foundation
import Logging
import Platform
import Storage
import Synchronization
import TestSupport
import Testing

/// A project that moves from a file to a server, and back, while it is written to.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct CopyTests {
    private let folder: TemporaryDirectory
    private let server: TestDatabase

    init() async throws {
        folder = try TemporaryDirectory()
        server = try await TestDatabase.make()
    }

    private var file: String { folder.path + "/data" }

    /// A shop in a file, which is open still.
    private func shop(orders count: Int = 60) async throws -> Services {
        let services = try await Services.open(file, surroundings: .still())
        try await services.accounts.setUp(
            .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true)
        _ = try await services.customers.register(
            (0..<30).map { .success(.sample("c-\($0)", firstName: "Ana \($0)")) }, by: .test)
        for index in 0..<count { try await Self.order(index, services) }
        // One that moves to another bucket, and one that is gone.
        _ = try await services.orders.register(.sample("o-1", customer: "c-2", sum: 1), by: .test)
        try await services.orders.delete("o-3", by: .test)
        return services
    }

    private static func order(_ index: Int, _ services: Services, customer: Int? = nil) async throws {
        _ = try await services.orders.register(
            .sample(
                "o-\(index)", customer: "c-\(customer ?? index % 30)", sum: index, statuses: [.payment: "paid"],
                lines: [.sample("a", sum: index), .sample("b", sum: 1)]), by: .test)
    }

    @discardableResult
    private func copy(
        from: String, to: String, report: @escaping @Sendable (CopyService.Step) -> Void = { _ in }
    ) async throws -> CopyService.Outcome {
        try await CopyService.run(from: from, to: to, surroundings: .still(), report: report)
    }

    /// What each process or engine keeps for itself.
    private let own: Set = [
        "migration", "node", "writer_turn", "writer_message", "bucket_seq", "webhook_place", "segment_keeper",
    ]

    /// Everything that a database holds but events and places in them, row by row.
    private func rows(of engine: Engine) throws -> [String: [String]] {
        try engine.read { tx in
            var columns: [String: [String]] = [:]
            try tx.each(SQL(stringLiteral: tx.dialect.columns)) { columns[$0.text(0), default: []].append($0.text(1)) }
            var rows: [String: [String]] = [:]
            for (table, names) in columns
            where !own.contains(table) {
                let texts = names.filter {
                    !(table == "event" && ["bucket", "seq"].contains($0)) && $0 != "former_seq"
                }
                .map { "coalesce(CAST(\($0) AS TEXT), '~')" }
                rows[table] = try tx.rows(
                    SQL(stringLiteral: "SELECT \(texts.joined(separator: " || '|' || ")) FROM \(table)")
                ) { $0.text(0).replacing("true", with: "1").replacing("false", with: "0") }.sorted()
            }
            return rows
        }
    }

    @Test func `a project is the same on a server, and back in a file`() async throws {
        try await shop().close()
        let url = try #require(server.url)
        let outcome = try await copy(from: file, to: url)
        #expect(outcome.tables.first { $0.name == "orders" }?.rows == 60)
        #expect(outcome.checks.count > 20)
        let onServer = try await Services.open(folder.path + "/files", server: url, surroundings: .still())
        #expect(try await onServer.verifier.verify().flatMap(\.findings) == [])
        #expect(onServer.orders.count == 59)
        #expect(try onServer.customers.customer("c-2").figures.orderCount == 3)
        _ = try await onServer.orders.register(.sample("o-new", customer: "c-5", sum: 5), by: .test)
        #expect(try await onServer.verifier.verify().flatMap(\.findings) == [])
        onServer.close()
        try await copy(from: url, to: folder.path + "/back")
        let back = try await Services.open(folder.path + "/back", surroundings: .still())
        #expect(try await back.verifier.verify().flatMap(\.findings) == [])
        #expect(back.orders.count == 60)
        #expect(try back.orders.order("o-7").order.value == .units(7))
        back.close()
    }

    /// Writes of every kind, from a shop that runs, until it is told to end.
    private func write(_ services: Services, until isOver: @Sendable () -> Bool) async throws -> Int {
        var index = 0
        while !isOver() {
            index += 1
            switch index % 6 {
            case 0: try await services.orders.delete("o-\(10_000 + index - 3)", by: .test)
            case 1: try await Self.order(index % 60 + 4, services, customer: index % 7)
            case 2:
                _ = try await services.customers.register(
                    [.success(.sample("c-\(index % 40)", firstName: "Rui \(index)"))], by: .test)
            case 4:
                _ = try await services.receipts.register(.sample("r-\(index)", customer: "c-1", sum: index), by: .test)
            default: try await Self.order(10_000 + index, services, customer: index % 30)
            }
        }
        return index
    }

    @Test(arguments: [true, false])
    func `what is written while a shop is copied is in the copy`(_ isToServer: Bool) async throws {
        let url = try #require(server.url)
        var services = try await shop(orders: 2500)
        var patch = WebhookPatch()
        (patch.name, patch.url, patch.kinds) = ("Till", "https://shop.example/x", ["order.created"])
        _ = try await services.webhooks.create(patch)
        var (from, to) = (file, url)
        if !isToServer {
            services.close()
            try await copy(from: file, to: url)
            services = try await Services.open(folder.path + "/files", server: url, surroundings: .still())
            (from, to) = (url, folder.path + "/back")
        }
        let isWaiting = Mutex(false)
        let phases = Mutex<Set<String>>([])
        async let outcome = copy(from: from, to: to) { step in
            switch step {
            case .copying: phases.withLock { _ = $0.insert("copying") }
            case .waiting: isWaiting.withLock { $0 = true }
            case .catchingUp: phases.withLock { _ = $0.insert("changes") }
            case .comparing: phases.withLock { _ = $0.insert("comparison") }
            case .verifying: phases.withLock { _ = $0.insert("verification") }
            }
        }
        // The copy asks for the end once all is copied; somebody writes until then, and a little longer.
        let written = try await write(services) { isWaiting.withLock { $0 } }
        for index in 0..<30 { try await Self.order(5000 + index, services) }
        services.close()
        _ = try await outcome
        #expect(written > 5)
        #expect(phases.withLock { $0 } == ["copying", "changes", "comparison", "verification"])
        let (old, new) = (
            try Engine(isToServer ? .file(from + "/reorder.sqlite") : .server(from)),
            try Engine(isToServer ? .server(to) : .file(to + "/reorder.sqlite"))
        )
        defer {
            old.stop()
            new.stop()
        }
        let (before, after) = (try rows(of: old), try rows(of: new))
        #expect(before.keys.sorted() == after.keys.sorted())
        for (table, rows) in before { #expect(after[table] == rows, "\(table)") }
        #expect(before["orders"]?.count ?? 0 > 2530)
        #expect(before["webhook_delivery"]?.count ?? 0 >= 30)
    }

    @Test func `nothing is copied over a project that is there`() async throws {
        try await shop().close()
        let url = try #require(server.url)
        try await copy(from: file, to: url)
        await #expect(throws: CopyFailure.self) { try await copy(from: file, to: url) }
    }

    @Test func `half a copy is no project, and nothing to copy to`() async throws {
        try await shop().close()
        let url = try #require(server.url)
        let target = try Engine(.server(url))
        _ = try await Migrator.migrate(target, try Migrations.all(), nowMs: 0)
        let source = try Engine(.file(file + "/reorder.sqlite"))
        try await ProjectCopy(to: target) { _ in }.copyAll(from: source)
        source.stop()
        target.stop()
        let services = try await Services.open(folder.path + "/files", server: url, surroundings: .still())
        #expect(services.accounts.isFirstRun)
        services.close()
        await #expect(throws: CopyFailure.self) { try await copy(from: file, to: url) }
    }
}
