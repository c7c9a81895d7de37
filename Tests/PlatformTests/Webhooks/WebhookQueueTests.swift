import Database
import Domain
import Platform
import TestSupport
import Testing

struct WebhookQueueTests {
    @Test func `a new webhook is told of nothing that happened before`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("c-1"))], by: .test)
        _ = try await services.orders.register(.sample("before"), by: .test)
        var patch = WebhookPatch()
        (patch.name, patch.url, patch.kinds) = ("A", "https://shop.example/hook", ["order.created"])
        let webhook = try await services.webhooks.create(patch)
        _ = try await services.orders.register(.sample("after"), by: .test)
        let reader = WebhookReader(services, logger: .quiet)
        while try await reader.read() > 0 {}
        let found = try services.webhooks.deliveries(of: "\(webhook.id.rawValue)", limit: 10)
        #expect(found.map(\.delivery.subject) == ["after"])
    }

    @Test func `several readers at once queue each event once`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            for number in 0..<300 { try await fixture.register("o-\(number % 30)", number: "\(number)") }
            let others = (0..<4).map { _ in WebhookReader(fixture.services, logger: .quiet) }
            await withTaskGroup(of: Void.self) { group in
                for reader in others {
                    group.addTask {
                        // One that was overtaken reads anew, as its service does.
                        for _ in 0..<50 { do { _ = try await reader.read() } catch {} }
                    }
                }
            }
            while try await fixture.reader.read() > 0 {}
            let found = try fixture.services.webhooks.deliveries(of: fixture.id, limit: 500).map(\.delivery)
            #expect(found.count == 300)
            for order in Dictionary(grouping: found, by: \.subject).values {
                #expect(order.map(\.sequence).sorted() == Array(1...10))
            }
        }
    }

    @Test func `several senders at once send each message once, in order`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            for number in 0..<100 { try await fixture.register("o-\(number % 10)", number: "\(number)") }
            while try await fixture.reader.read() > 0 {}
            let senders = (0..<3).map { _ in
                WebhookSender(fixture.services, allowsPrivateAddresses: true, logger: .quiet)
            }
            await withTaskGroup(of: Void.self) { group in
                for sender in senders { group.addTask { _ = await sender.sendDue() } }
            }
            _ = await fixture.sender.sendDue()
            for sender in senders { await sender.shutDown() }
            let orders = Dictionary(grouping: fixture.places) { $0.split(separator: "/")[0] }
            #expect(orders.count == 10)
            for (order, places) in orders { #expect(places == (1...10).map { "\(order)/\($0)" }) }
        }
    }

    @Test func `a message that a process took and did not send is sent once its lease has ended`() async throws {
        try await WebhookFixture.with { fixture in
            try await fixture.register(number: "1")
            while try await fixture.reader.read() > 0 {}
            let end = fixture.clock.now.adding(seconds: 60)
            try await fixture.services.engine.write { tx in
                try tx.run("UPDATE webhook_delivery SET lease_until_ms = \(end.milliseconds)")
            }
            #expect(await fixture.sender.sendDue() == 0)
            fixture.clock.advance(seconds: 61)
            #expect(await fixture.sender.sendDue() == 1)
        }
    }

    @Test func `old messages are removed, and those of a webhook that is no more`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated]) { fixture in
            let sweep = WebhookSweep(fixture.services, logger: .quiet)
            try await fixture.register(number: "1")
            try await fixture.work()
            fixture.clock.advance(seconds: 6 * 86_400)
            #expect(try await sweep.sweep() == 0)
            fixture.clock.advance(seconds: 2 * 86_400)
            #expect(try await sweep.sweep() == 1)
            try await fixture.register("o-2", number: "1")
            while try await fixture.reader.read() > 0 {}
            try await fixture.services.webhooks.delete(fixture.id)
            #expect(try await sweep.sweep() == 1)
            for table in ["webhook_delivery", "webhook_attempt", "webhook_stream"] {
                let count = try fixture.services.engine.read { tx in
                    try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)")) { $0.integer(0) }
                }
                #expect(count == 0, "\(table)")
            }
        }
    }

    @Test func `events that are missing are counted and gone past`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            for number in 1...3 { try await fixture.register(number: "\(number)") }
            try await fixture.services.engine.write { tx in
                try tx.run("DELETE FROM event WHERE kind = 'order.updated' AND version = 2")
            }
            try await fixture.work()
            #expect(fixture.places == ["o-1/1", "o-1/2"])
            #expect(fixture.services.webhooks.outcomes[.missedEvents] == 1)
        }
    }

    @Test func `what verify checks holds with messages in every state`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            fixture.receiver.answer(500)
            for number in 1...3 { try await fixture.register(number: "\(number)") }
            try await fixture.work()
            for check in try await fixture.services.verifier.verify() { #expect(check.findings == [], "\(check.name)") }
            try await fixture.services.engine.write { tx in
                try tx.run("UPDATE webhook_delivery SET state = 'waiting' WHERE state = 'due'")
            }
            #expect(try await fixture.services.verifier.verify().contains { !$0.findings.isEmpty })
        }
    }
}
