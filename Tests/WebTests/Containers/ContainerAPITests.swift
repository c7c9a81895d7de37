import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

struct ContainerAPITests {
    private static let cart = "/api/customers/c%2F1/containers/cart"

    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("c/1"))], by: .test)
        return services
    }

    @Test func `contents are replaced, read and changed line by line, with the version asked for`() async throws {
        try await withAPI(try await shop()) { api in
            let none = try await api.get(Self.cart)
            #expect((none.status, none.header("ETag")) == (200, "\"0\""))
            #expect(try none.json()["data"]?["attributes"]?["changed_at"] == .null)
            let body = envelope(
                #"{"lines":[{"product":"tea","quantity":2,"price":12.5,"context":{"b":1,"a":[null]}},{"product":"cup"}]}"#
            )
            let put = try await api.send(.put, Self.cart, body)
            #expect((put.status, put.header("ETag")) == (200, "\"1\""))
            let attributes = try put.json()["data"]?["attributes"]
            #expect(attributes?["quantity"] == 3 && attributes?["total"] == 25 && attributes?["code"] == "cart")
            #expect(put.text.contains(#""context":{"b":1,"a":[null]}"#))
            #expect(try put.json()["data"]?["links"]?["self"]?.text == Self.cart)
            // The same again is no change, whatever the order.
            let again = try await api.send(.put, Self.cart, body)
            #expect(again.header("ETag") == "\"1\"")
            #expect(try await api.get(Self.cart, headers: ["If-None-Match": "\"1\""]).status == 304)
            // An answer can be sent back as it is.
            #expect(try await api.send(.put, Self.cart, put.text).header("ETag") == "\"1\"")

            let more = try await api.post(Self.cart + "/lines/tea", envelope(#"{"price":11}"#))
            #expect(try more.json()["data"]?["attributes"]?["total"] == 33)
            let outdated = try await api.patch(
                Self.cart + "/lines/tea", envelope(#"{"quantity":1}"#), headers: ["If-Match": "\"1\""])
            #expect((outdated.status, try outdated.code()) == (412, "outdated"))
            let changed = try await api.patch(
                Self.cart + "/lines/tea", envelope(#"{"quantity":1,"price":null,"context":null}"#),
                headers: ["If-Match": "\"2\""])
            #expect(try changed.json()["data"]?["attributes"]?["total"] == 0)
            #expect(try await api.delete(Self.cart + "/lines/cup").status == 204)
            #expect(try await api.delete(Self.cart + "/lines/cup").code() == "unknown_line")
            #expect(try await api.patch(Self.cart + "/lines/cup", envelope("{}")).status == 404)
            let zero = try await api.patch(Self.cart + "/lines/tea", envelope(#"{"quantity":0}"#))
            #expect(try zero.json()["data"]?["attributes"]?["lines"]?.list.isEmpty == true)
            let list = try await api.get("/api/customers/c%2F1/containers").json()["data"]?.list
            #expect(list?.map { $0["id"] } == ["cart"])
            #expect(list?.first?["attributes"]?["version"] == 5)
        }
    }

    @Test(arguments: [
        ("PUT", "", #"{}"#, "/data/attributes/lines required"),
        ("PUT", "", #"{"lines":7}"#, "/data/attributes/lines not_a_list"),
        ("PUT", "", #"{"lines":[7]}"#, "/data/attributes/lines/0 not_an_object"),
        ("PUT", "", #"{"lines":[{"quantity":1}]}"#, "/data/attributes/lines/0/product required"),
        (
            "PUT", "", #"{"lines":[{"product":"a"},{"product":"a"}]}"#,
            "/data/attributes/lines/1/product duplicate_product"
        ),
        ("PUT", "", #"{"lines":[{"product":"a","quantity":-1}]}"#, "/data/attributes/lines/0/quantity negative"),
        ("PUT", "", #"{"lines":[],"colour":1}"#, "/data/attributes/colour unknown_attribute"),
        ("POST", "/lines/a", #"{"quantity":0}"#, "/data/attributes/quantity too_small"),
        ("POST", "/lines/a", #"{"quantity":"2"}"#, "/data/attributes/quantity not_a_number"),
        ("POST", "/lines/a", #"{"price":-1}"#, "/data/attributes/price negative"),
        ("POST", "/lines/a", #"{"product":"b"}"#, "/data/attributes/product fixed"),
        ("POST", "/lines/a", #"{"quantity":1.1234567}"#, "/data/attributes/quantity too_precise"),
    ])
    func `what is wrong is named with its place, and nothing is stored`(
        _ method: String, _ path: String, _ attributes: String, _ error: String
    ) async throws {
        try await withAPI(try await shop()) { api in
            let body = envelope(attributes)
            let answer =
                method == "PUT" ? try await api.send(.put, Self.cart, body) : try await api.post(Self.cart + path, body)
            #expect((answer.status, try answer.errors()) == (422, [error]))
            #expect(try await api.get(Self.cart).header("ETag") == "\"0\"")
        }
    }

    @Test func `more lines, or a larger context, than a container holds are refused with the mend`() async throws {
        try await withAPI(try await shop()) { api in
            let lines = (1...501).map { #"{"product":"p-\#($0)"}"# }.joined(separator: ",")
            let many = try await api.send(.put, Self.cart, envelope(#"{"lines":[\#(lines)]}"#))
            #expect(try many.errors() == ["/data/attributes/lines too_many_lines"])
            #expect(many.text.contains("send the 500 that count"))
            let context = String(repeating: "x", count: 32 * 1024)
            let large = try await api.post(Self.cart + "/lines/a", envelope(#"{"context":"\#(context)"}"#))
            #expect(try large.errors() == ["/data/attributes/context too_long"])
            let largest = try await api.post(
                Self.cart + "/lines/a", envelope(#"{"context":"\#(context.dropLast(2))"}"#))
            #expect(largest.status == 200)
        }
    }

    @Test func `kinds are made, changed and deleted, the cart is not`() async throws {
        try await withAPI(try await shop()) { api in
            let made = try await api.post(
                "/api/container-types", envelope(#"{"code":"favourites","name":"Favourites","lifetime_days":365}"#))
            #expect((made.status, made.header("Location")) == (201, "/api/container-types/favourites"))
            let attributes = try made.json()["data"]?["attributes"]
            #expect(attributes?["abandoned_after_minutes"] == 60 && attributes?["emptied_by_order"] == .boolean(false))
            let twice = try await api.post("/api/container-types", envelope(#"{"code":"favourites","name":"F"}"#))
            #expect((twice.status, try twice.code()) == (409, "code_taken"))
            let changed = try await api.patch(
                "/api/container-types/favourites", envelope(#"{"lifetime_days":null,"abandoned_after_minutes":90}"#),
                headers: ["If-Match": "\"1\""])
            #expect(try changed.json()["data"]?["attributes"]?["lifetime_days"] == .null)
            #expect(changed.header("ETag") == "\"2\"")
            let cart = try await api.patch("/api/container-types/cart", envelope(#"{"abandoned_after_minutes":30}"#))
            #expect((cart.status, cart.header("ETag")) == (200, "\"2\""))
            let list = try await api.get("/api/container-types").json()["data"]?.list
            #expect(list?.map { $0["id"] } == ["cart", "favourites"])
            _ = try await api.post("/api/customers/c%2F1/containers/favourites/lines/tea", envelope("{}"))
            #expect(try await api.delete("/api/container-types/favourites").code() == "container_in_use")
            #expect(try await api.delete("/api/customers/c%2F1/containers/favourites/lines/tea").status == 204)
            #expect(try await api.delete("/api/container-types/favourites").status == 204)
            #expect(try await api.delete("/api/container-types/favourites").code() == "unknown_container")
            #expect(try await api.delete("/api/container-types/cart").code() == "system_container")
            let fixed = try await api.patch("/api/container-types/cart", envelope(#"{"code":"basket"}"#))
            #expect(try fixed.errors() == ["/data/attributes/code fixed"])
        }
    }

    @Test func `who and what is not known is told`() async throws {
        try await withAPI(try await shop()) { api in
            for path in ["/api/customers/none/containers", "/api/customers/none/containers/cart"] {
                #expect(try await api.get(path).code() == "unknown_customer")
            }
            let unknown = try await api.get("/api/customers/c%2F1/containers/none")
            #expect((unknown.status, try unknown.code()) == (404, "unknown_container"))
            let body = envelope(#"{"lines":[]}"#)
            #expect(
                try await api.send(.put, "/api/customers/c%2F1/containers/none", body).code() == "unknown_container")
        }
    }

    @Test func `keys need the scope of events`() async throws {
        let services = try await shop()
        try await withAPI(services, scopes: [.eventsRead]) { api in
            let cart = try await api.get(Self.cart)
            #expect(cart.status == 200)
            #expect(try await api.get("/api/container-types").status == 200)
            #expect(try await api.send(.put, Self.cart, envelope(#"{"lines":[]}"#)).status == 403)
        }
        try await withAPI(services, scopes: [.eventsWrite]) { api in
            let put = try await api.send(.put, Self.cart, envelope(#"{"lines":[]}"#))
            #expect(put.status == 200)
            #expect(try await api.get(Self.cart).status == 403)
            #expect(
                try await api.post("/api/container-types", envelope(#"{"code":"a","name":"A"}"#)).status == 403)
        }
    }
}
