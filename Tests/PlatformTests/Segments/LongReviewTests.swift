import Database
import Dispatch
import Domain
import Platform
import TestSupport
import Testing

/// Asking everybody takes long, and nobody who writes waits for it; what they did meanwhile is taken in after, in its order.
struct LongReviewTests {
    private let clock = StillClock()

    private func shop() async throws -> Services {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register(
            (0..<40).map { .success(.sample("c-\($0)", email: "c-\($0)@example.com")) }, by: .test)
        return services
    }

    private func agree(_ services: Services) async throws {
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a write is answered while everybody is asked, and who asks afterwards sees it`() async throws {
        let services = try await shop()
        try await services.make("buyers", #"{"field":"orders.total","op":"gte","value":10}"#)
        services.segmentBoard.reviews.suspend()
        var patch = try services.patch(#"{"field":"orders.count","op":"gte","value":1}"#)
        (patch.code, patch.name) = ("all", "All")
        _ = try await services.segments.create(patch)
        _ = try await services.orders.register(.sample(sum: 10, statuses: [.payment: "paid"]), by: .test)
        _ = try await services.orders.register(
            .sample("o-2", customer: "c-2", sum: 1, statuses: [.payment: "paid"]), by: .test)
        async let members = services.members("all")
        services.segmentBoard.reviews.resume()
        #expect(try await members == ["c-1", "c-2"])
        #expect(try await services.members("buyers") == ["c-1"])
        let told = try await services.told()
        #expect(told.contains("c-1 segment.entered buyers"))
        #expect(try services.stored("all") == ["c-1", "c-2"])
        try await agree(services)
    }

    @Test func `what comes after a midnight is told after what the midnight did, each at its moment`() async throws {
        let services = try await shop()
        let today = #"{"orders":{"where":{"field":"date","op":"in_last","value":{"n":1,"unit":"day"}}}}"#
        try await services.make("today", today)
        _ = try await services.orders.register(.sample(date: clock.now), by: .test)
        _ = try await services.told()
        services.segmentBoard.reviews.suspend()
        clock.advance(seconds: 86_400)
        services.segmentBoard.pass()
        // Comes back before anybody was asked whether they left.
        _ = try await services.orders.register(.sample("o-2", date: clock.now), by: .test)
        services.segmentBoard.reviews.resume()
        #expect(
            try await services.told() == [
                "c-1 segment.entered today", "c-1 segment.left today", "c-1 segment.entered today",
            ])
        #expect(try services.moments("segment.left").map { $0.milliseconds % 3_600_000 } == [0])
        try await agree(services)
    }

    @Test func `writes beside midnights, products, segments and another zone lose and repeat no move`() async throws {
        let services = try await shop()
        try await services.make(
            "shoes", #"{"lines":{"where":{"field":"product.category","op":"eq","value":"shoes"}}}"#)
        try await services.make(
            "recent", #"{"orders":{"where":{"field":"date","op":"in_last","value":{"n":2,"unit":"day"}}}}"#)
        try await services.make("best", #"{"field":"rfm.m","op":"gte","value":4}"#)
        let clock = clock
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<40 {
                        let order = OrderPatch.sample(
                            "o-\(writer)-\(number % 25)", customer: "c-\((writer * 11 + number * 7) % 40)",
                            date: clock.now, sum: number * 10, statuses: [.payment: "paid"],
                            lines: [.sample(product: "p-\(number % 3)", sum: number * 10)])
                        _ = try await services.orders.register(order, by: .test)
                        if number % 9 == 0 { _ = try await services.members("recent") }
                    }
                }
            }
            group.addTask {
                for number in 0..<12 {
                    var product = ProductPatch(externalID: "p-\(number % 3)")
                    product.fields.set(.category, .text(number % 2 == 0 ? "shoes" : "hats"))
                    _ = try await services.products.register([.success(product)])
                    clock.advance(seconds: 30_000)
                    services.segmentBoard.pass()
                    if number == 5 {
                        var patch = try services.patch(#"{"field":"orders.count","op":"lt","value":2}"#)
                        (patch.code, patch.name) = ("few", "Few")
                        _ = try await services.segments.create(patch)
                    }
                    if number == 8 {
                        var patch = ProjectPatch()
                        patch.timeZoneName = "America/Lima"
                        _ = try await services.project.update(patch)
                    }
                }
            }
            group.addTask {
                for _ in 0..<10 { _ = try await services.told() }
            }
            try await group.waitForAll()
        }
        _ = try await services.told()
        var sides: [String: String] = [:]
        for (place, kind) in try services.moves() {
            #expect(sides[place] != kind, "\(place) \(kind) twice")
            sides[place] = kind
        }
        for code in ["shoes", "recent", "best", "few"] {
            #expect(try services.stored(code) == (try await services.members(code)), "\(code)")
        }
        try await agree(services)
    }
}

extension Services {
    /// All that was told, in the order in which it was: of whom and which segment, and what.
    fileprivate func moves() throws -> [(String, String)] {
        try engine.read { tx in
            try tx.rows(
                """
                SELECT c.external_id, s.code, e.kind FROM event AS e JOIN segment AS s ON s.id = e.segment_id
                JOIN customer AS c ON c.id = e.customer_id ORDER BY e.bucket, e.seq
                """
            ) { ("\($0.text(0)) \($0.text(1))", $0.text(2)) }
        }
    }
}
