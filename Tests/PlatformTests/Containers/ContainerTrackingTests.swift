import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// Containers that sites and apps tell of, and the events that changes raise.
struct ContainerTrackingTests {
    private let services: Services
    private let clock = StillClock()

    init() async throws {
        services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("rui"))], by: .test)
    }

    private static func change(
        _ id: String, _ action: String, _ line: String = "", of visitor: String = "v-1", to code: String = "cart",
        at seconds: Int64 = 0
    ) -> String {
        let rest = line.isEmpty ? "" : #","line":{\#(line)}"#
        return TrackedBodies.event(
            id, of: visitor, type: "container", at: seconds, #""action":"\#(action)","container":"\#(code)"\#(rest)"#)
    }

    private static func known(_ id: String, as customer: String = "ana", of visitor: String = "v-1") -> String {
        TrackedBodies.event(id, of: visitor, type: "identify", #""customer":{"external_id":"\#(customer)"}"#)
    }

    private func contents(_ customer: String = "ana") throws -> [String] {
        try services.containers.container("cart", of: customer).container.lines.map { "\($0.quantity) \($0.product)" }
    }

    private func isWhole() async throws -> Bool {
        try await services.verifier.verify().flatMap(\.findings) == []
    }

    @Test func `each change raises its event, whoever makes it`() async throws {
        let line = ContainerLinePatch(product: "tea", price: Money(tenThousandths: 50_000))
        _ = try await services.containers.change(.add(line), "cart", of: "ana")
        clock.advance()
        _ = try await services.containers.change(.add(line), "cart", of: "ana")
        clock.advance()
        _ = try await services.containers.change(.replace([ContainerLinePatch(product: "cup")]), "cart", of: "ana")
        clock.advance()
        _ = try await services.containers.change(.replace([ContainerLinePatch(product: "cup")]), "cart", of: "ana")
        _ = try await services.orders.register(.sample("o-1", customer: "ana"), by: .test)
        #expect(
            try services.did("ana").reversed().sorted() == [
                "container_cleared", "container_item_added", "container_item_added", "container_item_changed",
                "container_item_removed",
            ])
        let events = try services.tracking.events(of: "ana", limit: 10).page
        #expect(events.first?.call.context == #"{"container":"cart","lines":1,"reason":"order"}"#)
        #expect(events.last?.call.subject == "tea")
        #expect(events.last?.call.context == #"{"container":"cart","price":5,"product":"tea","quantity":1}"#)
        #expect(events.last?.happenedAt == StillClock.usual)
    }

    @Test func `a visitor's cart becomes the customer's, line by line the newer, and its time begins anew`()
        async throws
    {
        let own = ContainerLinePatch(product: "tea", quantity: Quantity(millionths: 7_000_000))
        _ = try await services.containers.change(.add(own), "cart", of: "ana")
        clock.advance(seconds: 100)
        try await services.tell([
            Self.change("m-1", "add", #""product":"tea","quantity":2"#, at: 100),
            Self.change("m-2", "add", #""product":"cup","price":3"#, at: 100),
        ])
        #expect(try contents() == ["7 tea"])
        clock.advance(seconds: 4000)
        try await ContainerClock(services, logger: .quiet).pass()
        try await services.tell([Self.known("m-3")])
        #expect(try contents() == ["1 cup", "2 tea"])
        let cart = try services.containers.container("cart", of: "ana").container
        #expect((cart.changedAt, cart.abandonedAt) == (clock.now, nil))
        // What the visitor did is told of the customer, once.
        #expect(try services.did("ana").filter { $0 == "container_item_added" }.count == 3)
        #expect(try await isWhole())
        _ = try await services.orders.register(.sample("o-1", customer: "ana"), by: .test)
        #expect(try contents() == [])
        #expect(try await isWhole())
    }

    @Test func `of a visitor whom nobody knows nobody is told, and of the customer once`() async throws {
        try await services.tell([Self.change("m-1", "add", #""product":"tea""#)])
        clock.advance(seconds: 10_000)
        let time = ContainerClock(services, logger: .quiet)
        try await time.pass()
        func told() throws -> Int64 {
            try services.engine.read { tx in
                try tx.first("SELECT count(*) FROM event WHERE kind = 'container.abandoned'") { $0.integer(0) } ?? 0
            }
        }
        #expect(try told() == 0)
        try await services.tell([Self.known("m-2")])
        clock.advance(seconds: 3599)
        try await time.pass()
        #expect(try told() == 0)
        clock.advance()
        for _ in 1...2 { try await time.pass() }
        #expect(try told() == 1)
    }

    @Test func `a message that comes again changes nothing, and a bad one stops no other`() async throws {
        let add = Self.change("m-1", "add", #""product":"tea","quantity":2"#)
        try await services.tell([Self.known("m-0"), add, add])
        try await services.tell([add])
        #expect(try contents() == ["2 tea"])
        try await services.tell([
            Self.change("m-2", "add", #""product":"tea""#, to: "nowhere"),
            Self.change("m-3", "set", #""product":"tea","quantity":5"#),
        ])
        #expect(try contents() == ["5 tea"])
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id)
        #expect(refusals.map(\.refusal.code) == ["unknown_container"])
        // Whatever the shop makes of it, it was done.
        #expect(try services.did("ana").filter { $0 == "container_item_added" }.count == 2)
        #expect(try services.containers.containers(of: "ana").filter { !$0.container.lines.isEmpty }.count == 1)
        try await services.tell([Self.change("m-4", "clear")])
        #expect(try contents() == [])
        #expect(try services.did("ana").contains("container_cleared"))
    }

    @Test func `who logs in as another customer takes nothing along`() async throws {
        try await services.tell([
            Self.change("m-1", "add", #""product":"tea""#), Self.known("m-2"),
            Self.known("m-3", as: "rui"), Self.change("m-4", "add", #""product":"cup""#),
        ])
        #expect(try contents("ana") == ["1 tea"])
        #expect(try contents("rui") == ["1 cup"])
        #expect(try await isWhole())
    }

    @Test func `merging and erasing customers takes containers and their events along`() async throws {
        try await services.tell([Self.known("m-1", as: "rui"), Self.change("m-2", "add", #""product":"tea""#)])
        _ = try await services.customers.merge("rui", into: "ana", by: .test)
        #expect(try contents() == ["1 tea"])
        #expect(try services.did("ana").contains("container_item_added"))
        try await services.customers.erase("ana", by: .test)
        let rows = try services.engine.read { tx in
            try tx.first(
                """
                SELECT (SELECT count(*) FROM container) + (SELECT count(*) FROM container_line)
                    + (SELECT count(*) FROM tracked_event)
                """
            ) { $0.integer(0) }
        }
        #expect(rows == 0)
    }
}
