import Domain
import Platform
import TestSupport
import Testing

struct EventAPITests {
    private func services() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        return services
    }

    @Test func `an event is kept, and shown with the customer`() async throws {
        try await withAPI(try await services(), scopes: [.eventsRead, .eventsWrite, .customersRead]) { api in
            let sent = try await api.post(
                "/api/events",
                envelope(
                    #"{"name":"product_viewed","customer":"ana","subject":"sku-1","source":"online_store","session":"s","date":"2026-03-01T10:00:00Z","url":"https://shop.example/","context":{"b":1.50}}"#
                ))
            #expect(sent.status == 201)
            #expect(sent.text.contains(#""context":{"b":1.50}"#))
            let attributes = try sent.json()["data"]?["attributes"]
            #expect(attributes?["name"] == "product_viewed" && attributes?["source"] == "online_store")
            #expect(attributes?["date"] == "2026-03-01T10:00:00.000Z" && attributes?["kind"] == "web")
            let shown = try await api.get("/api/customers/ana/events")
            #expect(try shown.json()["data"]?[0]?["attributes"] == attributes)
            #expect(try shown.json()["data"]?[0]?["id"] == sent.json()["data"]?["id"])
            #expect(try shown.json()["meta"]?["total"] == 1)
            #expect(try await api.get("/api/customers/nobody/events").code() == "unknown_customer")
        }
    }

    @Test func `an event with an id is kept once`() async throws {
        try await withAPI(try await services()) { api in
            let body = envelope(#"{"name":"page_viewed","customer":"ana","id":"e-1"}"#)
            let first = try await api.post("/api/events", body)
            let second = try await api.post("/api/events", body)
            #expect((first.status, second.status) == (201, 200))
            #expect(try first.json()["data"]?["id"] == second.json()["data"]?["id"])
            #expect(try await api.get("/api/customers/ana/events").json()["meta"]?["total"] == 1)
        }
    }

    @Test func `of a list each event is taken or refused on its own`() async throws {
        try await withAPI(try await services()) { api in
            let list = [
                #"{"name":"page_viewed","customer":"ana","id":"e-1"}"#,
                #"{"name":"page_viewed","customer":"ana","id":"e-1"}"#,
                #"{"name":"page_viewed"}"#, #"{"name":"page_viewed","customer":"zoe"}"#,
                #"{"name":"Not a code","customer":"ana"}"#, #"{"customer":"ana"}"#,
                #"{"name":"page_viewed","customer":"ana","source":"nowhere"}"#,
                #"{"name":"page_viewed","customer":"ana","date":"2027-01-01T00:00:00Z"}"#,
                #"{"name":"stock_counted","kind":"system"}"#, #"{"name":"page_viewed","visitor":"v-1"}"#,
                #"{"name":"page_viewed","customer":"ana","context":"\#(String(repeating: "x", count: 33_000))"}"#,
            ].map { #"{"attributes":\#($0)}"# }
            let answer = try await api.post("/api/events", #"{"data":[\#(list.joined(separator: ","))]}"#)
            #expect(answer.status == 200)
            let results = try answer.json()["data"]?.list ?? []
            #expect(
                results.map { $0["meta"]?["status"] } == [201, 200, 422, 422, 422, 422, 422, 422, 201, 201, 422])
            #expect(
                results.compactMap { $0["errors"]?.list.first?["pointer"]?.text } == [
                    "/data/2/attributes/customer", "/data/3/attributes/customer", "/data/4/attributes/name",
                    "/data/5/attributes/name", "/data/6/attributes/source", "/data/7/attributes/date",
                    "/data/10/attributes/context",
                ])
            #expect(try await api.get("/api/customers/ana/events").json()["meta"]?["total"] == 1)
        }
    }

    @Test func `a customer's events are paged and filtered`() async throws {
        try await withAPI(try await services()) { api in
            for number in 0..<7 {
                let name = number % 2 == 0 ? "page_viewed" : "product_viewed"
                let source = number < 3 ? #","source":"online_store""# : ""
                _ = try await api.post(
                    "/api/events",
                    envelope(
                        #"{"name":"\#(name)","customer":"ana","date":"2026-02-0\#(number + 1)T10:00:00Z"\#(source)}"#))
            }
            var (path, dates) = ("/api/customers/ana/events?page[size]=3", [String]())
            while true {
                let page = try await api.get(path).json()
                dates += page["data"]?.list.compactMap { $0["attributes"]?["date"]?.text } ?? []
                guard let next = page["links"]?["next"]?.text else { break }
                path = next
            }
            #expect(dates.count == 7 && dates == dates.sorted(by: >))
            func total(_ filter: String) async throws -> JSON? {
                try await api.get("/api/customers/ana/events?\(filter)").json()["meta"]?["total"]
            }
            #expect(try await total("filter[name]=product_viewed") == 3)
            #expect(try await total("filter[source]=online_store") == 3)
            #expect(try await total("filter[from]=2026-02-03&filter[to]=2026-02-05") == 3)
            #expect(try await total("filter[from]=2026-02-03T10:00:00.001Z") == 4)
            #expect(try await api.get("/api/customers/ana/events?filter[source]=x").code() == "bad_filter")
        }
    }

    @Test func `scopes hold`() async throws {
        let services = try await services()
        try await withAPI(services, scopes: [.eventsWrite]) { api in
            #expect(try await api.get("/api/customers/ana/events").status == 403)
            #expect(try await api.get("/api/event-sources").status == 403)
            let sent = try await api.post("/api/events", envelope(#"{"name":"page_viewed","customer":"ana"}"#))
            #expect(sent.status == 201)
        }
        try await withAPI(services, scopes: [.eventsRead]) { api in
            let statuses = [
                try await api.get("/api/customers/ana/events").status,
                try await api.get("/api/event-sources").status,
                try await api.post("/api/events", envelope(#"{"name":"a","customer":"ana"}"#)).status,
                try await api.patch("/api/event-sources/online_store", envelope(#"{"on":false}"#)).status,
            ]
            #expect(statuses == [403, 200, 403, 403])
        }
    }

    @Test func `a source is made, changed, given another key, and deleted`() async throws {
        try await withAPI(try await services()) { api in
            let made = try await api.post(
                "/api/event-sources",
                envelope(#"{"name":"Phone app","domains":["https://App.example/x","*.shop.example"]}"#))
            #expect((made.status, made.header("Location")) == (201, "/api/event-sources/phone_app"))
            let link = "/api/event-sources/phone_app"
            #expect(try made.json()["data"]?["attributes"]?["domains"] == ["app.example", "*.shop.example"])
            let again = try await api.post("/api/event-sources", envelope(#"{"name":"Phone app"}"#))
            #expect(again.status == 409)
            let changed = try await api.patch(link, envelope(#"{"on":false,"takes_orders":true,"domains":[]}"#))
            #expect(try changed.json()["data"]?["attributes"]?["on"] == false)
            #expect(try await api.patch(link, envelope(#"{"code":"other"}"#)).status == 422)
            #expect(try await api.patch(link, envelope(#"{"domains":["not a host!"]}"#)).status == 422)
            let rotated = try await api.post(link + "/keys", "")
            let keys = try rotated.json()["data"]?["attributes"]?["keys"]?.list.compactMap { $0["key"]?.text } ?? []
            #expect(keys.count == 2 && Set(keys).count == 2)
            #expect(try await api.delete(link + "/keys/\(keys[1])").status == 204)
            #expect(try await api.delete(link + "/keys/\(keys[1])").status == 404)
            #expect(try await api.get(link).json()["data"]?["attributes"]?["keys"]?.list.count == 1)
            #expect(try await api.get("/api/event-sources").json()["meta"]?["total"] == 2)
            #expect(try await api.delete(link).status == 204)
            #expect(try await api.get(link).code() == "unknown_source")
            #expect(try await api.delete("/api/event-sources/online_store").status == 409)
        }
    }

    @Test func `a name is made, renamed and deleted; predefined ones stay`() async throws {
        try await withAPI(try await services()) { api in
            let made = try await api.post(
                "/api/event-names", envelope(#"{"name":"Courier missed","kind":"customer"}"#))
            #expect(made.header("Location") == "/api/event-names/courier_missed")
            let link = "/api/event-names/courier_missed"
            let renamed = try await api.patch(link, envelope(#"{"name":"Nobody at home"}"#))
            #expect(try renamed.json()["data"]?["attributes"]?["name"] == "Nobody at home")
            #expect(try await api.get("/api/event-names").text.contains("page_viewed"))
            #expect(try await api.delete(link).status == 204)
            #expect(try await api.get(link).status == 404)
            #expect(try await api.delete("/api/event-names/page_viewed").status == 409)
            #expect(try await api.post("/api/event-names", envelope(#"{"name":"Page viewed"}"#)).status == 409)
        }
    }

    @Test func `an Idempotency-Key keeps a list of events from being kept twice`() async throws {
        try await withAPI(try await services()) { api in
            let body = #"{"data":[{"attributes":{"name":"page_viewed","customer":"ana"}}]}"#
            for _ in 0..<2 {
                _ = try await api.post("/api/events", body, headers: ["Idempotency-Key": "k-1"])
            }
            #expect(try await api.get("/api/customers/ana/events").json()["meta"]?["total"] == 1)
        }
    }
}
