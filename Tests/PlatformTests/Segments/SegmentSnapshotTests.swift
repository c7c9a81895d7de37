import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// A start from what the process before left of its index knows what a start from the database knows.
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

    @Test func `what others wrote after a snapshot is taken in`() async throws {
        try await shop()
        let other = try await start()
        try await change(other)
        _ = try await other.customers.merge("c-3", into: "c-4", by: .test)
        // It asked nothing of segments, and leaves no snapshot of its own.
        other.close()
        let services = try await start()
        defer { services.close() }
        try await agree(services)
        #expect(services.segmentBoard.isFromSnapshot)
        #expect(try await services.members("buyers").contains("c-50"))
    }

    @Test func `what a process wrote between its last snapshot and its sudden end is not missing`() async throws {
        try await shop()
        let killed = try await start()
        try await killed.segmentBoard.open()
        #expect(killed.segmentBoard.isFromSnapshot)
        _ = try await killed.orders.register(.sample("o-70", customer: "c-1", sum: 90), by: .test)
        try await killed.segmentBoard.leaveSnapshot()
        try await change(killed)
        let place = try TemporaryDirectory()
        let services = try await next(in: place)
        defer { services.close() }
        try await agree(services)
        #expect(services.segmentBoard.isFromSnapshot)
        #expect(try await services.members("buyers").contains("c-50"))
        killed.close()
        withExtendedLifetime(place) {}
    }

    /// The process after one that was killed now: what it left goes on in another place.
    private func next(in place: TemporaryDirectory) async throws -> Services {
        for name in try FileManager.default.contentsOfDirectory(atPath: database.directory.path)
        where name.hasPrefix("reorder.sqlite") && !name.hasSuffix("-shm") || name == file.lastPathComponent {
            try FileManager.default.copyItem(
                atPath: "\(database.directory.path)/\(name)", toPath: "\(place.path)/\(name)")
        }
        return try await Services.open(place.path, server: database.url, surroundings: .still(at: clock))
    }

    @Test func `what was left before there was another field or status is not taken`() async throws {
        try await shop()
        let other = try await start()
        let tier = try await other.fields.create(.sample(.customer, "tier", .integer))
        var patch = CustomerPatch(externalID: "c-2")
        patch.custom.set(tier, .integer(3))
        _ = try await other.customers.update(patch, by: .test)
        try await other.segmentBoard.open()
        #expect(!other.segmentBoard.isFromSnapshot)
        try await agree(other)
        other.close()
        let next = try await start()
        var status = OrderStatusPatch()
        (status.code, status.name) = ("odd", "Odd")
        _ = try await next.statuses.create(.general, status)
        try await agree(next)
        #expect(!next.segmentBoard.isFromSnapshot)
        next.close()
    }

    @Test func `a snapshot is left when enough changed, and none while nothing does`() async throws {
        try await shop()
        let services = try await start()
        defer { services.close() }
        try await services.segmentBoard.open()
        func written() throws -> Date? {
            try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
        }
        let first = try written()
        clock.advance(seconds: 4000)
        try await services.segmentBoard.leaveSnapshotWhereDue()
        #expect(try written() == first)
        try await change(services)
        try await services.segmentBoard.leaveSnapshotWhereDue()
        #expect(try written() != first)
        let second = try written()
        try await services.orders.delete("o-4", by: .test)
        try await services.segmentBoard.leaveSnapshotWhereDue()
        #expect(try written() == second, "too soon")
    }

    @Test func `a snapshot of a node goes when another node erases somebody`() async throws {
        guard !TestDatabase.isEmbedded else { return }
        try await shop()
        let services = try await start()
        try await services.segmentBoard.open()
        #expect(services.segmentBoard.isFromSnapshot)
        let other = try await Services.open(
            try TemporaryDirectory().path, server: database.url, surroundings: .still(at: clock))
        try await other.customers.erase("c-6", by: .test)
        other.close()
        try await services.catchUp()
        #expect(!FileManager.default.fileExists(atPath: file.path))
        try await services.segmentBoard.leaveSnapshot()
        services.close()
        #expect(!FileManager.default.fileExists(atPath: file.path))
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
