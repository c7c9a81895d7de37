import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// Who is in which segment follows every write before it is answered, and time to the millisecond.
struct SegmentBoardTests {
    private let clock = StillClock()

    private func shop() async throws -> Services {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register(
            ["c-1", "c-2", "c-3"].map { .success(.sample($0, email: "\($0)@example.com")) }, by: .test)
        return services
    }

    private func agree(_ services: Services) async throws {
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `an order brings its customer into a segment before it is answered, and takes them out`() async throws {
        let services = try await shop()
        try await services.make("buyers", #"{"field":"orders.total","op":"gte","value":10}"#)
        _ = try await services.orders.register(.sample(sum: 10, statuses: [.payment: "paid"]), by: .test)
        #expect(try await services.members("buyers") == ["c-1"])
        _ = try await services.orders.register(.sample(sum: 9), by: .test)
        #expect(try await services.members("buyers") == [])
        _ = try await services.orders.register(.sample(customer: "c-2", sum: 11), by: .test)
        #expect(try await services.members("buyers") == ["c-2"])
        #expect(try await services.segments.segments(of: "c-2").map(\.segment.code) == ["buyers"])
        try await services.orders.delete("o-1", by: .test)
        #expect(try await services.members("buyers") == [])
        try await agree(services)
        #expect(
            try await services.told() == [
                "c-1 segment.entered buyers", "c-1 segment.left buyers", "c-2 segment.entered buyers",
                "c-2 segment.left buyers",
            ])
    }

    @Test func `a segment that is new or changed is filled, and nobody has entered by that`() async throws {
        let services = try await shop()
        _ = try await services.orders.register(.sample(sum: 10, statuses: [.payment: "paid"]), by: .test)
        try await services.make("buyers", #"{"field":"orders.count","op":"gte","value":1}"#)
        #expect(try await services.told() == [])
        #expect(try services.stored("buyers") == ["c-1"])
        _ = try await services.segments.update(
            "buyers", try services.patch(#"{"not":{"field":"orders.count","op":"gte","value":1}}"#))
        #expect(try await services.members("buyers") == ["c-2", "c-3"])
        #expect(try await services.told() == [])
        #expect(try services.stored("buyers") == ["c-2", "c-3"])
    }

    @Test func `segments that name others, and audiences, follow them`() async throws {
        let services = try await shop()
        _ = try await services.segments.create(SegmentPatch(code: "list", name: "List"))
        try await services.make("listed", #"{"segment":"list"}"#)
        try await services.make("others", #"{"not":{"segment":"listed"}}"#)
        _ = try await services.segments.add(["c-1", "c-3"], to: "list")
        #expect(try await services.members("listed") == ["c-1", "c-3"])
        #expect(try await services.members("others") == ["c-2"])
        _ = try await services.segments.remove(["c-1"], from: "list")
        #expect(try await services.members("others") == ["c-1", "c-2"])
        _ = try await services.customers.merge("c-3", into: "c-2", by: .test)
        #expect(try await services.members("listed") == ["c-2"])
        try await agree(services)
    }

    @Test func `time takes customers out at the millisecond at which it is so`() async throws {
        let services = try await shop()
        let hours = #"{"orders":{"where":{"field":"date","op":"in_last","value":{"n":2,"unit":"hour"}}}}"#
        try await services.make("fresh", hours)
        try await services.make("today", hours.replacing(#"2,"unit":"hour""#, with: #"1,"unit":"day""#))
        _ = try await services.orders.register(.sample(date: clock.now), by: .test)
        #expect(try await services.told() == ["c-1 segment.entered fresh", "c-1 segment.entered today"])
        let ordered = clock.now
        clock.advance(seconds: 7199)
        services.segmentBoard.pass()
        #expect(try await services.members("fresh") == ["c-1"])
        clock.advance(seconds: 40_000)
        services.segmentBoard.pass()
        #expect(try await services.members("fresh") == [])
        #expect(try await services.members("today") == [])
        #expect(try await services.told().suffix(2) == ["c-1 segment.left fresh", "c-1 segment.left today"])
        let moments = try services.moments("segment.left")
        #expect(moments.first.map { $0.milliseconds - ordered.milliseconds } ?? 0 <= 7_200_001)
        #expect(moments.last == Instant(milliseconds: 1_772_409_600_000))
    }

    @Test func `a product's change, a status's flag and a field's value move customers`() async throws {
        let services = try await shop()
        try await services.make(
            "shoes", #"{"lines":{"where":{"field":"product.category","op":"eq","value":"shoes"}}}"#)
        try await services.make("buyers", #"{"field":"orders.count","op":"gte","value":1}"#)
        _ = try await services.orders.register(
            .sample(sum: 10, statuses: [.general: "accepted"], lines: [.sample(product: "p-1")]), by: .test)
        #expect(try await services.members("shoes") == [])
        var product = ProductPatch(externalID: "p-1")
        product.fields.set(.category, .text("shoes"))
        _ = try await services.products.register([.success(product)])
        #expect(try await services.members("shoes") == ["c-1"])
        try await services.products.delete("p-1")
        #expect(try await services.members("shoes") == [])
        #expect(try await services.members("buyers") == [])
        var flag = OrderStatusPatch()
        flag.includeInAnalytics = true
        _ = try await services.statuses.update(.general, code: "accepted", flag)
        #expect(try await services.members("buyers") == ["c-1"])
        let tier = try await services.fields.create(.sample(.customer, "tier", .integer))
        try await services.make("gold", #"{"field":"customer.tier","op":"gte","value":3}"#)
        var patch = CustomerPatch(externalID: "c-2")
        patch.custom.set(tier, .integer(3))
        _ = try await services.customers.update(patch, by: .test)
        #expect(try await services.members("gold") == ["c-2"])
        try await agree(services)
    }

    @Test func `who is erased or merged away is in no segment, and nothing is told of them`() async throws {
        let services = try await shop()
        try await services.make("known", #"{"field":"customer.email","op":"is_set"}"#)
        #expect(try await services.told() == [])
        _ = try await services.orders.register(.sample(customer: "c-1"), by: .test)
        try await services.customers.erase("c-1", by: .test)
        _ = try await services.customers.merge("c-3", into: "c-2", by: .test)
        #expect(try await services.members("known") == ["c-2"])
        #expect(try await services.told() == [])
        #expect(try services.stored("known") == ["c-2"])
        try await agree(services)
    }

    @Test func `what moved while nobody wrote it down is told at the next beginning, once`() async throws {
        let services = try await shop()
        try await services.make("buyers", #"{"field":"orders.count","op":"gte","value":1}"#)
        #expect(try await services.told() == [])
        services.segmentBoard.stopKeeping()
        _ = try await services.orders.register(.sample(sum: 1, statuses: [.payment: "paid"]), by: .test)
        #expect(try services.stored("buyers") == [])
        #expect(try await services.told() == ["c-1 segment.entered buyers"])
        services.segmentBoard.stopKeeping()
        #expect(try await services.told() == ["c-1 segment.entered buyers"])
        #expect(try services.stored("buyers") == ["c-1"])
    }

    @Test func `sizes are noted by day`() async throws {
        let services = try await shop()
        try await services.make("known", #"{"field":"customer.email","op":"is_set"}"#)
        _ = try await services.told()
        clock.advance(seconds: 86_400)
        _ = try await services.customers.register([.success(.sample("c-4", email: "d@example.com"))], by: .test)
        _ = try await services.told()
        let id = try #require(services.segments.book["known"]).segment.id
        let sizes = try services.engine.read { tx in
            try SegmentRowStore().sizes(of: id, from: CalendarDay(number: 0), tx)
        }
        #expect(sizes.map(\.customers) == [3, 4])
    }
}
