import Database
import Domain
import Platform
import TestSupport
import Testing

/// Registering, moving and deleting orders over the API.
struct OrderWriteTests {
    private func shop(clock: StillClock = StillClock(), project: Project = .sample()) async throws -> Services {
        let services = try await Services.test(project: project, clock: clock)
        _ = try await services.customers.register([.success(.sample()), .success(.sample("c-2"))], by: .test)
        return services
    }

    // MARK: Merging

    @Test func `a second description merges into the first`() async throws {
        let clock = StillClock()
        try await withAPI(try await shop(clock: clock)) { api in
            _ = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","client_external_id":"c-1","number":"7","items_sum":10,"delivery":{"city":"Porto","note":"a"},"payment":{"total":9},"items":[{"external_id":"a","sum":4,"price":2},{"external_id":"b"}],"metadata":{"k":1}}"#
                ))
            clock.advance(seconds: 5)
            let answer = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","number":null,"delivery":{"note":""},"payment":{"cash":1},"items":[{"external_id":"c"},{"external_id":"a","sum":5}]}"#
                ))
            #expect(answer.status == 200)
            #expect(answer.header("ETag") == #""2""#)
            #expect(answer.header("Location") == nil)
            let order = try #require(try answer.json()["data"]?["attributes"])
            #expect(order["number"] == nil as JSON? || order["number"] == .null)
            #expect(order["items_sum"] == 10)
            #expect(order["metadata"] == ["k": 1])
            #expect(order["delivery"]?["city"] == "Porto")
            #expect(order["delivery"]?["note"] == .null)
            #expect(order["payment"]?["total"] == 9)
            #expect(order["payment"]?["cash"] == 1)
            #expect(order["items"]?.list.map { $0["external_id"] } == ["c", "a"])
            #expect(order["items"]?[1]?["sum"] == 5)
            #expect(order["items"]?[1]?["price"] == 2)
            #expect(order["created_at"] == "2026-03-01T12:00:00.000Z")
            #expect(order["updated_at"] == "2026-03-01T12:00:05.000Z")
        }
    }

    @Test func `another customer takes the order along, and both figures follow`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","client_external_id":"c-1","items_sum":10,"payment":{"status_code":"paid"},"items":[{"cnt":3}]}"#
                ))
            #expect(try await api.get("/api/customers/c-1").json()["data"]?["attributes"]?["orders"]?["total"] == 10)
            let moved = try await api.post(
                "/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-2"}"#))
            #expect(try moved.json()["data"]?["attributes"]?["version"] == 2)
            #expect(try await api.get("/api/customers/c-1").json()["data"]?["attributes"]?["orders"]?["count"] == 0)
            let figures = try await api.get("/api/customers/c-2").json()["data"]?["attributes"]?["orders"]
            #expect(figures?["total"] == 10)
            #expect(figures?["items"] == 3)
            #expect(try await api.get("/api/customers/c-1/orders").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/customers/c-2/orders").json()["meta"]?["total"] == 1)
            let activity = try await api.get("/api/orders/o-1/activity").json()
            #expect(activity["meta"]?["total"] == 3)
            #expect(activity["data"]?[0]?["attributes"]?["from"] == "c-1")
        }
    }

    @Test func `a late arrival leaves the order, and says so`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","client_external_id":"c-1","number":"new","updated_at":"2026-02-02T00:00:00Z"}"#
                ))
            let late = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","number":"old","updated_at":"2026-02-01T00:00:00Z"}"#
                ))
            #expect(late.status == 200)
            #expect(try late.json()["meta"] == ["stale": true])
            #expect(try late.json()["data"]?["attributes"]?["number"] == "new")
            #expect(try await api.get("/api/orders/o-1/activity").json()["meta"]?["total"] == 1)
        }
    }

    @Test func `a late change of status leaves the order, and says so`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post("/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-1"}"#))
            func change(_ code: String, _ seen: String) async throws -> APIClient.Answer {
                try await api.patch(
                    "/api/orders/o-1/status", envelope(#"{"status_code":"\#(code)","updated_at":"\#(seen)"}"#))
            }
            let first = try await change("completed", "2026-02-02T00:00:00Z")
            #expect(try first.json()["meta"] == nil)
            let late = try await change("accepted", "2026-02-01T00:00:00Z")
            #expect(late.status == 200)
            #expect(try late.json()["meta"] == ["stale": true])
            #expect(try late.json()["data"]?["attributes"]?["status_code"] == "completed")
            // A late description in a list is told from the others.
            let list = try await api.post(
                "/api/orders",
                #"{"data":[{"attributes":{"external_id":"o-1","number":"7","updated_at":"2026-02-01T00:00:00Z"}},{"attributes":{"external_id":"o-2","client_external_id":"c-1"}}]}"#
            )
            #expect(try list.json()["data"]?.list.map { $0["meta"]?["stale"] } == [true, false])
            #expect(try await api.get("/api/orders/o-1").json()["data"]?["attributes"]?["version"] == 2)
        }
    }

    @Test(arguments: [(false, 1), (true, 0)])
    func `skip_triggers is written with the event`(skip: Bool, starts: Int64) async throws {
        let services = try await shop()
        try await withAPI(services) { api in
            let body = envelope(
                #"{"external_id":"o-1","client_external_id":"c-1"}"#, meta: #"{"skip_triggers":\#(skip)}"#)
            #expect(try await api.post("/api/orders", body).status == 201)
            let flags = try services.engine.read { tx in
                try tx.rows("SELECT starts_campaigns FROM event WHERE kind = 'order.created'") { $0.integer(0) }
            }
            #expect(flags == [starts])
        }
    }

    @Test func `an unknown customer and unknown statuses are made where the project says so`() async throws {
        let project = Project.sample(createsUnknownCustomers: true, createsUnknownStatuses: true)
        try await withAPI(try await shop(project: project)) { api in
            let answer = try await api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"o-1","client_external_id":"who","status_code":"fresh"}"#
                ))
            #expect(answer.status == 201)
            #expect(try await api.get("/api/customers/who").status == 200)
            let status = try await api.get("/api/order-statuses/general/fresh").json()["data"]?["attributes"]
            #expect(status?["include_in_analytics"] == false)
            #expect(status?["orders"] == 1)
        }
    }

    // MARK: Versions

    @Test func `a write with an old version is refused, and says the new one`() async throws {
        try await withAPI(try await shop()) { api in
            let new = envelope(#"{"external_id":"o-1","client_external_id":"c-1"}"#)
            #expect(try await api.post("/api/orders", new, headers: ["If-Match": #""1""#]).status == 412)
            #expect(try await api.post("/api/orders", new).status == 201)
            func renumber(_ number: String, _ tag: String) async throws -> APIClient.Answer {
                try await api.post(
                    "/api/orders", envelope(#"{"external_id":"o-1","number":"\#(number)"}"#), headers: ["If-Match": tag]
                )
            }
            #expect(try await renumber("a", #""1""#).header("ETag") == #""2""#)
            let old = try await renumber("b", #""1""#)
            #expect(old.status == 412)
            #expect(try old.code() == "outdated")
            #expect(try await renumber("b", "*").status == 200)
            for bad in ["1", #""x""#, #"W/"1""#, #""""#] {
                #expect(try await renumber("c", bad).status == 400, "\(bad)")
            }
            let move = envelope(#"{"status_code":"accepted"}"#)
            #expect(try await api.patch("/api/orders/o-1/status", move, headers: ["If-Match": #""2""#]).status == 412)
            #expect(try await api.patch("/api/orders/o-1/status", move, headers: ["If-Match": #""3""#]).status == 200)
            #expect(try await api.delete("/api/orders/o-1", headers: ["If-Match": #""3""#]).status == 412)
            #expect(try await api.delete("/api/orders/o-1", headers: ["If-Match": #""4""#]).status == 204)
        }
    }

    @Test func `an order that was not changed is not sent again`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post("/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-1"}"#))
            let same = try await api.get("/api/orders/o-1", headers: ["If-None-Match": #""1""#])
            #expect(same.status == 304)
            #expect(same.text.isEmpty)
            #expect(same.header("ETag") == #""1""#)
            #expect(try await api.get("/api/orders/o-1", headers: ["If-None-Match": #""2""#]).status == 200)
        }
    }

    // MARK: Statuses

    @Test func `statuses move together or alone, at the time the shop names`() async throws {
        try await withAPI(try await shop()) { api in
            _ = try await api.post(
                "/api/orders", envelope(#"{"external_id":"o-1","client_external_id":"c-1","status_code":"accepted"}"#))
            let answer = try await api.patch(
                "/api/orders/o-1/status",
                envelope(
                    #"{"status_code":"completed","delivery.status_code":"shipped","payment":{"status_code":"paid"},"date":"2026-02-28T10:00:00Z"}"#
                ))
            #expect(answer.status == 200)
            let order = try #require(try answer.json()["data"]?["attributes"])
            #expect(order["status_code"] == "completed")
            #expect(order["delivery"]?["status_code"] == "shipped")
            #expect(order["payment"]?["status_code"] == "paid")
            #expect(order["included"] == true)
            #expect(order["version"] == 2)
            let newest = try await api.get("/api/orders/o-1/activity").json()["data"]?[0]?["attributes"]
            #expect(newest?["happened_at"] == "2026-02-28T10:00:00.000Z")
            #expect(newest?["arrived_at"] == "2026-03-01T12:00:00.000Z")
            let none = try await api.patch("/api/orders/o-1/status", envelope(#"{"status_code":null}"#))
            #expect(try none.json()["data"]?["attributes"]?["status_code"] == .null)
            #expect(try await api.patch("/api/orders/nope/status", envelope(#"{"status_code":"paid"}"#)).status == 404)
            let unknown = try await api.patch("/api/orders/o-1/status", envelope(#"{"payment.status_code":"nope"}"#))
            #expect(unknown.status == 422)
            #expect(try unknown.errors() == ["/data/attributes/payment/status_code unknown_status"])
        }
    }

    // MARK: Lists

    @Test func `a thousand orders are each on their own`() async throws {
        let services = try await shop()
        try await withAPI(services) { api in
            let elements = (0..<1000).map { index in
                let fault =
                    index % 10 == 3 ? #","items_sum":"x","wrong":1"# : index % 10 == 7 ? #","status_code":"nope""# : ""
                return #"{"attributes":{"external_id":"o-\#(index)","client_external_id":"c-1"\#(fault)}}"#
            }
            let answer = try await api.post("/api/orders", #"{"data":[\#(elements.joined(separator: ","))]}"#)
            #expect(answer.status == 200)
            let results = try answer.json()
            #expect(results["meta"] == ["count": 1000])
            let statuses = results["data"]?.list.map { $0["meta"]?["status"]?.number ?? 0 } ?? []
            #expect(statuses == (0..<1000).map { [3, 7].contains($0 % 10) ? 422 : 201 })
            #expect(
                results["data"]?[13]?["errors"]?.list.map { $0["pointer"] } == [
                    "/data/13/attributes/items_sum", "/data/13/attributes/wrong",
                ])
            #expect(results["data"]?[17]?["errors"]?[0]?["pointer"] == "/data/17/attributes/status_code")
            #expect(results["data"]?[999]?["attributes"]?["external_id"] == "o-999")
            #expect(services.orders.count == 800)
        }
    }

    @Test func `the same order twice in a list is created, then updated`() async throws {
        try await withAPI(try await shop()) { api in
            let answer = try await api.post(
                "/api/orders",
                #"""
                {"data":[{"attributes":{"external_id":"o-1","client_external_id":"c-1"}},{"attributes":{"external_id":"o-1","number":"2"}},{"attributes":{"external_id":"o-1","number":"2"}}]}
                """#)
            let results = try #require(try answer.json()["data"]?.list)
            #expect(results.map { $0["meta"]?["status"] } == [201, 200, 200])
            #expect(results.map { $0["attributes"]?["version"] } == [1, 2, 2])
        }
    }

    @Test func `an empty list answers an empty list`() async throws {
        try await withAPI(try await shop()) { api in
            let answer = try await api.post("/api/orders", #"{"data":[]}"#)
            #expect(answer.status == 200 && answer.text == #"{"data":[],"meta":{"count":0}}"#)
        }
    }

    @Test func `more than a thousand are refused whole`() async throws {
        let services = try await shop()
        try await withAPI(services) { api in
            let elements = (0...1000).map { #"{"attributes":{"external_id":"o-\#($0)","client_external_id":"c-1"}}"# }
            let answer = try await api.post("/api/orders", #"{"data":[\#(elements.joined(separator: ","))]}"#)
            #expect(answer.status == 400)
            #expect(try answer.code() == "wrong_envelope")
            #expect(services.orders.count == 0)
        }
    }

    // MARK: Identifiers, deleting

    @Test(arguments: [
        "a/b", "100%", "%41", "a b", "a+b", "é", "😀", "?q=1#x", "..", "../x", "a\\b", "\"", "漢/字", "%2F", "&=;,",
    ])
    func `identifiers may hold any character`(id: String) async throws {
        try await withAPI(try await shop()) { api in
            let quoted = id.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let answer = try await api.post(
                "/api/orders", envelope(#"{"external_id":"\#(quoted)","client_external_id":"c-1"}"#))
            #expect(answer.status == 201)
            let link = try #require(answer.header("Location"))
            #expect(try answer.json()["data"]?["links"]?["self"]?.text == link)
            #expect(try await api.get(link).json()["data"]?["id"]?.text == id)
            #expect(try await api.get(link + "/activity").status == 200)
            #expect(try await api.patch(link + "/status", envelope(#"{"status_code":"accepted"}"#)).status == 200)
            #expect(try await api.delete(link).status == 204)
            #expect(try await api.get(link).status == 404)
        }
    }

    @Test func `a deleted order is gone from everywhere, and its id is free`() async throws {
        try await withAPI(try await shop()) { api in
            let body = envelope(
                #"{"external_id":"o-1","client_external_id":"c-1","items_sum":5,"payment":{"status_code":"paid"}}"#)
            _ = try await api.post("/api/orders", body)
            let gone = try await api.delete("/api/orders/o-1")
            #expect(gone.status == 204)
            #expect(gone.text.isEmpty)
            #expect(try await api.delete("/api/orders/o-1").status == 404)
            #expect(try await api.get("/api/orders/o-1").code() == "unknown_order")
            #expect(try await api.get("/api/orders/o-1/activity").status == 404)
            #expect(try await api.get("/api/orders").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/orders?filter%5Bq%5D=o-1").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/customers/c-1/orders").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/customers/c-1").json()["data"]?["attributes"]?["orders"]?["count"] == 0)
            #expect(try await api.post("/api/orders", envelope(#"{"external_id":"o-1","number":"1"}"#)).status == 422)
            #expect(try await api.post("/api/orders", body).status == 201)
            #expect(try await api.get("/api/orders/o-1/activity").json()["meta"]?["total"] == 2)
        }
    }
}
