import Domain
import Platform
import TestSupport
import Testing

struct WebhookAPITests {
    private static let valid =
        #"{"name":"Warehouse","url":"https://shop.example/hook","event_types":["order.created"]}"#

    @Test func `a webhook is made, shown without its secret, changed and deleted`() async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            let made = try await api.post("/api/webhooks", envelope(Self.valid))
            #expect(made.status == 201)
            let data = try made.json()["data"]
            let link = try #require(made.header("Location"))
            #expect(data?["links"]?["self"]?.text == link)
            #expect(data?["attributes"]?["secret"]?.text?.hasPrefix("whsec_") == true)
            #expect(data?["attributes"]?["event_types"] == ["order.created"])
            let shown = try await api.get(link)
            #expect(shown.status == 200)
            #expect(try shown.json()["data"]?["attributes"]?["secret"] == nil)
            #expect(try shown.json()["data"]?["attributes"]?["paused"] == false)
            let changed = try await api.patch(
                link,
                envelope(
                    #"{"paused":true,"event_types":["order.deleted","order.created"],"voucherify_signature":true}"#))
            #expect(changed.status == 200)
            #expect(try changed.json()["data"]?["attributes"]?["event_types"] == ["order.created", "order.deleted"])
            #expect(try changed.json()["data"]?["attributes"]?["paused"] == true)
            #expect(try changed.json()["data"]?["attributes"]?["name"] == "Warehouse")
            #expect(try await api.get("/api/webhooks").json()["meta"]?["total"] == 1)
            #expect(try await api.delete(link).status == 204)
            #expect(try await api.delete(link).status == 404)
            #expect(try await api.get(link).code() == "unknown_webhook")
        }
    }

    @Test func `a secret is replaced, and the one before is named no more`() async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            let made = try await api.post("/api/webhooks", envelope(Self.valid))
            let link = try #require(made.header("Location"))
            let before = try made.json()["data"]?["attributes"]
            #expect(before?["former_secret_until"] == .null)
            let rotated = try await api.post(link + "/rotate-secret", "")
            #expect(rotated.status == 200)
            let after = try rotated.json()["data"]?["attributes"]
            #expect(after?["secret"]?.text?.hasPrefix("whsec_") == true && after?["secret"] != before?["secret"])
            #expect(after?["former_secret_until"] == "2026-03-02T12:00:00.000Z")
            let shown = try await api.get(link)
            #expect(!shown.text.contains("whsec_"))
            #expect(try shown.json()["data"]?["attributes"]?["former_secret_until"] == "2026-03-02T12:00:00.000Z")
            let own = "whsec_" + String(repeating: "A", count: 32)
            #expect(try await api.patch(link, envelope(#"{"secret":"\#(own)"}"#)).status == 200)
            var query = AuditQuery()
            query.action = .webhookSecretRotated
            let entries = try await services.audit.page(query, limit: 10)
            #expect(entries.map(\.entry.actor.kind) == [.key, .key])
            #expect(!"\(entries)".contains("whsec_"))
            #expect(try await api.post("/api/webhooks/none/rotate-secret", "").code() == "unknown_webhook")
        }
        try await withAPI(services, scopes: [.ordersWrite]) { api in
            let refused = try await api.post("/api/webhooks/1/rotate-secret", "")
            #expect(refused.status == 403)
        }
    }

    @Test(arguments: [
        (#"{}"#, ["event_types required", "name wrong_length", "url not_a_url"]),
        (#"{"name":"A","url":"ftp://shop.example/","event_types":["order.created"]}"#, ["url not_a_url"]),
        (#"{"name":"A","url":"https:///hook","event_types":["order.created"]}"#, ["url not_a_url"]),
        (
            #"{"name":"A","url":"https://me:pw@shop.example/","event_types":["order.created"]}"#,
            ["url credentials_in_url"]
        ),
        (#"{"name":"A","url":"https://shop.example/#top","event_types":["order.created"]}"#, ["url fragment_in_url"]),
        (#"{"name":"A","url":"https://shop.example/a b","event_types":["order.created"]}"#, ["url not_a_url"]),
        (#"{"name":"A","url":"https://shop.example/","event_types":[]}"#, ["event_types required"]),
        (
            #"{"name":"A","url":"https://shop.example/","event_types":["order.created","order.eaten"]}"#,
            ["event_types/1 unknown_event_type"]
        ),
        (#"{"name":"A","url":"https://shop.example/","event_types":"order.created"}"#, ["event_types not_a_list"]),
        (#"{"name":"A","url":"https://shop.example/","event_types":[1]}"#, ["event_types/0 not_a_string"]),
        (
            #"{"name":"A","url":"https://shop.example/","event_types":["order.created"],"secret":"whsec_c2hvcnQ="}"#,
            ["secret not_a_secret"]
        ),
        (
            #"{"name":"A","url":"https://shop.example/","event_types":["order.created"],"paused":"no"}"#,
            ["paused not_a_boolean"]
        ),
        (
            #"{"name":"A","url":"https://shop.example/","event_types":["order.created"],"retries":3}"#,
            ["retries unknown_attribute"]
        ),
    ])
    func `a description that will not do is refused, with every reason`(body: String, expected: [String]) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post("/api/webhooks", envelope(body))
            #expect(answer.status == 422)
            #expect(try answer.errors().sorted() == expected.map { "/data/attributes/\($0)" })
            #expect(try await api.get("/api/webhooks").json()["meta"]?["total"] == 0)
        }
    }

    @Test func `webhooks are for administrators, and there are at most fifty`() async throws {
        let services = try await Services.test()
        try await withAPI(services, scopes: [.ordersRead, .ordersWrite]) { api in
            let (list, made) = (
                try await api.get("/api/webhooks"), try await api.post("/api/webhooks", envelope(Self.valid))
            )
            #expect(list.status == 403)
            #expect(made.status == 403)
            #expect(try await api.with(key: nil).get("/api/webhooks").status == 401)
        }
        try await withAPI(services) { api in
            for _ in 0..<50 {
                let made = try await api.post("/api/webhooks", envelope(Self.valid))
                #expect(made.status == 201)
            }
            let refused = try await api.post("/api/webhooks", envelope(Self.valid))
            #expect(try refused.code() == "too_many_webhooks")
        }
    }

    @Test func `messages are listed by state and replayed`() async throws {
        let services = try await Services.test()
        let receiver = HookReceiver()
        let sender = WebhookSender(services, allowsPrivateAddresses: true, logger: .quiet)
        _ = try await services.customers.register([.success(.sample())], by: .test)
        try await receiver.listening { address in
            try await withAPI(services) { api in
                let body = #"{"name":"A","url":"\#(address)","event_types":["order.created"]}"#
                let link = try #require(try await api.post("/api/webhooks", envelope(body)).header("Location"))
                let test = try await api.post(link + "/test", "")
                #expect(test.status == 202)
                receiver.answer(500)
                _ = await sender.sendDue()
                let shown = try await api.get(try #require(test.header("Location")))
                #expect(try shown.json()["data"]?["attributes"]?["state"] == "dead")
                #expect(try shown.json()["data"]?["attributes"]?["request"]?["type"] == "webhook.test")
                #expect(try await api.get(link + "/deliveries?filter%5Bstate%5D=dead").json()["meta"]?["total"] == 1)
                #expect(try await api.get(link + "/deliveries?filter%5Bstate%5D=due").json()["data"] == [])
                #expect(try await api.get(link + "/deliveries?filter%5Bstate%5D=lost").code() == "unknown_state")
                #expect(try await api.get(link + "/deliveries?page%5Bafter%5D=x").status == 400)
                receiver.answer(200)
                let replayed = try await api.post(link + "/replay", "")
                #expect(replayed.status == 202)
                #expect(try replayed.json()["meta"]?["replayed"] == 1)
                let location = try #require(test.header("Location"))
                #expect(try await api.post(location + "/replay", "").code() == "not_finished")
                _ = await sender.sendDue()
                let attempts = try await api.get(location).json()["data"]?["attributes"]?["attempts"]
                #expect(attempts?.list.map { $0["status"]?.number } == [200, 500])
                #expect(try await api.post(location + "/replay", "").status == 202)
                #expect(try await api.post(link + "/deliveries/1/replay", "").code() == "unknown_delivery")
                #expect(try await api.get("/api/webhooks/none/deliveries").code() == "unknown_webhook")
                let metrics = try await api.get("/metrics").text
                #expect(metrics.contains("reorder_webhook_messages{state=\"due\"} 1"))
                #expect(metrics.contains("reorder_webhook_calls_total{outcome=\"delivered\"} 1"))
            }
        }
        await sender.shutDown()
    }
}
