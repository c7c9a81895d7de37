import Domain
import Platform
import TestSupport
import Testing

struct WooCommerceTests {
    @Test func `an order arrives with its lines, statuses, customer and sums`() async throws {
        try await ShopFixture.with(.woocommerce) { shop in
            #expect(try await shop.outcome("order.created", ShopFixture.message("woo-order"), id: "d-1") == "stored")
            let order = try #require(try await shop.order("731"))
            #expect(order["number"] == "731")
            #expect(order["client_external_id"] == "guest:rui@example.com")
            #expect(order["date"] == "2026-02-20T10:00:00.000Z")
            #expect(order["status_code"] == "in_progress")
            #expect(order["payment"]?["status_code"] == "paid")
            #expect(order["payment"]?["type"] == "Bank transfer")
            #expect(order["payment"]?["total"]?.number == 29.45)
            #expect(order["payment"]?["delivery"]?.number == 6.15)
            #expect(order["payment"]?["discount"]?.number == 2.46)
            #expect(order["actions"] == "hello")
            #expect(order["delivery"]?["city"] == "Braga")
            let line = order["items"]?[0]
            #expect(line?["cnt"] == 3)
            #expect(line?["sum"]?.number == 23.15)
            #expect(line?["price"]?.number == 8.54)
            #expect(line?["discount"]?.number == 2.46)
            #expect(try await shop.customer("guest:rui@example.com")?["first_name"] == "Rui")
            #expect(try await shop.outcome("order.updated", ShopFixture.message("woo-order"), id: "d-1") == "repeated")
        }
    }

    @Test func `each of the shop's statuses becomes one here, and a plug-in's keeps its name`() async throws {
        try await ShopFixture.with(.woocommerce) { shop in
            let expected = [
                ("pending", "accepted"), ("on-hold", "accepted"), ("completed", "completed"),
                ("cancelled", "cancelled"),
                ("failed", "cancelled"), ("refunded", "cancelled"), ("at-the-florist", "at-the-florist"),
            ]
            for (number, (word, code)) in expected.enumerated() {
                let body = try ShopFixture.message(
                    "woo-order",
                    [
                        (#""status": "processing""#, #""status": "\#(word)""#),
                        ("2026-02-20T10:05:00", "2026-02-20T10:\(number + 10):00"),
                    ])
                #expect(try await shop.send("order.updated", body).status == 200)
                #expect(try await shop.order("731")?["status_code"]?.text == code, "\(word)")
            }
            #expect(try await shop.order("731")?["payment"]?["status_code"] == "paid")
        }
    }

    @Test func `refunds lower what the order is worth, and a whole one is a status`() async throws {
        try await ShopFixture.with(.woocommerce) { shop in
            let part = #""refunds": [{"id": 900, "reason": "", "total": "-9.45"}]"#
            _ = try await shop.send("order.updated", ShopFixture.message("woo-order", [(#""refunds": []"#, part)]))
            var order = try await shop.order("731")
            #expect(order?["payment"]?["status_code"] == "partially_refunded")
            #expect(order?["payment"]?["total"] == 20)
            #expect(order?["items_sum"]?.number == 13.7)
            let all = #""refunds": [{"id": 900, "total": "-9.45"}, {"id": 901, "total": "-20.00"}]"#
            let later = ("2026-02-20T10:05:00", "2026-02-20T10:06:00")
            _ = try await shop.send(
                "order.updated", ShopFixture.message("woo-order", [(#""refunds": []"#, all), later]))
            order = try await shop.order("731")
            #expect(order?["payment"]?["status_code"] == "refunded")
            #expect(order?["payment"]?["total"] == 0)
            #expect(order?["items_sum"] == 0)
        }
    }

    @Test func `the message that WooCommerce sends when a webhook is saved is answered`() async throws {
        try await ShopFixture.with(.woocommerce) { shop in
            let headers = ["Content-Type": "application/x-www-form-urlencoded"]
            let ping = try await shop.api.with(key: nil).post(shop.path, "webhook_id=12", headers: headers)
            #expect(ping.status == 200)
            #expect(try ping.json()["meta"]?["outcome"] == "ping")
            let other = try await shop.api.with(key: nil).post(shop.path, "webhook_id=12&x=1", headers: headers)
            #expect(other.status == 401)
        }
    }
}
