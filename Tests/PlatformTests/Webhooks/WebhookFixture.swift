import Domain
import Platform
import TestSupport
import Testing

/// The product with one webhook to a receiver of the test's own, on a clock that the test moves.
struct WebhookFixture: Sendable {
    let services: Services
    let clock: StillClock
    let receiver: HookReceiver
    let reader: WebhookReader
    let sender: WebhookSender
    let webhook: Webhook

    /// Runs `body` with a receiver that listens, and two known customers of different buckets.
    static func with(
        kinds: [Event.Kind] = Webhook.knownKinds, allowsPrivateAddresses: Bool = true, url: String? = nil,
        _ body: @escaping @Sendable (WebhookFixture) async throws -> Void
    ) async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("c-1")), .success(.sample("c-2"))], by: .test)
        let receiver = HookReceiver()
        try await receiver.listening { address in
            var patch = WebhookPatch()
            (patch.name, patch.url, patch.kinds) = ("Warehouse", url ?? address, kinds.map(\.rawValue))
            let webhook = try await services.webhooks.create(patch)
            let sender = WebhookSender(services, allowsPrivateAddresses: allowsPrivateAddresses, logger: .quiet)
            try await body(
                WebhookFixture(
                    services: services, clock: clock, receiver: receiver,
                    reader: WebhookReader(services, logger: .quiet), sender: sender, webhook: webhook
                )
            )
            await sender.shutDown()
        }
    }

    var id: String { String(webhook.id.rawValue) }

    func register(_ externalID: String = "o-1", customer: String = "c-1", number: String) async throws {
        _ = try await services.orders.register(.sample(externalID, customer: customer, number: number), by: .test)
    }

    /// Queues all that happened, and sends all that is due.
    func work() async throws {
        while try await reader.read() > 0 {}
        _ = await sender.sendDue()
    }

    /// The calls so far, as subject and sequence.
    var places: [String] { receiver.calls.map(\.place) }

    func states() throws -> [WebhookDelivery.State] {
        try services.webhooks.deliveries(of: id, limit: 100).map(\.delivery).sorted { $0.sequence < $1.sequence }
            .map(\.state)
    }
}
