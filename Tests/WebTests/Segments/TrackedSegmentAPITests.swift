import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

/// Segments on events and containers agree with each write once it is answered, by whichever door it came.
struct TrackedSegmentAPITests {
    private let clock = StillClock()

    /// A shop with two customers, and a segment of whoever fulfils a tree.
    private func with(
        _ tree: String, _ body: @escaping @Sendable (DoorFixture) async throws -> Void
    ) async throws {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("bea"))], by: .test)
        try await withAPI(services) { api in
            let made = try await api.post(
                "/api/segments", envelope(#"{"name":"It","code":"it","conditions":\#(tree)}"#))
            #expect(made.status == 201)
        }
        try await DoorFixture.with(services: services) { shop in
            let key = try await services.keys.create(name: "all", scopes: [.admin]).text
            try await body(DoorFixture(api: shop.api.with(key: key), services: services, source: shop.source))
            #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        }
    }

    private func ids(_ shop: DoorFixture, _ path: String) async throws -> [String] {
        try await shop.api.get(path).json()["data"]?.list.compactMap { $0["id"]?.text } ?? []
    }

    /// Whom the segment is said to have, where each customer's own list says the same.
    private func members(_ shop: DoorFixture) async throws -> [String] {
        let members = try await ids(shop, "/api/segments/it/customers")
        for customer in ["ana", "bea"] {
            let segments = try await ids(shop, "/api/customers/\(customer)/segments")
            #expect(segments == (members.contains(customer) ? ["it"] : []))
        }
        return members
    }

    @Test func `an event that is filed has its customer in a segment at once`() async throws {
        let tree = #"""
            {"events":{"where":{"all":[{"field":"name","op":"eq","value":"product_viewed"},
                {"field":"subject","op":"eq","value":"tea"},{"field":"date","op":"in_last","value":{"n":1,"unit":"hour"}}]}}}
            """#
        try await with(tree) { shop in
            let sent = try await shop.api.post(
                "/api/events", envelope(#"{"name":"product_viewed","subject":"tea","customer":"ana"}"#))
            #expect(sent.status == 201)
            #expect(try await members(shop) == ["ana"])
            let batch =
                #"{"type":"track","messageId":"m1","userId":"bea","event":"Product Viewed","properties":{"product_id":"tea"}}"#
            #expect(try await shop.send("batch", #"{"batch":[\#(batch)]}"#).status == 200)
            try await shop.file()
            #expect(try await members(shop) == ["ana", "bea"])
            clock.advance(seconds: 3599)
            #expect(try await shop.send("batch", #"{"batch":[\#(batch.replacing("m1", with: "m2"))]}"#).status == 200)
            try await shop.file()
            // The hour of the first is over, the other has looked again.
            clock.advance(seconds: 2)
            #expect(try await members(shop) == ["bea"])
        }
    }

    @Test func `what a visitor did is the customer's once they say who they are`() async throws {
        let tree = #"""
            {"events":{"where":{"field":"name","op":"eq","value":"product_viewed"},"have":{"measure":"count","op":"gte","value":2}}}
            """#
        try await with(tree) { shop in
            for id in ["e1", "e2"] {
                _ = try await shop.track(shop.event(id, #""type":"view","product":"tea""#))
            }
            try await shop.file()
            #expect(try await members(shop) == [])
            _ = try await shop.track(shop.event("e3", #""type":"identify","customer":{"external_id":"bea"}"#))
            try await shop.file()
            #expect(try await members(shop) == ["bea"])
        }
    }

    @Test func `a line that is put into a cart counts at once, and no more when it is taken out`() async throws {
        let tree = #"""
            {"containers":{"where":{"all":[{"field":"code","op":"eq","value":"cart"},
                {"lines":{"where":{"field":"product_external_id","op":"eq","value":"tea"}}}]}}}
            """#
        try await with(tree) { shop in
            let cart = "/api/customers/ana/containers/cart"
            #expect(try await shop.api.send(.put, cart, envelope(#"{"lines":[{"product":"cup"}]}"#)).status == 200)
            #expect(try await members(shop) == [])
            #expect(try await shop.api.post(cart + "/lines/tea", envelope(#"{"quantity":2}"#)).status < 300)
            #expect(try await members(shop) == ["ana"])
            #expect(try await shop.api.delete(cart + "/lines/tea").status == 204)
            #expect(try await members(shop) == [])
            // A visitor's cart is the customer's when they say who they are.
            _ = try await shop.track(
                shop.event("e1", #""type":"container","action":"add","container":"cart","line":{"product":"tea"}"#))
            _ = try await shop.track(shop.event("e2", #""type":"identify","customer":{"external_id":"bea"}"#))
            try await shop.file()
            #expect(try await shop.refusals() == [])
            #expect(try await members(shop) == ["bea"])
            let emptied = try await shop.api.send(
                .put, "/api/customers/bea/containers/cart", envelope(#"{"lines":[]}"#))
            #expect(emptied.status == 200)
            #expect(try await members(shop) == [])
        }
    }

    @Test func `a cart is abandoned by the passing of time alone, and no more once it was ordered`() async throws {
        let tree = #"""
            {"containers":{"where":{"all":[{"field":"code","op":"eq","value":"cart"},{"field":"abandoned","op":"yes"}]}}}
            """#
        try await with(tree) { shop in
            let line = "/api/customers/ana/containers/cart/lines/tea"
            #expect(try await shop.api.post(line, envelope("{}")).status < 300)
            clock.advance(seconds: 3599)
            #expect(try await members(shop) == [])
            clock.advance()
            #expect(try await members(shop) == ["ana"])
            try await ContainerClock(shop.services, logger: .quiet).pass()
            #expect(try await members(shop) == ["ana"])
            let order = try await shop.api.post(
                "/api/orders",
                envelope(
                    #"{"external_id":"1","client_external_id":"ana","items":[{"external_id":"1","product_external_id":"tea","cnt":1,"sum":5}]}"#
                ))
            #expect(order.status == 201)
            #expect(try await members(shop) == [])
        }
    }
}
