import Domain
import Platform
import TestSupport
import Testing

/// Custom fields of receipts and their lines, by the rules of those of orders.
struct ReceiptFieldTests {
    @Test func `values of receipts enter, change and are told in history`() async throws {
        var project = Project.sample()
        project.features = [.orders, .receipts]
        let services = try await Services.test(project: project)
        _ = try await services.customers.register([.success(.sample())], by: .test)
        for patch in [
            CustomFieldPatch.sample(.receipt, "till", .integer, required: true),
            .sample(.receipt, "source", .string, metadataPath: "utm"), .sample(.receiptLine, "size", .string),
        ] { _ = try await services.fields.create(patch) }
        try await withAPI(services) { api async throws in
            let refused = try await api.post(
                "/api/receipts", envelope(#"{"external_id":"r","client_external_id":"c-1"}"#)
            )
            #expect(try refused.errors() == ["/data/attributes/till required"])
            let made = try await api.post(
                "/api/receipts",
                envelope(
                    #"{"external_id":"r","client_external_id":"c-1","till":4,"metadata":{"utm":"ads"},"items":[{"external_id":"a","size":"XL"}]}"#
                )
            )
            let attributes = try #require(try made.json()["data"]?["attributes"])
            #expect(attributes["till"] == 4)
            #expect(attributes["source"] == "ads")
            #expect(attributes["items"]?[0]?["size"] == "XL")
            let changed = try await api.post("/api/receipts", envelope(#"{"external_id":"r","till":5}"#))
            #expect(try changed.json()["data"]?["attributes"]?["till"] == 5)
            let history = try await api.get("/api/receipts/r/activity").json()["data"]?.list ?? []
            #expect(history.contains { $0["attributes"]?["field"] == "till" && $0["attributes"]?["to"] == "5" })
        }
    }
}
