import Database
import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// A project that moves from a file to a server, and back.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct CopyTests {
    private let folder: TemporaryDirectory
    private let server: TestDatabase

    init() async throws {
        folder = try TemporaryDirectory()
        server = try await TestDatabase.make()
    }

    private var file: String { folder.path + "/data" }

    private func shop() async throws {
        let services = try await Services.open(file, surroundings: .still())
        try await services.accounts.setUp(
            .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true)
        _ = try await services.customers.register(
            (0..<30).map { .success(.sample("c-\($0)", firstName: "Ana \($0)")) }, by: .test)
        for index in 0..<60 {
            _ = try await services.orders.register(
                .sample("o-\(index)", customer: "c-\(index % 30)", sum: index, statuses: [.payment: "paid"]), by: .test)
        }
        // One that moves to another bucket, and one that is gone.
        _ = try await services.orders.register(.sample("o-1", customer: "c-2", sum: 1), by: .test)
        try await services.orders.delete("o-3", by: .test)
        services.close()
    }

    private func copy(from: String, to: String) async throws {
        try await CopyService.run(from: from, to: to, surroundings: .still()) { _, _ in }
    }

    @Test func `a project is the same on a server, and back in a file`() async throws {
        try await shop()
        let url = try #require(server.url)
        try await copy(from: file, to: url)
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

    @Test func `nothing is copied over a project that is there`() async throws {
        try await shop()
        let url = try #require(server.url)
        try await copy(from: file, to: url)
        await #expect(throws: CopyFailure.self) { try await copy(from: file, to: url) }
    }
}
