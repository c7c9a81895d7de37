import Domain
import Platform
import TestSupport
import Testing

struct WebhookDeliveryTests {
    @Test func `each event of an order is told once, signed, and in its order`() async throws {
        try await WebhookFixture.with { fixture in
            try await fixture.register(number: "1")
            try await fixture.register(number: "2")
            _ = try await fixture.services.orders.moveStatuses(
                "o-1", StatusPatch(statuses: [.payment: .set("paid")]), by: .test)
            try await fixture.services.orders.delete("o-1", by: .test)
            try await fixture.work()
            try await fixture.work()
            let calls = fixture.receiver.calls
            #expect(fixture.places == ["o-1/1", "o-1/2", "o-1/3", "o-1/4", "o-1/5"])
            #expect(
                try calls.map { try $0.json()["type"]?.text } == [
                    "order.created", "order.updated", "order.updated", "order.status_changed", "order.deleted",
                ])
            let call = calls[3]
            let message = try call.json()
            #expect(
                message["data"]?["status"] == ["from": nil, "to": "paid", "type": "payment"])
            #expect(message["data"]?["version"] == 3)
            #expect(message["data"]?["actor"] == "test")
            #expect(message["data"]?["order"]?["client_external_id"] == "c-1")
            #expect(message["timestamp"] == "2026-03-01T12:00:00.000Z")
            let seconds = StillClock.usual.milliseconds / 1000
            #expect(call.header("webhook-timestamp") == "\(seconds)")
            #expect(
                call.header("webhook-signature")
                    == WebhookSignature.standard(
                        call.body, id: call.header("webhook-id") ?? "", seconds: seconds, secret: fixture.webhook.secret
                    ))
            #expect(Set(calls.compactMap { $0.header("webhook-id") }).count == 5)
            #expect(call.header("x-voucherify-signature") == nil)
        }
    }

    @Test func `a receipt is told of in a line of its own, also when an order has its name`() async throws {
        try await WebhookFixture.with { fixture in
            let receipts = fixture.services.receipts
            try await fixture.register("x-1", number: "1")
            for (customer, sum) in [("c-1", 10), ("c-1", 10), ("c-2", 20)] {
                _ = try await receipts.register(.sample("x-1", customer: customer, sum: sum), by: .test)
            }
            try await receipts.delete("x-1", by: .test)
            try await fixture.work()
            try await fixture.work()
            try await fixture.work()
            let calls = try fixture.receiver.calls.map { try $0.json() }
            let told = calls.filter { $0["data"]?["receipt"] != nil }
            #expect(
                told.map { $0["type"]?.text } == ["receipt.created", "receipt.updated", "receipt.deleted"])
            #expect(told.map { $0["data"]?["sequence"]?.number } == [1, 2, 3])
            #expect(told.map { $0["data"]?["version"]?.number } == [1, 2, 3])
            #expect(told[0]["data"]?["order"] == nil)
            #expect(told[0]["data"]?["receipt"]?["external_id"] == "x-1")
            let orders = calls.filter { $0["data"]?["order"] != nil }
            #expect(orders.map { $0["type"]?.text } == ["order.created"])
            #expect(orders.map { $0["data"]?["sequence"]?.number } == [1])
            let kept = try fixture.services.webhooks.deliveries(of: fixture.id, limit: 10)
            #expect(Set(kept.map(\.delivery.objectName)) == ["x-1"])
        }
    }

    @Test func `for a day after its secret was replaced a message is signed with both`() async throws {
        try await WebhookFixture.with { fixture in
            let webhooks = fixture.services.webhooks
            let replaced = try await webhooks.rotateSecret(of: fixture.id)
            #expect(replaced.secret != fixture.webhook.secret)
            func signed(by secrets: [String]) throws -> Bool {
                let call = try #require(fixture.receiver.calls.last)
                let wanted = secrets.map { secret in
                    WebhookSignature.standard(
                        call.body, id: call.header("webhook-id") ?? "",
                        seconds: Int64(call.header("webhook-timestamp") ?? "") ?? 0, secret: secret
                    )
                }
                return call.header("webhook-signature") == wanted.joined(separator: " ")
            }
            try await fixture.register(number: "1")
            try await fixture.work()
            #expect(try signed(by: [replaced.secret, fixture.webhook.secret]))
            fixture.clock.advance(seconds: 86_399)
            try await fixture.register(number: "2")
            try await fixture.work()
            #expect(try signed(by: [replaced.secret, fixture.webhook.secret]))
            fixture.clock.advance(seconds: 1)
            try await fixture.register(number: "3")
            try await fixture.work()
            #expect(try signed(by: [replaced.secret]))
            // Of two that are replaced within a day the latter signs on.
            let second = try await webhooks.rotateSecret(of: fixture.id)
            let third = try await webhooks.rotateSecret(of: fixture.id)
            try await fixture.register(number: "4")
            try await fixture.work()
            #expect(try signed(by: [third.secret, second.secret]))
        }
    }

    @Test func `what fails is tried again with the same name, and what came after waits for it`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            fixture.receiver.answer(500, body: "no\u{0}t now")
            try await fixture.register(number: "1")
            try await fixture.register(number: "2")
            try await fixture.register("o-2", number: "1")
            try await fixture.work()
            #expect(fixture.places.sorted() == ["o-1/1", "o-2/1"])
            fixture.clock.advance(seconds: 4)
            try await fixture.work()
            #expect(fixture.receiver.calls.count == 2)
            fixture.clock.advance(seconds: 2)
            try await fixture.work()
            #expect(fixture.places.sorted() == ["o-1/1", "o-1/1", "o-2/1", "o-2/1"])
            fixture.receiver.answer(204)
            fixture.clock.advance(seconds: 40)
            try await fixture.work()
            #expect(fixture.places.suffix(3).sorted() == ["o-1/1", "o-1/2", "o-2/1"])
            #expect(fixture.places.last == "o-1/2")
            let first = try fixture.services.webhooks.deliveries(of: fixture.id, limit: 10).first {
                $0.delivery.subject == "o-1" && $0.delivery.sequence == 1
            }
            #expect(first?.attempts.map(\.status) == [204, 500, 500])
            #expect(first?.attempts.last?.answer == "not now")
            #expect(
                Set(fixture.receiver.calls.filter { $0.place == "o-1/1" }.map { $0.header("webhook-id") }).count == 1)
        }
    }

    @Test func `after a day a message is given up, those behind it go on, and it can be replayed`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            fixture.receiver.answer { call in
                HookReceiver.Reply(call.place.hasSuffix("/1") ? 500 : 200)
            }
            try await fixture.register(number: "1")
            try await fixture.register(number: "2")
            for pause in [0] + WebhookRules.pauses {
                #expect(try fixture.states() == [.due, .waiting] || pause == 0)
                fixture.clock.advance(seconds: pause + pause / 10 + 1)
                try await fixture.work()
            }
            #expect(try fixture.states() == [.dead, .delivered])
            #expect(fixture.receiver.calls.count == Int(WebhookRules.triesLimit) + 1)
            #expect(fixture.places.last == "o-1/2")
            fixture.receiver.answer(200)
            #expect(try await fixture.services.webhooks.replayAll(of: fixture.id) == 1)
            try await fixture.work()
            #expect(fixture.places.last == "o-1/1")
            #expect(try fixture.states() == [.delivered, .delivered])
            let replayed = try fixture.services.webhooks.deliveries(of: fixture.id, limit: 10).map(\.delivery).last
            try await fixture.services.webhooks.replay("\(replayed?.id.rawValue ?? 0)", of: fixture.id)
            try await fixture.work()
            #expect(fixture.receiver.calls.count == Int(WebhookRules.triesLimit) + 3)
        }
    }

    @Test func `a message that is replayed goes before the later ones that have not been sent`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            try await fixture.register(number: "1")
            try await fixture.work()
            fixture.receiver.answer(500)
            try await fixture.register(number: "2")
            try await fixture.work()
            let first = try #require(
                try fixture.services.webhooks.deliveries(of: fixture.id, state: .delivered, limit: 1).first)
            try await fixture.services.webhooks.replay("\(first.delivery.id.rawValue)", of: fixture.id)
            #expect(try fixture.states() == [.due, .waiting])
            fixture.receiver.answer(200)
            try await fixture.work()
            #expect(fixture.places == ["o-1/1", "o-1/2", "o-1/1", "o-1/2"])
        }
    }

    @Test func `an order that moves to a customer of another bucket keeps its order`() async throws {
        try await WebhookFixture.with(kinds: [.orderCreated, .orderUpdated]) { fixture in
            for round in 1...4 {
                try await fixture.register(customer: round % 2 == 1 ? "c-1" : "c-2", number: "\(round)")
            }
            try await fixture.work()
            let calls = fixture.receiver.calls
            #expect(fixture.places == ["o-1/1", "o-1/2", "o-1/3", "o-1/4"])
            #expect(try calls.map { try $0.json()["data"]?["version"]?.number } == [1, 2, 3, 4])
        }
    }

    @Test func `redirects are not followed`() async throws {
        try await WebhookFixture.with { fixture in
            fixture.receiver.answer(302, location: fixture.webhook.url)
            try await fixture.register(number: "1")
            try await fixture.work()
            #expect(fixture.receiver.calls.count == 1)
            let sent = try #require(try fixture.services.webhooks.deliveries(of: fixture.id, limit: 1).first)
            #expect(sent.delivery.state == .due)
            #expect(sent.attempts.first?.failure?.contains("redirect") == true)
        }
    }

    @Test(arguments: [
        nil, "http://localhost:1/", "http://2130706433/", "http://[::1]/", "http://0x7f.1/", "http://10.1.2.3/",
    ])
    func `an address of one's own network is refused unless that is allowed`(url: String?) async throws {
        try await WebhookFixture.with(allowsPrivateAddresses: false, url: url) { fixture in
            try await fixture.register(number: "1")
            try await fixture.work()
            #expect(fixture.receiver.calls.isEmpty)
            let sent = try #require(try fixture.services.webhooks.deliveries(of: fixture.id, limit: 1).first)
            #expect(sent.attempts.first?.failure?.contains("not an address of the public internet") == true)
        }
    }

    @Test(arguments: ["http://0.0.0.0/", "http://224.0.0.1/", "http://no.such.name.invalid/"])
    func `what leads to no machine fails, also where private addresses are allowed`(url: String) async throws {
        try await WebhookFixture.with(url: url) { fixture in
            try await fixture.register(number: "1")
            try await fixture.work()
            let sent = try #require(try fixture.services.webhooks.deliveries(of: fixture.id, limit: 1).first)
            #expect(sent.attempts.first?.status == nil)
            #expect(sent.attempts.first?.failure != nil)
        }
    }

    @Test func `only the beginning of a long answer is kept`() async throws {
        try await WebhookFixture.with { fixture in
            fixture.receiver.answer(400, body: String(repeating: "x", count: 4 << 20))
            try await fixture.register(number: "1")
            try await fixture.work()
            let sent = try #require(try fixture.services.webhooks.deliveries(of: fixture.id, limit: 1).first)
            #expect(sent.attempts.first?.answer?.count == 1024)
        }
    }

    @Test func `a receiver that is gone pauses its webhook, which keeps what comes until it is resumed`() async throws {
        try await WebhookFixture.with { fixture in
            fixture.receiver.answer(410)
            try await fixture.register(number: "1")
            try await fixture.work()
            let paused = try fixture.services.webhooks.get(fixture.id)
            #expect(paused.isPaused)
            #expect(paused.pauseReason?.contains("410") == true)
            fixture.receiver.answer(200)
            try await fixture.register("o-2", number: "1")
            try await fixture.work()
            #expect(fixture.receiver.calls.count == 1)
            var patch = WebhookPatch()
            patch.isPaused = false
            #expect(try await fixture.services.webhooks.update(fixture.id, patch).pauseReason == nil)
            try await fixture.work()
            #expect(fixture.places.sorted() == ["o-1/1", "o-1/1", "o-2/1"])
        }
    }
}
