import Domain
import Foundation
import Platform
import Segmentation
import TestSupport
import Testing

/// Segments that ask what customers did and have in their containers follow each write before it is answered, and time.
struct TrackedSegmentTests {
    private let clock = StillClock()

    private func shop(usesMemory: Bool = true) async throws -> Services {
        let services = try await Services.test(clock: clock, usesMemory: usesMemory)
        _ = try await services.customers.register(
            ["c-1", "c-2", "c-3"].map { .success(.sample($0, email: "\($0)@example.com")) }, by: .test)
        return services
    }

    private func tell(
        _ services: Services, _ name: String, of customer: String? = nil, visitor: String? = nil,
        context: String? = nil, call: TrackedCall? = nil
    ) async throws {
        let message = TrackedMessage(
            visitor: visitor, customer: customer, time: clock.now,
            call: call ?? .event(TrackedEventCall(name, context: context)))
        let results = try await services.tracking.register(
            [.success(SourcedMessage(message))], by: Origin(actor: "test", channel: .api))
        for result in results { _ = try result.get() }
    }

    private func agree(_ services: Services) async throws {
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    private static let viewed = #"""
        {"events":{"where":{"all":[{"field":"name","op":"eq","value":"product_viewed"},
            {"field":"date","op":"in_last","value":{"n":2,"unit":"hour"}}]},"have":{"measure":"count","op":"gte","value":2}}}
        """#

    @Test func `events bring their customer into a segment before they are answered, and time takes them out`()
        async throws
    {
        let services = try await shop()
        try await services.make("lookers", Self.viewed)
        try await tell(services, "product_viewed", of: "c-1")
        #expect(try await services.members("lookers") == [])
        try await tell(services, "product_viewed", of: "c-1")
        #expect(try await services.members("lookers") == ["c-1"])
        #expect(try await services.told() == ["c-1 segment.entered lookers"])
        clock.advance(seconds: 7201)
        services.segmentBoard.pass()
        #expect(try await services.members("lookers") == [])
        #expect(try await services.told().last == "c-1 segment.left lookers")
        try await agree(services)
    }

    @Test func `what a visitor did counts once they say who they are, and goes along when customers become one`()
        async throws
    {
        let services = try await shop()
        try await services.make("lookers", Self.viewed)
        for _ in 0..<2 { try await tell(services, "product_viewed", visitor: "v-1") }
        #expect(try await services.members("lookers") == [])
        try await tell(services, "page_viewed", of: "c-2", visitor: "v-1")
        #expect(try await services.members("lookers") == ["c-2"])
        _ = try await services.customers.merge("c-2", into: "c-3", by: .test)
        #expect(try await services.members("lookers") == ["c-3"])
        try await agree(services)
        _ = try await services.customers.erase("c-3", by: .test)
        #expect(try await services.members("lookers") == [])
        try await agree(services)
    }

    @Test(arguments: [true, false])
    func `a context is asked of events from before the segment, and of those that come`(usesMemory: Bool) async throws {
        let services = try await shop(usesMemory: usesMemory)
        let red = #"{"events":{"where":{"field":"context.color","op":"eq","value":"red"}}}"#
        let dear = #"{"events":{"where":{"field":"context.items.price","op":"gt","value":9.5}}}"#
        try await tell(
            services, "product_viewed", of: "c-1", context: #"{"color":["Red","blue"],"items":[{"price":12}]}"#)
        // Nobody stored it yet: the database answers.
        let tree = try Condition.parse(red, services.segments.context)
        #expect(try await services.segments.preview(tree, sample: 0).count == 1)
        try await services.make("red", red)
        try await services.make("dear", dear)
        #expect(try await services.members("red") == ["c-1"])
        #expect(try await services.members("dear") == ["c-1"])
        try await tell(services, "product_viewed", of: "c-2", context: #"{"color":"RED","items":{"price":9.4}}"#)
        #expect(try await services.members("red") == ["c-1", "c-2"])
        #expect(try await services.members("dear") == ["c-1"])
        #expect(try await services.segments.explain("red", customer: "c-2").explanation.holds)
        if usesMemory {
            #expect(try await services.told() == ["c-2 segment.entered red"])
            try await agree(services)
        }
    }

    @Test func `a cart is abandoned at the second at which it is so, until something is put in`() async throws {
        let services = try await shop()
        let left = #"""
            {"containers":{"where":{"all":[{"field":"code","op":"eq","value":"cart"},{"field":"abandoned","op":"yes"},
                {"lines":{"where":{"field":"product_external_id","op":"eq","value":"tea"}}}]}}}
            """#
        try await services.make("left", left)
        try await services.make("full", #"{"containers":{"where":{"field":"total","op":"gte","value":10}}}"#)
        let line = ContainerLinePatch(
            product: "tea", quantity: Quantity(millionths: 2_000_000), price: Money(tenThousandths: 50_000))
        _ = try await services.containers.change(.add(line), "cart", of: "c-1")
        #expect(try await services.members("full") == ["c-1"])
        clock.advance(seconds: 3599)
        services.segmentBoard.pass()
        #expect(try await services.members("left") == [])
        clock.advance(seconds: 1)
        services.segmentBoard.pass()
        #expect(try await services.members("left") == ["c-1"])
        var patch = ContainerTypePatch()
        patch.abandonedAfterMinutes = 90
        _ = try await services.containers.update("cart", patch)
        #expect(try await services.members("left") == [])
        clock.advance(seconds: 1800)
        services.segmentBoard.pass()
        #expect(try await services.members("left") == ["c-1"])
        try await agree(services)
        _ = try await services.containers.change(.add(line), "cart", of: "c-1")
        #expect(try await services.members("left") == [])
        _ = try await services.orders.register(.sample(sum: 10), by: .test)
        #expect(try await services.members("full") == [])
        try await agree(services)
    }
}
