import Domain
import Platform
import TestSupport
import Testing

struct WebhookContainerTests {
    @Test func `a receiver is told of an abandoned cart once, with what is in it`() async throws {
        try await WebhookFixture.with(kinds: [.containerAbandoned]) { fixture in
            let containers = fixture.services.containers
            let line = ContainerLinePatch(
                product: "tea", quantity: Quantity(millionths: 2_000_000), price: Money(tenThousandths: 45_000))
            _ = try await containers.change(.add(line), "cart", of: "c-1")
            fixture.clock.advance(seconds: 4000)
            let clock = ContainerClock(fixture.services, logger: .quiet)
            for _ in 1...2 {
                try await clock.pass()
                try await fixture.work()
            }
            let deliveries = try fixture.services.webhooks.deliveries(of: fixture.id, limit: 10).map(\.delivery)
            #expect(deliveries.count == 1)
            let body = try JSON(parsing: deliveries[0].body)
            #expect(body["type"] == "container.abandoned")
            #expect(body["timestamp"] == "2026-03-01T13:00:00.000Z" || body["timestamp"] == "2026-03-01T13:00:00Z")
            #expect(body["data"]?["customer"]?["external_id"] == "c-1")
            #expect(body["data"]?["container"]?["code"] == "cart")
            #expect(body["data"]?["container"]?["total"] == 9)
            #expect(body["data"]?["container"]?["lines"]?.list.first?["product"] == "tea")
            #expect(deliveries[0].objectName == "c-1")
        }
    }
}
