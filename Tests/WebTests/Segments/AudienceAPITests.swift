import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

struct AudienceAPITests {
    @Test func `an audience is made, filled, emptied, named by segments and deleted`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            let made = try await api.post("/api/audiences", envelope(#"{"name":"Fair","code":"fair"}"#))
            #expect((made.status, made.header("Location")) == (201, "/api/audiences/fair"))
            #expect(try made.json()["meta"]?["added"] == 0)
            let attributes = try made.json()["data"]?["attributes"]
            #expect(attributes?["conditions"] == .null && attributes?["words"] == .null)

            let added = try await api.post(
                "/api/audiences/fair/members",
                #"{"data":[{"attributes":{"external_id":"ana"}},{"attributes":{"external_id":"zoe"}},{"attributes":{}},{"attributes":{"external_id":"bea"}},{"attributes":{"from_segment":"fair"}}]}"#
            )
            #expect(added.status == 200)
            let results = try added.json()["data"]?.list ?? []
            #expect(results.map { $0["meta"]?["changed"] } == [true, nil, nil, true, nil])
            #expect(results.map { $0["meta"]?["status"] } == [200, 422, 422, 200, 422])
            #expect(
                results.compactMap { $0["errors"]?.list.first?["pointer"]?.text } == [
                    "/data/1/attributes/external_id", "/data/2/attributes/external_id", "/data/4/attributes",
                ]
            )
            #expect(try await ids(api, "/api/audiences/fair/members") == ["ana", "bea"])
            #expect(try await ids(api, "/api/customers/ana/segments") == ["fair"])
            let one = try await api.post("/api/audiences/fair/members", envelope(#"{"external_id":"ana"}"#))
            #expect(try one.json()["data"]?["meta"]?["changed"] == false)

            let tree = #"{"all":[{"segment":"fair"},\#(SegmentShop.porto)]}"#
            _ = try await api.post("/api/segments", envelope(#"{"name":"Both","conditions":\#(tree)}"#))
            #expect(try await ids(api, "/api/segments/both/customers") == ["ana"])
            #expect(try await api.delete("/api/audiences/fair").code() == "segment_in_use")

            let body = #"{"data":[{"attributes":{"external_id":"ana"}},{"attributes":{"external_id":"eva"}}]}"#
            let removed = try await api.send(.delete, "/api/audiences/fair/members", body)
            #expect(try removed.json()["data"]?.list.map { $0["meta"]?["changed"] } == [true, false])
            #expect(try await ids(api, "/api/segments/both/customers") == [])
            #expect(try await api.delete("/api/segments/both").status == 204)
            #expect(try await api.delete("/api/audiences/fair").status == 204)
            #expect(try await ids(api, "/api/customers/bea/segments") == [])
        }
    }

    @Test func `an audience is filled from a segment or from conditions, and stays as it was filled`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            _ = try await api.post(
                "/api/segments", envelope(#"{"name":"Porto","conditions":\#(SegmentShop.porto)}"#))
            let made = try await api.post("/api/audiences", envelope(#"{"name":"List","from_segment":"porto"}"#))
            #expect(try made.json()["meta"]?["added"] == 3)
            _ = try await api.patch("/api/customers/ana", envelope(#"{"city":"Faro"}"#))
            #expect(try await ids(api, "/api/audiences/list/members") == ["ana", "caio", "eva"])
            let more = try await api.post(
                "/api/audiences/list/members",
                envelope(#"{"conditions":{"field":"orders.count","op":"gte","value":1}}"#))
            #expect(try more.json()["meta"]?["added"] == 1)
            #expect(try await ids(api, "/api/audiences/list/members") == ["ana", "bea", "caio", "eva"])
        }
    }

    @Test(arguments: [
        ("", #"{"name":"x","conditions":{"all":7}}"#, "/data/attributes/conditions/all not_a_list"),
        ("", #"{"name":"x","from_segment":"none"}"#, "/data/attributes/from_segment unknown_segment"),
        ("", #"{"name":"x","from_segment":"list","conditions":{"all":[]}}"#, "/data/attributes one_only"),
        ("", #"{"name":""}"#, "/data/attributes/name required"),
        ("", #"{"name":"x","members":[]}"#, "/data/attributes/members unknown_attribute"),
        ("/list/members", #"{}"#, "/data/attributes/external_id required"),
        ("/list/members", #"{"external_id":7.5}"#, "/data/attributes/external_id not_a_string"),
        ("/list/members", #"{"external_id":"ana","from_segment":"list"}"#, "/data/attributes one_only"),
        ("/list/members", #"{"external_id":"zoe"}"#, "/data/attributes/external_id unknown_customer"),
        ("/list/members", #"{"from_segment":"none"}"#, "/data/attributes/from_segment unknown_segment"),
    ])
    func `what is wrong is named with its place`(_ path: String, _ attributes: String, _ error: String) async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            _ = try await api.post("/api/audiences", envelope(#"{"name":"List"}"#))
            let answer = try await api.post("/api/audiences\(path)", envelope(attributes))
            #expect((answer.status, try answer.errors()) == (422, [error]))
        }
    }

    @Test func `a segment is no audience`() async throws {
        try await withAPI(try await SegmentShop.services()) { api in
            _ = try await api.post(
                "/api/segments", envelope(#"{"name":"Porto","conditions":\#(SegmentShop.porto)}"#))
            let body = envelope(#"{"external_id":"ana"}"#)
            #expect(try await api.post("/api/audiences/porto/members", body).code() == "unknown_audience")
            #expect(try await api.get("/api/audiences/porto").status == 404)
            #expect(try await api.get("/api/audiences/none").status == 404)
            _ = try await api.post("/api/audiences", envelope(#"{"name":"List"}"#))
            let tree = envelope(#"{"conditions":{"all":[]}}"#)
            #expect(try await api.patch("/api/segments/list", tree).code() == "is_audience")
            #expect(
                try await api.patch("/api/audiences/list", tree).errors()
                    == ["/data/attributes/conditions unknown_attribute"])
            let renamed = try await api.patch("/api/audiences/list", envelope(#"{"name":"Guests"}"#))
            #expect(try renamed.json()["data"]?["attributes"]?["name"] == "Guests")
        }
    }

    private func ids(_ api: APIClient, _ path: String) async throws -> [String] {
        try await api.get(path).json()["data"]?.list.compactMap { $0["id"]?.text }.sorted() ?? []
    }
}
