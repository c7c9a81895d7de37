import Domain
import HTTPTypes
import Logging
import Platform
import TestSupport
import Testing
import Web

struct ImportAPITests {
    private func services() async throws -> Services {
        try await Services.test(project: .sample(createsUnknownCustomers: true))
    }

    private func work(_ services: Services) async throws {
        let worker = ImportWorker(services, logger: .quiet)
        while try await worker.workOnce() {}
    }

    private static let csv = ["Content-Type": "text/csv"]

    @Test func `a file is sent, imported and undone, and its broken row comes back to be mended`() async throws {
        let services = try await services()
        try await withAPI(services) { api in
            let file = "external_id,client_external_id,items_sum\no-1,c-1,5\no-2,c-1,much\no-3,c-1,7\n"
            let sent = try await api.post("/api/imports?name=march.csv", file, headers: Self.csv)
            #expect(sent.status == 202)
            let place = try #require(sent.header("Location"))
            #expect(try sent.json()["data"]?["attributes"]?["state"] == "queued")
            try await work(services)
            let done = try await api.get(place).json()["data"]?["attributes"]
            #expect(done?["state"] == "done")
            #expect((done?["created"], done?["refused"], done?["rows_done"]) == (2, 1, 3))
            #expect(done?["refused_rows"]?[0]?["line"] == 3)
            let refused = try await api.get(place + "/refused")
            #expect(refused.header("Content-Type") == "text/csv; charset=utf-8")
            #expect(refused.text.hasPrefix("import_error,external_id,client_external_id,items_sum\r\n\""))
            #expect(refused.text.hasSuffix("\",o-2,c-1,much\r\n"))
            let mended = refused.text.replacing("much", with: "6")
            #expect(try await api.post("/api/imports", mended, headers: Self.csv).status == 202)
            try await work(services)
            #expect(try await api.get("/api/orders").json()["meta"]?["total"] == 3)
            #expect(try await api.post(place + "/undo", "", headers: [:]).status == 202)
            try await work(services)
            #expect(try await api.get(place).json()["data"]?["attributes"]?["undone"]?["deleted"] == 2)
            #expect(try await api.get("/api/orders").json()["meta"]?["total"] == 1)
        }
    }

    @Test func `customers of a file come into an audience, for whoever may change it`() async throws {
        let services = try await services()
        _ = try await services.segments.create(SegmentPatch(code: "readers", name: "Readers"))
        try await withAPI(services) { api in
            let file = "external_id,city\nc-1,Porto\nc-2,Braga\n"
            let path = "/api/imports?kind=customers&audience="
            let sent = try await api.post(path + "readers", file, headers: Self.csv)
            #expect(sent.status == 202, "\(sent.text)")
            try await work(services)
            let members = try await api.get("/api/segments/readers/customers").json()
            #expect(members["meta"]?["total"] == 2)
            let unknown = try await api.post(path + "others", file, headers: Self.csv)
            #expect(unknown.status == 422)
            #expect(try unknown.json()["detail"] == "There is no audience “others”: make it first.")
            let orders = try await api.post("/api/imports?audience=readers", "external_id\no-1\n", headers: Self.csv)
            #expect(orders.status == 422)
        }
        try await withAPI(services, scopes: [.customersRead, .customersWrite, .ordersWrite]) { api in
            let refused = try await api.post(
                "/api/imports?kind=customers&audience=readers", "external_id\nc-9\n", headers: Self.csv)
            #expect(refused.status == 403)
        }
    }

    @Test func `a file of receipts is imported, and an open page of an order that lost one learns of it`() async throws
    {
        let services = try await services()
        _ = try await services.orders.register(.sample("o-1"), by: .test)
        _ = try await services.receipts.register(.sample("r-1"), by: .test)
        try await services.receipts.setLink(order: "o-1", receipt: "r-1", isLinked: true, by: .test)
        try await withAPI(services) { api in
            let file = "receipt_id,client_id,total,qty\nr-1,c-2,5,\nr-2,c-1,7.5,2\n"
            let sent = try await api.post("/api/imports?kind=receipts&name=till.csv", file, headers: Self.csv)
            #expect(sent.status == 202, "\(sent.text)")
            try await work(services)
            let done = try await api.get(try #require(sent.header("Location"))).json()["data"]?["attributes"]
            #expect((done?["kind"], done?["created"], done?["updated"]) == ("receipts", 1, 1))
            #expect(try await api.get("/api/receipts?filter[total_from]=7").json()["meta"]?["total"] == 1)
            #expect(try await api.get("/api/orders/o-1/receipts").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/receipts/r-2").json()["data"]?["attributes"]?["items"]?[0]?["cnt"] == 2)
        }
    }

    @Test func `an import of customers is undone over the API and on its page`() async throws {
        let services = try await services()
        try await withAPI(services) { api async throws in
            let file = "external_id,city\nc-1,Porto\nc-2,Braga\n"
            let sent = try await api.post("/api/imports?kind=customers", file, headers: Self.csv)
            try await work(services)
            _ = try await services.orders.register(.sample("o-1", customer: "c-2"), by: .test)
            let place = try #require(sent.header("Location"))
            try await withAPI(services, scopes: [.ordersRead, .ordersWrite]) { other async throws in
                #expect(try await other.post(place + "/undo", "", headers: [:]).status == 403)
            }
            let id = try #require(
                place.split(separator: "/").last.flatMap { Int64($0) }.map { ImportRun.ID(rawValue: $0) })
            try await withPages(services) { pages async throws in
                #expect(try await pages.get(Links.importRun(id)).text.contains(Links.undoImport(id)))
                let question = try await pages.get(Links.undoImport(id)).text
                for text in ["did to customers", "2 customers it made", "who have orders or receipts stay"] {
                    #expect(question.contains(text), "\(text)")
                }
                #expect(try await pages.post(Links.undoImport(id)).status == 303)
                try await work(services)
                let page = try await pages.get(Links.importRun(id)).text
                #expect(page.contains(Links.customer("c-2")) && page.contains("Has orders or receipts."))
            }
            let undone = try await api.get(place).json()["data"]?["attributes"]?["undone"]
            #expect((undone?["deleted"], undone?["left"]) == (1, 1))
            #expect(try await api.get("/api/customers").json()["meta"]?["total"] == 1)
        }
    }

    @Test func `a dry run says what would be, and keeps nothing`() async throws {
        let services = try await services()
        _ = try await services.orders.register(.sample("o-1", unit: "Online"), by: .test)
        try await withAPI(services) { api in
            let file =
                #"{"external_id":"o-1","unit":"Shop"}"# + "\n" + #"{"external_id":"o-2","client_external_id":"c"}"#
                + "\n{\"external_id\":3}\n"
            let sent = try await api.post(
                "/api/imports?dry_run=true", file, headers: ["Content-Type": "application/x-ndjson"])
            try await work(services)
            let place = try #require(sent.header("Location"))
            let checked = try await api.get(place).json()["data"]?["attributes"]
            #expect(checked?["state"] == "checked")
            #expect((checked?["created"], checked?["updated"], checked?["refused"]) == (1, 1, 1))
            #expect(try await api.get(place + "/refused").text.contains(#"{"data":{"attributes":{"external_id":3}}"#))
            #expect(try services.orders.order("o-1").order.fields.text(.unit) == "Online")
            let id = try #require(place.split(separator: "/").last.flatMap { Int64($0) })
            let findings = try services.imports.run(ImportRun.ID(rawValue: id)).findings
            #expect(findings?.created == ["o-2"])
            #expect(findings?.changed.first?.changes.map(\.field) == ["unit"])
        }
    }

    @Test func `columns may be named, in UTF-16 and with decimal commas`() async throws {
        let services = try await services()
        try await withAPI(services) { api in
            let text = "No;Who;Worth\nö-1;c-1;12,50\n"
            let bytes: [UInt8] =
                [0xff, 0xfe] + text.utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xff), UInt8(unit >> 8)] }
            let columns =
                "%7B%22No%22%3A%22external_id%22%2C%22Who%22%3A%22client_external_id%22%2C%22Worth%22%3A%22items_sum%22%7D"
            let sent = try await api.send(
                .post, "/api/imports?decimal=comma&columns=\(columns)", bytes: bytes, headers: Self.csv)
            #expect(sent.status == 202, "\(sent.text)")
            try await work(services)
            #expect(try services.orders.order("ö-1").order.fields.money(.itemsSum) == Money(tenThousandths: 125_000))
        }
    }

    @Test func `a gzip file that ends too early keeps what came before, and says so`() async throws {
        let services = try await services()
        try await withAPI(services) { api in
            let rows = (0..<9000).map { "o-\($0),c-1,\($0)" }.joined(separator: "\n")
            let whole = StoredGzipFile.member(Array("external_id,client_external_id,items_sum\n\(rows)\n".utf8))
            let sent = try await api.send(
                .post, "/api/imports", bytes: Array(whole.dropLast(20_000)),
                headers: ["Content-Type": "application/gzip"])
            #expect(sent.status == 202, "\(sent.text)")
            try await work(services)
            let run = try await api.get(try #require(sent.header("Location"))).json()["data"]?["attributes"]
            #expect(run?["state"] == "failed")
            #expect(run?["reason"]?.text?.contains("api.orders") == true, "\(String(describing: run?["reason"]))")
            #expect((run?["created"]?.number ?? 0) > 1000)
        }
    }

    @Test(arguments: [
        ("/api/imports", "", 422, "unreadable_file"),
        ("/api/imports", "a,b\n1,2\n", 422, "unreadable_file"),
        ("/api/imports", "PK\u{3}\u{4}....", 422, "unreadable_file"),
        ("/api/imports", "a\0b\0c\0d\0", 422, "unreadable_file"),
        ("/api/imports?kind=secrets", "external_id\n1\n", 400, "unknown_kind"),
        ("/api/imports?colour=red", "external_id\n1\n", 400, "unknown_parameter"),
        ("/api/imports?columns=nonsense", "external_id\n1\n", 400, "bad_columns"),
        ("/api/imports?columns=%7B%22a%22%3A%22nowhere%22%7D", "a\n1\n", 422, "unreadable_file"),
        (
            "/api/imports?columns=%7B%22a%22%3A%22external_id%22%2C%22b%22%3A%22external_id%22%7D", "a,b\n1,2\n", 422,
            "unreadable_file"
        ),
        ("/api/imports", String(repeating: "x", count: 3000), 413, "file_too_large"),
    ])
    func `a file that will not do is refused at once, and nothing of it is kept`(
        _ path: String, _ body: String, _ status: Int, _ code: String
    ) async throws {
        let services = try await services()
        var settings = WebSettings()
        settings.maxImportBytes = 2000
        try await withAPI(services, settings: settings) { api in
            let answer = try await api.post(path, body, headers: Self.csv)
            #expect((answer.status, try answer.code()) == (status, code), "\(answer.text)")
            #expect(try await api.get("/api/imports").json()["meta"]?["total"] == 0)
        }
    }

    @Test func `a cancelled import stops, and a key without the scope imports nothing`() async throws {
        let services = try await services()
        try await withAPI(services) { api in
            let sent = try await api.post("/api/imports", "external_id,client_external_id\no-1,c\n", headers: Self.csv)
            let place = try #require(sent.header("Location"))
            #expect(try await api.post(place + "/cancel", "", headers: [:]).status == 200)
            try await work(services)
            #expect(try await api.get(place).json()["data"]?["attributes"]?["state"] == "cancelled")
            #expect(services.orders.count == 0)
            #expect(try await api.post(place + "/cancel", "", headers: [:]).status == 409)
        }
        try await withAPI(services, scopes: [.ordersWrite]) { api in
            let answer = try await api.post("/api/imports?kind=customers", "external_id\nc\n", headers: Self.csv)
            #expect(answer.status == 403)
        }
    }
}

/// Gzip without compression, so that a cut leaves most of it readable.
enum StoredGzipFile {
    static func member(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
        for start in stride(from: 0, to: content.count, by: 4096) {
            let block = content[start..<min(start + 4096, content.count)]
            let count = UInt16(block.count)
            bytes.append(start + 4096 >= content.count ? 1 : 0)
            bytes += [UInt8(count & 0xff), UInt8(count >> 8), UInt8(~count & 0xff), UInt8(~count >> 8)]
            bytes += block
        }
        return bytes + [UInt8](repeating: 0, count: 8)
    }
}
