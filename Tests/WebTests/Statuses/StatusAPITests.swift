import Domain
import Platform
import TestSupport
import Testing

struct StatusAPITests {
    @Test func `a status is made, changed, archived and deleted`() async throws {
        try await withAPI(try await Services.test()) { api in
            let made = try await api.post(
                "/api/order-statuses", envelope(#"{"type":"general","code":"packed","name":"Packed","color":"teal"}"#))
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/order-statuses/general/packed")
            #expect(
                made.text
                    == #"{"data":{"attributes":{"archived":false,"code":"packed","color":"teal","include_in_analytics":false,"name":"Packed","orders":0,"position":14,"type":"general"},"id":"general/packed","links":{"self":"/api/order-statuses/general/packed"},"type":"order_statuses"}}"#
            )
            #expect(
                try await api.post(
                    "/api/order-statuses", envelope(#"{"type":"general","code":"packed","name":"Again"}"#)
                ).code() == "code_taken")
            // The same code of another type is another status.
            #expect(
                try await api.post(
                    "/api/order-statuses", envelope(#"{"type":"delivery","code":"packed","name":"Packed"}"#)
                ).status == 201)
            let changed = try await api.patch(
                "/api/order-statuses/general/packed", envelope(#"{"name":"Wrapped","archived":true,"code":"wrapped"}"#))
            #expect(changed.status == 200)
            #expect(try await api.get("/api/order-statuses/general/packed").status == 404)
            #expect(
                try await api.get("/api/order-statuses/general/wrapped").json()["data"]?["attributes"]?["archived"]
                    == true)
            #expect(
                try await api.patch("/api/order-statuses/general/wrapped", envelope(#"{"type":"payment"}"#)).errors()
                    == ["/data/attributes/type fixed"])
            #expect(try await api.patch("/api/order-statuses/general/none", envelope(#"{"name":"x"}"#)).status == 404)
            #expect(try await api.delete("/api/order-statuses/general/wrapped").status == 204)
            #expect(try await api.delete("/api/order-statuses/general/wrapped").status == 404)
        }
    }

    @Test func `a status in use keeps its code and cannot be deleted until its orders left`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        try await withAPI(services) { api in
            _ = try await api.post(
                "/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-1","status_code":"accepted"}"#))
            let refused = try await api.delete("/api/order-statuses/general/accepted")
            #expect(refused.status == 409)
            #expect(try refused.code() == "status_in_use")
            #expect(try refused.json()["detail"]?.text?.hasPrefix("1 order is in the status") == true)
            #expect(
                try await api.patch("/api/order-statuses/general/accepted", envelope(#"{"code":"taken"}"#)).status
                    == 409)
            #expect(
                try await api.patch("/api/order-statuses/general/accepted", envelope(#"{"name":"Taken"}"#)).status
                    == 200)
            #expect(
                try await api.patch("/api/order-statuses/general/accepted", envelope(#"{"archived":true}"#)).status
                    == 200)
            // An archived status is valid on orders that come with it.
            #expect(
                try await api.post(
                    "/api/orders",
                    envelope(#"{"external_id":"o-2","client_external_id":"c-1","status_code":"accepted"}"#)
                ).status == 201)
            for id in ["o-1", "o-2"] {
                _ = try await api.patch("/api/orders/\(id)/status", envelope(#"{"status_code":"confirmed"}"#))
            }
            #expect(try await api.delete("/api/order-statuses/general/accepted").status == 204)
        }
    }

    @Test func `a change of flag or rule changes past figures`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        try await withAPI(services) { api in
            @Sendable func count() async throws -> JSON? {
                try await api.get("/api/customers/c-1").json()["data"]?["attributes"]?["orders"]?["count"]
            }
            for (index, status) in ["accepted", "completed"].enumerated() {
                _ = try await api.post(
                    "/api/orders",
                    envelope(
                        #"{"external_id":"o-\#(index)","client_external_id":"c-1","status_code":"\#(status)","payment":{"status_code":"paid"}}"#
                    ))
            }
            #expect(try await count() == 2)
            try await services.project.update(.rule(.general))
            #expect(try await count() == 1)
            try await services.project.update(.rule(.all))
            #expect(try await count() == 0)
            _ = try await api.patch(
                "/api/order-statuses/delivery/delivered", envelope(#"{"include_in_analytics":false}"#))
            #expect(try await count() == 1)
            _ = try await api.patch("/api/order-statuses/general/accepted", envelope(#"{"include_in_analytics":true}"#))
            #expect(try await count() == 2)
        }
    }

    @Test func `statuses are listed in their order, by type, with how many orders are in them`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        _ = try await services.orders.register(.sample(statuses: [.payment: "paid"]), by: .test)
        try await withAPI(services) { api in
            let payment = try await api.get("/api/order-statuses?filter%5Btype%5D=payment").json()
            #expect(
                payment["data"]?.list.compactMap { $0["attributes"]?["code"]?.text } == [
                    "invoice_issued", "awaiting_payment", "paid", "refunded",
                ])
            #expect(payment["data"]?.list.map { $0["attributes"]?["orders"] } == [0, 0, 1, 0])
            #expect(try await api.get("/api/order-statuses").json()["meta"]?["total"] == 13)
            #expect(try await api.get("/api/order-statuses?filter%5Btype%5D=weird").status == 400)
        }
    }
}
