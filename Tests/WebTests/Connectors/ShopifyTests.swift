import Domain
import Platform
import TestSupport
import Testing

struct ShopifyTests {
    private static let order = "5123400017000001"

    @Test func `an order arrives with its lines, statuses, customer and sums`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            #expect(try await shop.outcome("orders/create", ShopFixture.message("shopify-order")) == "stored")
            let order = try #require(try await shop.order(Self.order))
            #expect(order["number"] == "#2041")
            #expect(order["client_external_id"] == "7700000000011")
            #expect(order["date"] == "2026-02-20T09:15:00.000Z")
            #expect(order["items_cnt"] == 5)
            #expect(order["items_sum"] == 86)
            #expect(order["actions"] == "SPRING10")
            #expect(order["unit"] == "web")
            #expect(order["status_code"] == "accepted")
            #expect(order["payment"]?["status_code"] == "paid")
            #expect(order["payment"]?["total"]?.number == 90.9)
            #expect(order["payment"]?["delivery"]?.number == 4.9)
            #expect(order["payment"]?["discount"] == 9)
            #expect(order["payment"]?["provider"] == "shopify_payments")
            #expect(order["delivery"]?["status_code"] == nil as JSON? || order["delivery"]?["status_code"] == .null)
            #expect(order["delivery"]?["city"] == "Porto")
            #expect(order["delivery"]?["address"] == "Rua das Flores 12, 2.º Esq., 4050-262, Porto")
            #expect(order["delivery"]?["note"] == "Ring twice")
            #expect(order["metadata"]?["tags"] == ["wholesale", "spring"])
            let lines = order["items"]?.list ?? []
            #expect(lines.map { $0["external_id"]?.text } == ["13300001", "13300002"])
            #expect(lines.map { $0["sum"]?.number } == [54, 32])
            #expect(lines.map { $0["discount"]?.number } == [6, 3])
            #expect(lines.first?["product_external_id"] == "880001")
            let customer = try #require(try await shop.customer("7700000000011"))
            #expect(customer["email"] == "ines.duarte@example.com")
            #expect(customer["phone"] == "+351912000111")
            #expect(customer["first_name"] == "Inês")
            #expect(customer["consents"]?["email"] == "subscribed")
            let history = try await shop.api.get("/api/orders/\(Self.order)/activity").json()["data"]?[0]
            #expect(history?["attributes"]?["actor"] == "Web shop")
        }
    }

    @Test func `what the shop says of its states becomes the statuses here`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            var minute = 10
            func statuses(_ changes: [(String, String)]) async throws -> [String?] {
                minute += 1
                let later = [("2026-02-20T10:15:04", "2026-02-20T10:\(minute + 10):04")]
                _ = try await shop.send("orders/updated", ShopFixture.message("shopify-order", later + changes))
                let order = try await shop.order(Self.order)
                return [
                    order?["status_code"]?.text, order?["payment"]?["status_code"]?.text,
                    order?["delivery"]?["status_code"]?.text,
                ]
            }
            let paid = #""financial_status": "paid""#
            let unsent = #""fulfillment_status": null"#
            #expect(
                try await statuses([(paid, #""financial_status": "pending""#)]) == [
                    "accepted", "awaiting_payment", nil,
                ])
            #expect(
                try await statuses([(unsent, #""fulfillment_status": "partial""#)]) == [
                    "accepted", "paid", "partially_shipped",
                ])
            #expect(
                try await statuses([(unsent, #""fulfillment_status": "fulfilled""#)]) == [
                    "accepted", "paid", "shipped",
                ])
            let there = #""fulfillments": [{"id": 1, "status": "success", "shipment_status": "delivered"}]"#
            #expect(
                try await statuses([(unsent, #""fulfillment_status": "fulfilled""#), (#""fulfillments": []"#, there)])
                    == ["accepted", "paid", "delivered"])
            #expect(
                try await statuses([(#""closed_at": null"#, #""closed_at": "2026-02-21T10:00:00Z""#)]) == [
                    "completed", "paid", nil,
                ])
            #expect(
                try await statuses([
                    (#""cancelled_at": null"#, #""cancelled_at": "2026-02-21T10:00:00Z""#),
                    (paid, #""financial_status": "voided""#),
                ]) == ["cancelled", "voided", nil])
            #expect(try await statuses([(paid, #""financial_status": "odd one""#)]) == ["accepted", "voided", nil])
            let made = try await shop.api.get("/api/order-statuses/payment/voided").json()["data"]?["attributes"]
            #expect(made?["name"] == "Voided")
        }
    }

    @Test func `a refund lowers quantities and sums, whichever message tells of it first`() async throws {
        let refund = try ShopFixture.message("shopify-refund")
        let whole = try ShopFixture.message(
            "shopify-order",
            [
                (#""refunds": []"#, #""refunds": [\#(refund)]"#), ("2026-02-20T10:15:04", "2026-02-22T09:00:01"),
                (#""quantity": 4,"#, #""quantity": 4,"#), (#""current_quantity": 4"#, #""current_quantity": 3"#),
                (#""current_subtotal_price": "86.00""#, #""current_subtotal_price": "72.50""#),
                (#""current_total_price": "90.90""#, #""current_total_price": "77.40""#),
                (#""current_total_discounts": "9.00""#, #""current_total_discounts": "7.50""#),
                (#""financial_status": "paid""#, #""financial_status": "partially_refunded""#),
            ])
        for isWholeFirst in [true, false] {
            try await ShopFixture.with(.shopify) { shop in
                _ = try await shop.send("orders/create", ShopFixture.message("shopify-order"))
                func check(_ step: String) async throws {
                    let order = try #require(try await shop.order(Self.order))
                    let line = order["items"]?[0]
                    #expect(line?["cnt"] == 3, "\(step)")
                    #expect(line?["sum"]?.number == 40.5, "\(step)")
                    #expect(order["items_cnt"] == 4, "\(step)")
                    #expect(order["items_sum"]?.number == 72.5, "\(step)")
                    #expect(order["payment"]?["total"]?.number == 77.4, "\(step)")
                    #expect(order["payment"]?["status_code"] == "partially_refunded", "\(step)")
                }
                let steps = [("orders/updated", whole), ("refunds/create", refund)]
                for (topic, body) in isWholeFirst ? steps : steps.reversed() {
                    #expect(try await shop.send(topic, body).status == 200)
                    try await check("\(topic), whole first: \(isWholeFirst)")
                }
                #expect(try await shop.outcome("refunds/create", refund) == "unchanged")
                let status = try await shop.api.get("/api/order-statuses/payment/partially_refunded").json()["data"]
                #expect(status?["attributes"]?["include_in_analytics"] == true)
            }
        }
    }

    @Test func `a repeated, an older and a deleting message do what they should`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            let now = try ShopFixture.message("shopify-order", [("2026-02-20T10:15:04", "2026-02-20T10:20:00")])
            let older = try ShopFixture.message("shopify-order", [("#2041", "#old"), ("Duarte", "Older")])
            #expect(try await shop.outcome("orders/create", now, id: "m-1") == "stored")
            #expect(try await shop.outcome("orders/create", now, id: "m-1") == "repeated")
            #expect(try await shop.outcome("orders/paid", now, id: "m-2") == "unchanged")
            #expect(try await shop.outcome("orders/updated", older, id: "m-3") == "unchanged")
            #expect(try await shop.order(Self.order)?["number"] == "#2041")
            #expect(try await shop.customer("7700000000011")?["last_name"] == "Duarte")
            let gone = #"{"id": \#(Self.order)}"#
            #expect(try await shop.outcome("orders/delete", gone, id: "m-4") == "stored")
            #expect(try await shop.outcome("orders/delete", gone, id: "m-5") == "unchanged")
            #expect(try await shop.api.get("/api/orders/\(Self.order)").status == 404)
            let figures = try shop.figures()
            #expect([figures.stored, figures.unchanged, figures.repeated, figures.refused] == [2, 3, 1, 0])
        }
    }

    @Test func `the connection's own table and prefix are used`() async throws {
        try await ShopFixture.with(.shopify) { patch in
            patch.idPrefix = "pt-"
            patch.statuses = ["order:open": "fresh", "financial:paid": "", "fulfillment:unfulfilled": "assembling"]
        } _: { shop in
            _ = try await shop.send("orders/create", ShopFixture.message("shopify-order"))
            let order = try #require(try await shop.order("pt-" + Self.order))
            #expect(order["client_external_id"] == "pt-7700000000011")
            #expect(order["status_code"] == "fresh")
            #expect(order["payment"]?["status_code"] == .null)
            #expect(order["delivery"]?["status_code"] == "assembling")
        }
    }

    @Test func `a guest is known by email, and what cannot be kept does not cost the order`() async throws {
        try await ShopFixture.with(.shopify) { shop in
            let body = """
                {"id":"77","email":"Guest@Example.com","phone":"not a phone","created_at":"long ago","note":"a\\u0007b",
                "line_items":[{"id":1,"quantity":2,"price":"0.33333"},{"id":1,"quantity":1},{"quantity":9}],
                "customer":null,"shipping_address":{"city":"\(String(repeating: "x", count: 400))","phone":"call me"}}
                """
            #expect(try await shop.outcome("orders/create", body) == "stored")
            let order = try #require(try await shop.order("77"))
            #expect(order["client_external_id"] == "guest:guest@example.com")
            #expect(order["items"]?.list.count == 1)
            #expect(order["items"]?[0]?["price"]?.number == 0.3333)
            #expect(order["delivery"]?["city"]?.text?.count == 255)
            #expect(try await shop.customer("guest:guest@example.com")?["phone"] == .null)
        }
    }
}
