import Database
import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

/// Linking receipts to orders, with the answers of spec orders.md, "Methods".
struct ReceiptLinkTests {
    private func shop(_ body: @escaping @Sendable (APIClient, Services) async throws -> Void) async throws {
        let services = try await Services.test()
        _ = try await services.customers.register(
            [.success(.sample("c-1")), .success(.sample("c-2"))], by: .test
        )
        for (order, customer) in [("o-1", "c-1"), ("o-2", "c-1"), ("o-3", "c-2")] {
            _ = try await services.orders.register(.sample(order, customer: customer), by: .test)
        }
        for receipt in ["r-1", "r-2"] { _ = try await services.receipts.register(.sample(receipt, sum: 5), by: .test) }
        try await withAPI(services) { api in try await body(api, services) }
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a link is 204, and again, and both sides show it`() async throws {
        try await shop { api, _ in
            #expect(try await api.send(.put, "/api/orders/o-1/receipts/r-1").status == 204)
            #expect(try await api.send(.put, "/api/orders/o-1/receipts/r-1").status == 204)
            #expect(try await api.send(.put, "/api/orders/o-1/receipts/r-2").status == 204)
            let receipt = try await api.get("/api/receipts/r-1").json()["data"]?["attributes"]
            #expect(receipt?["order_external_id"] == "o-1")
            #expect(receipt?["version"] == 2)
            let linked = try await api.get("/api/orders/o-1/receipts").json()
            #expect(linked["data"]?.list.compactMap { $0["id"]?.text }.sorted() == ["r-1", "r-2"])
            #expect(linked["meta"]?["total"] == 2)
            let activity = try await api.get("/api/orders/o-1/activity").json()["data"]?.list ?? []
            #expect(
                activity.map { $0["attributes"]?["field"]?.text } == ["receipts[r-2]", "receipts[r-1]", "created"]
            )
            #expect(activity.first?["attributes"]?["to"] == "linked")
            #expect(activity.first?["attributes"]?["actor"] == "till")
        }
    }

    @Test func `what is not there is 404, another order's 409, another customer's 422`() async throws {
        try await shop { api, _ in
            #expect(try await api.send(.put, "/api/orders/o-9/receipts/r-1").code() == "unknown_order")
            #expect(try await api.send(.put, "/api/orders/o-1/receipts/r-9").code() == "unknown_receipt")
            #expect(try await api.delete("/api/orders/o-9/receipts/r-1").code() == "unknown_order")
            #expect(try await api.delete("/api/orders/o-1/receipts/r-9").code() == "unknown_receipt")
            #expect(try await api.get("/api/orders/o-9/receipts").code() == "unknown_order")
            let foreign = try await api.send(.put, "/api/orders/o-3/receipts/r-1")
            #expect(foreign.status == 422)
            #expect(try foreign.code() == "other_customer")
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            let taken = try await api.send(.put, "/api/orders/o-2/receipts/r-1")
            #expect(taken.status == 409)
            #expect(try taken.code() == "linked_elsewhere")
            #expect(try taken.json()["detail"]?.text?.contains("“o-1”") == true)
            #expect(try await api.delete("/api/orders/o-2/receipts/r-1").status == 409)
        }
    }

    @Test func `a receipt is taken off, once and again`() async throws {
        try await shop { api, _ in
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            #expect(try await api.delete("/api/orders/o-1/receipts/r-1").status == 204)
            #expect(try await api.delete("/api/orders/o-1/receipts/r-1").status == 204)
            #expect(try await api.send(.put, "/api/orders/o-2/receipts/r-1").status == 204)
            let history = try await api.get("/api/receipts/r-1/activity").json()["data"]?.list ?? []
            #expect(history.map { $0["attributes"]?["from"]?.text } == [nil, "o-1", nil, nil])
            #expect(history.map { $0["attributes"]?["to"]?.text } == ["o-2", nil, "o-1", nil])
            #expect(history.first?["type"] == "receipt_changes")
        }
    }

    @Test func `an order that is deleted lets its receipts go`() async throws {
        try await shop { api, _ in
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            #expect(try await api.delete("/api/orders/o-1").status == 204)
            let receipt = try await api.get("/api/receipts/r-1").json()["data"]?["attributes"]
            #expect(receipt?["order_external_id"] == .null)
            #expect(try await api.send(.put, "/api/orders/o-2/receipts/r-1").status == 204)
        }
    }

    @Test func `an order that goes to another customer leaves its receipts to theirs`() async throws {
        try await shop { api, _ in
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            _ = try await api.post("/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-2"}"#))
            let receipt = try await api.get("/api/receipts/r-1").json()["data"]?["attributes"]
            #expect(receipt?["order_external_id"] == .null)
            #expect(receipt?["client_external_id"] == "c-1")
            #expect(try await api.get("/api/orders/o-1/receipts").json()["meta"]?["total"] == 0)
            let activity = try await api.get("/api/orders/o-1/activity").json()["data"]?.list ?? []
            #expect(activity.first?["attributes"]?["field"] == "receipts[r-1]")
            #expect(activity.first?["attributes"]?["from"] == "linked")
        }
    }

    @Test func `a receipt that goes to another customer, or is deleted, leaves its order`() async throws {
        try await shop { api, _ in
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-2")
            let moved = try await api.post(
                "/api/receipts", envelope(#"{"external_id":"r-1","client_external_id":"c-2"}"#))
            #expect(try moved.json()["data"]?["attributes"]?["order_external_id"] == .null)
            #expect(try await api.delete("/api/receipts/r-2").status == 204)
            #expect(try await api.get("/api/orders/o-1/receipts").json()["meta"]?["total"] == 0)
            let activity = try await api.get("/api/orders/o-1/activity").json()["data"]?.list ?? []
            #expect(activity.map { $0["attributes"]?["from"]?.text } == ["linked", "linked", nil, nil, nil])
            #expect(try await api.send(.put, "/api/orders/o-3/receipts/r-1").status == 204)
        }
    }

    @Test func `a link honours the version of the order that the caller has seen`() async throws {
        try await shop { api, _ in
            let late = try await api.send(.put, "/api/orders/o-1/receipts/r-1", headers: ["If-Match": #""7""#])
            #expect(late.status == 412)
            let fine = try await api.send(.put, "/api/orders/o-1/receipts/r-1", headers: ["If-Match": #""1""#])
            #expect(fine.status == 204)
        }
    }

    @Test func `every change raises its event`() async throws {
        try await shop { api, services in
            _ = try await api.send(.put, "/api/orders/o-1/receipts/r-1")
            _ = try await api.delete("/api/orders/o-1/receipts/r-1")
            _ = try await api.delete("/api/receipts/r-1")
            let kinds = try services.events { "\($0) \($1 == nil ? "-" : "order") \($2 == nil ? "-" : "receipt")" }
            #expect(
                kinds.filter { $0.hasPrefix("receipt.") } == [
                    "receipt.created - receipt", "receipt.created - receipt", "receipt.linked order receipt",
                    "receipt.updated - receipt", "receipt.deleted - receipt",
                ]
            )
        }
    }
}

extension Services {
    /// Every event's kind, order and receipt, in the order of one bucket after the other.
    fileprivate func events<Result>(_ read: (String, Int64?, Int64?) -> Result) throws -> [Result] {
        try engine.read { tx in
            try tx.rows("SELECT kind, order_id, receipt_id FROM event ORDER BY bucket, seq") {
                read($0.text(0), $0.optionalInteger(1), $0.optionalInteger(2))
            }
        }
    }
}
