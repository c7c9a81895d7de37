import Domain
import Logging
import Platform
import TestSupport
import Testing

/// Several processes know the same members, and one of them tells who entered and who left.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct SegmentNodesTests {
    private let clock = StillClock()
    private let first: Services
    private let second: Services

    init() async throws {
        first = try await Services.test(clock: clock)
        second = try await first.another(clock: clock)
        try await second.segmentBoard.open()
    }

    private func expect(_ code: String, _ members: [String]) async throws {
        for services in [first, second] {
            try await services.catchUp()
            #expect(try await services.members(code) == members)
            #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        }
    }

    @Test func `what one process writes moves customers in the other one too`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1")), .success(.sample("c-2"))], by: .test)
        try await first.make("buyers", #"{"field":"orders.count","op":"gte","value":1}"#)
        try await first.make(
            "shoes", #"{"lines":{"where":{"field":"product.category","op":"eq","value":"shoes"}}}"#)
        try await expect("buyers", [])
        _ = try await second.orders.register(
            .sample(sum: 1, statuses: [.payment: "paid"], lines: [.sample(product: "p-1")]), by: .test)
        try await expect("buyers", ["c-1"])
        var product = ProductPatch(externalID: "p-1")
        product.fields.set(.category, .text("shoes"))
        _ = try await second.products.register([.success(product)])
        try await expect("shoes", ["c-1"])
        // The order goes to another customer, of another bucket.
        _ = try await first.orders.register(.sample(customer: "c-2", sum: 1), by: .test)
        try await expect("buyers", ["c-2"])
        try await expect("shoes", ["c-2"])
        _ = try await first.segments.create(SegmentPatch(code: "list", name: "List"))
        try await second.catchUp()
        _ = try await second.segments.add(["c-1"], to: "list")
        try await first.make("listed", #"{"segment":"list"}"#)
        try await expect("listed", ["c-1"])
        _ = try await second.segments.remove(["c-1"], from: "list")
        try await expect("listed", [])
        try await first.customers.erase("c-2", by: .test)
        try await expect("buyers", [])
    }

    @Test func `what customers do and put into carts by one process moves them in the other one too`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1")), .success(.sample("c-2"))], by: .test)
        try await first.make("red", #"{"events":{"where":{"field":"context.color","op":"eq","value":"red"}}}"#)
        try await first.make("left", #"{"containers":{"where":{"field":"abandoned","op":"yes"}}}"#)
        try await expect("red", [])
        try await tell(second, visitor: "v-1")
        try await expect("red", [])
        try await tell(first, visitor: "v-1", customer: "c-1")
        try await expect("red", ["c-1"])
        let line = ContainerLinePatch(product: "tea")
        _ = try await second.containers.change(.add(line), "cart", of: "c-2")
        clock.advance(seconds: 3600)
        try await expect("left", ["c-2"])
        // What they are read with changes: until when a cart counts as one that is used.
        var patch = ContainerTypePatch()
        patch.abandonedAfterMinutes = 90
        _ = try await second.containers.update("cart", patch)
        try await expect("left", [])
        clock.advance(seconds: 1800)
        try await expect("left", ["c-2"])
        _ = try await first.customers.merge("c-1", into: "c-2", by: .test)
        try await expect("red", ["c-2"])
        _ = try await second.containers.change(.clear, "cart", of: "c-2")
        try await expect("left", [])
    }

    /// An event of a visitor, who is a customer where one is named.
    private func tell(_ services: Services, visitor: String, customer: String? = nil) async throws {
        let event = TrackedCall.event(TrackedEventCall("product_viewed", context: #"{"color":"red"}"#))
        let message = TrackedMessage(visitor: visitor, customer: customer, time: clock.now, call: event)
        let results = try await services.tracking.register(
            [.success(SourcedMessage(message))], by: Origin(actor: "test", channel: .api))
        for result in results { _ = try result.get() }
    }

    @Test func `each move is told once, whichever process tells it`() async throws {
        _ = try await first.customers.register([.success(.sample("c-1"))], by: .test)
        try await first.make("buyers", #"{"field":"orders.count","op":"gte","value":1}"#)
        try await second.catchUp()
        _ = try await second.orders.register(.sample(sum: 1, statuses: [.payment: "paid"]), by: .test)
        // The first one holds the lease.
        #expect(try await second.told() == [])
        try await first.catchUp()
        let entered = ["c-1 segment.entered buyers"]
        #expect(try await first.told() == entered)
        #expect(try await second.told() == entered)
        try await second.orders.delete("o-1", by: .test)
        // The first one is heard of no more.
        clock.advance(seconds: 61)
        #expect(try await second.told() == entered + ["c-1 segment.left buyers"])
        try await first.catchUp()
        #expect(try await first.told() == entered + ["c-1 segment.left buyers"])
        #expect(try second.stored("buyers") == [])
    }
}
