import Domain
import Logging
import Platform
import TestSupport
import Testing
import Web

/// Lists and exports of every object, filtered by the fields that a shop made for itself.
struct FieldFilterTests {
    /// Two of each: one has the value `gold` and the score 1, the other `silver` and 2.5.
    private func shop() async throws -> Services {
        let services = try await Services.test()
        for object in [FieldObject.order, .customer, .receipt, .product] {
            _ = try await services.fields.create(.sample(object, "tier", .string, name: "Tier"))
            _ = try await services.fields.create(.sample(object, "score", .decimal, name: "Score"))
            _ = try await services.fields.create(.sample(object, "due", .date, name: "Due"))
        }
        try await withAPI(services) { api async throws in
            for (id, values) in [("a", #""tier":"gold","score":1"#), ("b", #""tier":"silver","score":2.5"#)] {
                for path in ["customers", "products", "orders", "receipts"] {
                    let customer = path == "orders" || path == "receipts" ? #""client_external_id":"\#(id)","# : ""
                    let body = envelope(#"{"external_id":"\#(id)",\#(customer)\#(values)}"#)
                    #expect(try await api.post("/api/\(path)", body).status == 201, "\(path)")
                }
            }
        }
        return services
    }

    @Test(arguments: ["orders", "customers", "receipts", "products"])
    func `a list and its export show the same objects`(path: String) async throws {
        let services = try await shop()
        try await withAPI(services) { api async throws in
            for (filter, ids) in [
                (["tier": "gold"], ["a"]), (["score_from": "2"], ["b"]), (["score_from": "1", "score_to": "2"], ["a"]),
                (["tier": "gold", "score": "2.5"], []), (["tier": "bronze"], []),
            ] {
                let query = filter.map { "filter[\($0)]=\($1)" }.joined(separator: "&")
                let answer = try await api.get("/api/\(path)?\(query)").json()
                #expect(answer["data"]?.list.compactMap { $0["id"]?.text } == ids, "\(filter)")
                #expect(answer["meta"]?["total"]?.number == Double(ids.count), "\(filter)")
                let wanted = filter.map { #""\#($0)":"\#($1)""# }.joined(separator: ",")
                let body = #"{"object":"\#(path)","columns":["external_id"],"filter":{\#(wanted)}}"#
                let asked = try await api.post("/api/exports", envelope(body))
                #expect(asked.status == 202, "\(asked.text)")
                let worker = ExportWorker(services, byteLimit: 1 << 30, logger: .quiet)
                while try await worker.workOnce() {}
                let file = try await api.get(try #require(asked.header("Location")) + "/file").text
                #expect(file == (["external_id"] + ids).map { $0 + "\r\n" }.joined(), "\(filter)")
            }
            #expect(try await api.get("/api/\(path)?filter[score]=many").code() == "bad_filter")
            #expect(try await api.get("/api/\(path)?filter[tier_from]=a").status == 400)
        }
    }

    @Test(arguments: ["orders", "customers", "receipts", "products"])
    func `a page offers them, shows which are set, and takes them over to the export`(path: String) async throws {
        let services = try await shop()
        try await withPages(services) { pages async throws in
            let all = try await pages.get("/\(path)").text
            for name in ["field.tier", "field.score_from", "field.score_to", "field.due_from"] {
                #expect(all.contains(#"name="\#(name)""#), "\(name)")
            }
            func links(_ page: String) -> Set<String> {
                Set(["a", "b"].filter { page.contains(#"data-id="\#($0)""#) })
            }
            #expect(links(all) == ["a", "b"])
            let some = try await pages.get("/\(path)?field.tier=gold&field.score_to=2&field.due_from=soon").text
            #expect(links(some) == ["a"])
            #expect(some.contains(#"value="gold""#))
            #expect(some.contains("<span>Tier</span><b>gold</b>"))
            #expect(some.contains("<span>Score</span><b>to 2</b>"))
            #expect(some.contains("“soon” does not fit, and is ignored"))
            #expect(some.contains("object=\(path)&amp;field.tier=gold&amp;field.score_to=2"))
            let form = try await pages.get("/exports/new?object=\(path)&field.tier=gold&field.score_to=2").text
            #expect(form.contains(#"name="filter.tier" value="gold""#))
            #expect(form.contains(#"name="filter.score_to" value="2""#))
            let none = try await pages.get("/\(path)?field.tier=bronze").text
            #expect(links(none).isEmpty)
            #expect(none.contains("Tier") && none.contains("match"))
        }
    }

    @Test func `filters go to text and back`() async throws {
        let services = try await shop()
        let reading = services.references.current.reading
        let filters = ["tier": "gold", "score_from": "1.5", "due_to": "2026-03-01", "q": "x"]
        let orders = try OrderQuery(filters: filters, reading)
        #expect(orders.filters == filters)
        #expect(try ReceiptQuery(filters: filters, reading).filters == filters)
        #expect(try CustomerQuery(filters: filters, reading).filters == filters)
        #expect(try ProductQuery(filters: filters, reading).filters == filters)
        #expect(throws: Refusal.self) { try ProductQuery(filters: ["colour": "red"], reading) }
    }
}
