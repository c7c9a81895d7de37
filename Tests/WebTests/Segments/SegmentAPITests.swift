import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct SegmentAPITests {
    @Test func `a segment is made, read, changed and deleted, with its version asked for`() async throws {
        try await withAPI(try await Services.test()) { api in
            let made = try await api.post(
                "/api/segments",
                envelope(
                    #"{"name":"From Porto","conditions":{"field":"customer.city","op":"in","value":["Porto"]},"description":"Near\nus."}"#
                )
            )
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/segments/from-porto")
            #expect(made.header("ETag") == #""1""#)
            #expect(
                made.text
                    == #"{"data":{"attributes":{"code":"from-porto","conditions":{"field":"customer.city","op":"in","value":["Porto"]},"created_at":"2026-03-01T12:00:00.000Z","description":"Near\nus.","name":"From Porto","updated_at":"2026-03-01T12:00:00.000Z","version":1,"words":"city “Porto”"},"id":"from-porto","links":{"self":"/api/segments/from-porto"},"type":"segments"}}"#
            )
            let read = try await api.get("/api/segments/from-porto")
            #expect(read.text == made.text)
            let known = ["If-None-Match": #""1""#]
            #expect(try await api.get("/api/segments/from-porto", headers: known).status == 304)

            let patch = envelope(
                #"{"name":"Porto","conditions":{"field":"customer.city","op":"eq","value":"porto"},"code":"from-porto"}"#
            )
            let changed = try await api.patch("/api/segments/from-porto", patch, headers: ["If-Match": #""1""#])
            #expect((changed.status, changed.header("ETag")) == (200, #""2""#))
            #expect(try changed.json()["data"]?["attributes"]?["name"] == "Porto")
            let again = try await api.patch("/api/segments/from-porto", patch)
            #expect(again.header("ETag") == #""2""#)
            let stale = ["If-Match": #""1""#]
            #expect(try await api.patch("/api/segments/from-porto", patch, headers: stale).status == 412)
            #expect(try await api.delete("/api/segments/from-porto", headers: stale).status == 412)
            #expect(try await api.delete("/api/segments/from-porto").status == 204)
            for path in ["", "/customers", "/sizes", "/explain/a"] {
                #expect(try await api.get("/api/segments/from-porto\(path)").code() == "unknown_segment")
            }
            #expect(try await api.patch("/api/segments/from-porto", patch).code() == "unknown_segment")
            #expect(try await api.delete("/api/segments/from-porto").code() == "unknown_segment")
        }
    }

    @Test func `a code is taken once, is made of the name where none is given, and names of addresses are none`()
        async throws
    {
        try await withAPI(try await Services.test()) { api in
            func make(_ attributes: String) async throws -> APIClient.Answer {
                try await api.post("/api/segments", envelope(#"{\#(attributes),"conditions":{"all":[]}}"#))
            }
            func code(_ attributes: String) async throws -> String? {
                try await make(attributes).json()["data"]?["id"]?.text
            }
            #expect(try await code(#""name":"Thé & Café""#) == "the-cafe")
            #expect(try await code(#""name":"The café""#) == "the-cafe-2")
            #expect(try await code(#""name":"茶""#) == "segment")
            #expect(try await code(#""name":"Fields""#) == "fields-2")
            #expect(try await code(#""name":"x","code":"vip_1""#) == "vip_1")
            let taken = try await make(#""name":"x","code":"vip_1""#)
            #expect(try taken.code() == "code_taken")
            let reserved = try await make(#""name":"x","code":"preview""#)
            #expect(try reserved.errors() == ["/data/attributes/code reserved"])
        }
    }

    @Test(arguments: [
        (#"{}"#, ["/data/attributes/conditions required"]),
        (#"[]"#, ["/data/attributes not_an_object"]),
        (#"{"name":"","conditions":{"all":[]}}"#, ["/data/attributes/name required"]),
        (#"{"name":"  ","conditions":{"all":[]}}"#, ["/data/attributes/name required"]),
        (#"{"name":7,"conditions":{"all":[]}}"#, ["/data/attributes/name not_a_string"]),
        (#"{"name":"a","name":"b","conditions":{"all":[]}}"#, ["/data/attributes/name duplicate_key"]),
        (#"{"name":"a","code":"A b","conditions":{"all":[]}}"#, ["/data/attributes/code invalid"]),
        (#"{"name":"a","colour":"red","conditions":{"all":[]}}"#, ["/data/attributes/colour unknown_attribute"]),
        (#"{"name":"a","conditions":7}"#, ["/data/attributes/conditions not_an_object"]),
        (#"{"name":"a","conditions":{}}"#, ["/data/attributes/conditions required"]),
        (#"{"name":"a","conditions":{"all":{}}}"#, ["/data/attributes/conditions/all not_a_list"]),
        (#"{"name":"a","conditions":{"each":[]}}"#, ["/data/attributes/conditions/each unknown_block"]),
        (
            #"{"name":"a","conditions":{"all":[{"field":"orders.count","op":"like","value":1}]}}"#,
            ["/data/attributes/conditions/all/0/op unknown_operator"]
        ),
        (
            #"{"name":"a","conditions":{"any":[{"field":"orders.count","op":"gte","value":"1"},{"field":"x","op":"eq","value":1}]}}"#,
            [
                "/data/attributes/conditions/any/0/value not_a_number",
                "/data/attributes/conditions/any/1/field unknown_field",
            ]
        ),
        (
            #"{"name":"a","conditions":{"orders":{"where":{"field":"status","op":"in","value":["lost"]}}}}"#,
            ["/data/attributes/conditions/orders/where/value/0 unknown_status"]
        ),
        (
            #"{"name":"a","conditions":{"not":{"segment":"nobody"}}}"#,
            ["/data/attributes/conditions/not/segment unknown_segment"]
        ),
        (
            #"{"name":"a","conditions":{"field":"customer.birth_date","op":"anniversary_in","value":{"n":2,"unit":"hour"}}}"#,
            ["/data/attributes/conditions/value/unit not_a_choice"]
        ),
    ])
    func `what is wrong is named with its place, and nothing is stored`(
        _ attributes: String, _ errors: [String]
    ) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post("/api/segments", envelope(attributes))
            #expect(answer.status == 422)
            #expect(try answer.errors() == errors)
            #expect(try await api.get("/api/segments?filter[kind]=any").json()["meta"]?["total"] == 0)
        }
    }

    @Test func `a tree that is too deep or has too much in it is refused, and the largest is taken`() async throws {
        try await withAPI(try await Services.test()) { api in
            let test = #"{"field":"customer.city","op":"is_set"}"#
            func status(_ tree: String) async throws -> (Int, [String]) {
                let answer = try await api.post(
                    "/api/segments/preview", envelope(#"{"conditions":\#(tree)}"#))
                return (answer.status, answer.status == 200 ? [] : try answer.errors())
            }
            func deep(_ levels: Int) -> String {
                String(repeating: #"{"not":"#, count: levels) + test + String(repeating: "}", count: levels)
            }
            func wide(_ count: Int) -> String {
                #"{"all":[\#(Array(repeating: test, count: count).joined(separator: ","))]}"#
            }
            #expect(try await status(deep(8)).0 == 200)
            let tooDeep = try await status(deep(9))
            #expect(tooDeep.0 == 422)
            #expect(tooDeep.1.first?.hasSuffix(" too_deep") == true, "\(tooDeep)")
            #expect(try await status(wide(100)).0 == 200)
            let tooMany = try await status(wide(101))
            #expect(tooMany == (422, ["/data/attributes/conditions/all/100 too_many"]))
            #expect(try await status(deep(5000)).0 / 100 == 4)
        }
    }

    @Test func `segments name one another, but in no circle, and one that is named stays`() async throws {
        try await withAPI(try await Services.test()) { api in
            func make(_ code: String, _ tree: String) async throws -> APIClient.Answer {
                try await api.post(
                    "/api/segments",
                    envelope(#"{"name":"\#(code.uppercased())","code":"\#(code)","conditions":\#(tree)}"#))
            }
            #expect(try await make("a", #"{"all":[]}"#).status == 201)
            #expect(try await make("b", #"{"segment":"a"}"#).status == 201)
            #expect(try await make("c", #"{"not":{"segment":"b"}}"#).status == 201)
            let round = try await api.patch("/api/segments/a", envelope(#"{"conditions":{"any":[{"segment":"c"}]}}"#))
            #expect(try round.errors() == ["/data/attributes/conditions cycle"])
            let itself = try await api.patch("/api/segments/a", envelope(#"{"conditions":{"segment":"a"}}"#))
            #expect(try itself.errors() == ["/data/attributes/conditions cycle"])
            let used = try await api.delete("/api/segments/a")
            #expect((used.status, try used.code()) == (409, "segment_in_use"))
            #expect(try used.json()["detail"]?.text?.contains("“B”") == true)
            for code in ["c", "b", "a"] { #expect(try await api.delete("/api/segments/\(code)").status == 204) }
        }
    }

    @Test func `a list is filtered by text and kind, by name, and paged`() async throws {
        try await withAPI(try await Services.test()) { api in
            for name in ["Zebra", "apple", "Äpfel"] {
                _ = try await api.post("/api/segments", envelope(#"{"name":"\#(name)","conditions":{"all":[]}}"#))
            }
            _ = try await api.post("/api/audiences", envelope(#"{"name":"Birds"}"#))
            func names(_ query: String) async throws -> [String] {
                try await api.get("/api/segments?\(query)").json()["data"]?.list
                    .compactMap { $0["attributes"]?["name"]?.text } ?? []
            }
            #expect(try await names("") == ["apple", "Zebra", "Äpfel"])
            #expect(try await names("filter[q]=ap") == ["apple", "Äpfel"])
            #expect(try await names("filter[kind]=audience") == ["Birds"])
            #expect(try await names("filter[kind]=any").count == 4)
            #expect(try await api.get("/api/segments?filter[kind]=odd").status == 400)
            let first = try await api.get("/api/segments?page[size]=2").json()
            #expect(first["meta"]?["total"] == 3)
            let next = try #require(first["links"]?["next"]?.text)
            #expect(try await api.get(next).json()["data"]?.list.map { $0["id"]?.text } == ["apfel"])
        }
    }

    @Test func `a status that a segment names is neither deleted nor given another code`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post(
                "/api/order-statuses", envelope(#"{"type":"general","code":"packed","name":"Packed"}"#))
            _ = try await api.post(
                "/api/segments",
                envelope(
                    #"{"name":"Waiting","conditions":{"orders":{"where":{"history":{"where":{"field":"status","op":"not_in","value":["packed"]}}}}}}"#
                )
            )
            let place = "/api/order-statuses/general/packed"
            let deleted = try await api.delete(place)
            #expect((deleted.status, try deleted.code()) == (409, "status_in_use"))
            #expect(try deleted.json()["detail"]?.text?.contains("“Waiting”") == true)
            #expect(try await api.patch(place, envelope(#"{"code":"boxed"}"#)).code() == "status_in_use")
            #expect(try await api.patch(place, envelope(#"{"name":"Boxed"}"#)).status == 200)
            #expect(try await api.delete("/api/segments/waiting").status == 204)
            #expect(try await api.delete(place).status == 204)
        }
    }

    @Test func `a write with the same idempotency key makes one segment`() async throws {
        try await withAPI(try await Services.test()) { api in
            for _ in 0..<2 {
                let made = try await api.post(
                    "/api/segments", envelope(#"{"name":"Once","conditions":{"all":[]}}"#),
                    headers: ["Idempotency-Key": "s-1"]
                )
                #expect(made.status == 201)
            }
            #expect(try await api.get("/api/segments").json()["meta"]?["total"] == 1)
        }
    }
}
