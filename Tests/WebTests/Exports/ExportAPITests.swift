import Domain
import Logging
import Platform
import TestSupport
import Testing

struct ExportAPITests {
    @Test func `an export is asked for, waited for and fetched`() async throws {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true))
        for index in 0..<3 { _ = try await services.orders.register(.sample("o-\(index)"), by: .test) }
        try await withAPI(services) { api in
            let asked = try await api.post(
                "/api/exports",
                envelope(#"{"object":"orders","columns":["external_id"],"filter":{"q":"o-1"},"separator":"semicolon"}"#)
            )
            #expect(asked.status == 202)
            let place = try #require(asked.header("Location"))
            let waiting = try await api.get(place + "/file")
            #expect((waiting.status, waiting.header("Retry-After")) == (202, "1"))
            let worker = ExportWorker(services, byteLimit: 1 << 30, logger: .quiet)
            while try await worker.workOnce() {}
            let done = try await api.get(place).json()["data"]
            #expect(done?["attributes"]?["state"] == "done")
            #expect(done?["attributes"]?["rows_done"] == 1)
            let file = try await api.get(place + "/file")
            #expect((file.status, file.text) == (200, "external_id\r\no-1\r\n"))
            #expect(file.header("Content-Disposition")?.hasPrefix("attachment; filename=\"orders-") == true)
            // The link needs no key.
            let link = try #require(done?["links"]?["download"]?.text)
            #expect(try await api.with(key: nil).get(link).text == file.text)
            #expect(try await api.with(key: nil).get(link + "x").status == 404)
            #expect(try await api.delete(place).status == 204)
            #expect(try await api.with(key: nil).get(link).status == 410)
            #expect(try await api.get(place + "/file").status == 410)
            #expect(try await api.get("/api/exports").json()["meta"]?["total"] == 1)
        }
    }

    @Test(arguments: [
        (#"{}"#, "/data/attributes/object required"),
        (#"{"object":"secrets"}"#, "/data/attributes/object not_a_choice"),
        (#"{"object":"orders","format":"pdf"}"#, "/data/attributes/format not_a_choice"),
        (#"{"object":"orders","columns":"number"}"#, "/data/attributes/columns not_a_list"),
        (#"{"object":"orders","columns":[1]}"#, "/data/attributes/columns/0 not_a_string"),
        (#"{"object":"orders","columns":["password_hash"]}"#, "/data/attributes/columns/0 unknown_column"),
        (#"{"object":"orders","filter":{"status":"x"}}"#, "/data/attributes/filter unknown_filter"),
        (#"{"object":"orders","filter":{"date_from":"soon"}}"#, "/data/attributes/filter bad_filter"),
        (#"{"object":"orders","filter":[]}"#, "/data/attributes/filter not_an_object"),
        (#"{"object":"orders","bom":"yes"}"#, "/data/attributes/bom not_a_boolean"),
        (#"{"object":"orders","colour":"red"}"#, "/data/attributes/colour unknown_attribute"),
    ])
    func `a bad request names what is wrong`(_ attributes: String, _ error: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post("/api/exports", envelope(attributes))
            #expect(answer.status == 422)
            #expect(try answer.errors() == [error])
        }
    }

    @Test func `a key exports only what it may read`() async throws {
        let services = try await Services.test()
        try await withAPI(services, scopes: [.ordersRead]) { api in
            func status(_ attributes: String) async throws -> Int {
                try await api.post("/api/exports", envelope(attributes)).status
            }
            #expect(try await status(#"{"object":"orders"}"#) == 202)
            #expect(try await status(#"{"object":"customers"}"#) == 403)
            #expect(try await status(#"{"object":"orders","columns":["customer.email"]}"#) == 403)
            let run = try await services.exports.start(ExportRequest(.customers), by: "somebody")
            #expect(try await api.get("/api/exports/\(run.id.rawValue)/file").status == 403)
            #expect(try await api.get("/api/exports/12").status == 404)
            #expect(try await api.get("/api/exports/x").status == 404)
        }
    }
}
