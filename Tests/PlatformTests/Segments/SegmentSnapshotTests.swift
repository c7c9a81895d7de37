import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// A start from what the process before left of its index knows what a start from the database knows.
@Suite(.enabled(if: TestDatabase.isEmbedded, "On a server no process leaves one."))
struct SegmentSnapshotTests {
    private let database: TestDatabase
    private let clock = StillClock()

    init() throws { database = try TestDatabase() }

    private var file: URL { URL(fileURLWithPath: database.directory.path).appending(path: "segments.index") }

    private func start() async throws -> Services {
        try await Services.open(
            database.directory.path, server: database.url, surroundings: .still(at: clock))
    }

    /// Opens a shop for the first time, and leaves a snapshot of it.
    private func shop() async throws {
        let services = try await start()
        try await services.accounts.setUp(
            .sample(createsUnknownCustomers: true), email: "owner@example.com", password: "a password for tests",
            starterStatuses: true)
        for number in 0..<40 {
            _ = try await services.orders.register(
                .sample(
                    "o-\(number)", customer: "c-\(number % 13)", sum: number, statuses: [.payment: "paid"],
                    lines: [.sample(product: "p-\(number % 3)", sum: number)]), by: .test)
        }
        try await services.segmentBoard.open()
        try await services.make("buyers", #"{"field":"orders.total","op":"gte","value":70}"#)
        #expect(!services.segmentBoard.isFromSnapshot)
        services.close()
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    /// Changes of every kind.
    private func change(_ services: Services) async throws {
        _ = try await services.orders.register(.sample("o-1", customer: "c-9", sum: 900), by: .test)
        _ = try await services.orders.register(
            .sample("o-50", customer: "c-50", sum: 90, statuses: [.payment: "paid"]), by: .test)
        try await services.orders.delete("o-2", by: .test)
        _ = try await services.orders.moveStatuses(
            "o-3", StatusPatch(statuses: [.payment: .set("refunded")]), by: .test)
        _ = try await services.receipts.register(.sample("r-1", customer: "c-7", sum: 5), by: .test)
    }

    private func agree(_ services: Services) async throws {
        try await services.segmentBoard.open()
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `what is written before the snapshot is read is not missing`() async throws {
        try await shop()
        let services = try await start()
        defer { services.close() }
        try await change(services)
        try await agree(services)
        #expect(services.segmentBoard.isFromSnapshot)
        let told = try await services.told()
        #expect(told.contains("c-9 segment.entered buyers") && told.contains("c-50 segment.entered buyers"))
        _ = try await services.orders.register(.sample("o-60", customer: "c-1", sum: 90), by: .test)
        try await agree(services)
    }

    @Test func `a snapshot that others wrote after is not taken`() async throws {
        try await shop()
        let other = try await start()
        try await change(other)
        other.close()
        let services = try await start()
        defer { services.close() }
        try await agree(services)
        #expect(!services.segmentBoard.isFromSnapshot)
        #expect(try await services.members("buyers").contains("c-50"))
    }

    @Test func `no snapshot holds a word of somebody who was erased`() async throws {
        try await shop()
        let services = try await start()
        try await services.segmentBoard.open()
        #expect(services.segmentBoard.isFromSnapshot)
        try await services.customers.erase("c-6", by: .test)
        services.close()
        #expect(!FileManager.default.fileExists(atPath: file.path))
        let next = try await start()
        defer { next.close() }
        try await agree(next)
        #expect(!next.segmentBoard.isFromSnapshot)
    }

    @Test func `a damaged snapshot is passed over`() async throws {
        try await shop()
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        let services = try await start()
        defer { services.close() }
        try await agree(services)
        #expect(!services.segmentBoard.isFromSnapshot)
    }
}
