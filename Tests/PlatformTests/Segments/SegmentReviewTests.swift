import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// Segments where the database answers, and no index in memory.
struct SegmentReviewTests {
    private let clock = StillClock()

    private func shop() async throws -> Services {
        let services = try await Services.test(clock: clock, usesMemory: false)
        _ = try await services.customers.register(
            ["c-1", "c-2", "c-3"].map { .success(.sample($0, email: "\($0)@example.com")) }, by: .test)
        return services
    }

    @Test func `membership is right at once, and what moved is told once by the next review`() async throws {
        let services = try await shop()
        try await services.make("buyers", #"{"field":"orders.total","op":"gte","value":10}"#)
        try await services.make(
            "fresh", #"{"orders":{"where":{"field":"date","op":"in_last","value":{"n":2,"unit":"day"}}}}"#)
        _ = try await services.orders.register(
            .sample(date: clock.now, sum: 10, statuses: [.payment: "paid"]), by: .test)
        #expect(try await services.members("buyers") == ["c-1"])
        #expect(try await services.segments.segments(of: "c-1").map(\.segment.code) == ["buyers", "fresh"])
        #expect(try await services.told() == ["c-1 segment.entered buyers", "c-1 segment.entered fresh"])
        #expect(try await services.told().count == 2)
        clock.advance(seconds: 3 * 86_400)
        #expect(try await services.members("fresh") == [])
        #expect(try await services.told().last == "c-1 segment.left fresh")
        #expect(try services.stored("buyers") == ["c-1"])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        #expect(!services.segmentBoard.isOpen, "nothing was read into memory for that")
    }

    @Test func `a segment that is new or changed is filled, and nobody has entered by that`() async throws {
        let services = try await shop()
        try await services.make("all", #"{"all":[]}"#)
        #expect(try services.stored("all") == ["c-1", "c-2", "c-3"])
        _ = try await services.segments.update(
            "all", try services.patch(#"{"field":"customer.external_id","op":"eq","value":"c-2"}"#))
        #expect(try await services.told() == [])
        #expect(try services.stored("all") == ["c-2"])
    }

    @Test func `a server has the indexes by which trees find rows`() async throws {
        let services = try await shop()
        guard services.engine.isShared else { return }
        let count = try services.engine.read { tx in
            try tx.first("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%_folded'") { $0.integer(0) }
        }
        #expect(try #require(count) > 5)
    }
}
