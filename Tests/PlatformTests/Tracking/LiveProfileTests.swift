import Domain
import Platform
import TestSupport
import Testing

/// Open pages of a customer are told of what changes on them.
struct LiveProfileTests {
    /// Runs `body`, and expects that the page of ana is told of it.
    private func expectNews(
        _ services: Services, _ comment: Comment, _ body: () async throws -> Void
    ) async throws {
        let id = String(try services.customers.customer("ana").customer.id.rawValue)
        let changes = services.orders.liveProfiles.changes()
        try await body()
        // What is told of comes before the answer, so it waits in the stream.
        var told = changes.makeAsyncIterator()
        #expect(await told.next()?.externalID == id, comment)
    }

    @Test(.timeLimit(.minutes(1)))
    func `they are told of containers, of events, of time that passes, and of orders`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        try await expectNews(services, "sign-in") {
            try await services.tell([TrackedBodies.event("i", type: "identify", #""customer":{"external_id":"ana"}"#)])
        }
        try await expectNews(services, "API") {
            _ = try await services.containers.change(.add(ContainerLinePatch(product: "tea")), "cart", of: "ana")
        }
        try await expectNews(services, "tracker") {
            try await services.tell([
                TrackedBodies.event(
                    "c", type: "container", #""container":"cart","action":"add","line":{"product":"cup"}"#)
            ])
        }
        clock.advance(seconds: 3600)
        try await expectNews(services, "abandoned") { try await ContainerClock(services, logger: .quiet).pass() }
        try await expectNews(services, "order") {
            _ = try await services.orders.register(.sample("o-1", customer: "ana", sum: 3), by: .test)
        }
        #expect(try services.containers.container("cart", of: "ana").container.lines.isEmpty)
    }
}
