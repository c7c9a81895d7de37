import Domain
import Platform
import TestSupport
import Testing

/// Orders that sites and apps tell of: registered as unverified where the source lets that be.
struct TrackedOrderTests {
    private static func services(takesOrders: Bool = true) async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("rui"))], by: .test)
        var patch = EventSourcePatch()
        patch.takesOrders = takesOrders
        _ = try await services.tracking.update(EventSource.systemCode, patch)
        return services
    }

    private static func order(_ id: String, _ order: String, sum: Int, customer: String? = nil) -> String {
        let owner = customer.map { #","client_external_id":"\#($0)""# } ?? ""
        let items = #""items":[{"external_id":"1","cnt":1,"sum":\#(sum)}]"#
        return TrackedBodies.event(id, type: "order", #""order":{"external_id":"\#(order)"\#(owner),\#(items)}"#)
    }

    private static let signIn = TrackedBodies.event("i", type: "identify", at: -5, #""customer":{"external_id":"ana"}"#)

    @Test func `an order of somebody who is known is registered, and lists know it`() async throws {
        let services = try await Self.services()
        try await services.tell([Self.signIn, Self.order("m-1", "o-1", sum: 20)])
        let stored = try services.orders.order("o-1")
        #expect(stored.customerExternalID == "ana" && stored.order.value == .units(20))
        #expect(services.orders.count == 1)
        #expect(try services.did("ana").contains("order_completed"))
        let history = try services.orders.activity(of: "o-1", limit: 10)
        #expect(history.allSatisfy { $0.change.origin.channel == .tracker })
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `an order tells who the visitor is`() async throws {
        let services = try await Self.services()
        try await services.tell([
            TrackedBodies.event("p", at: -9), Self.order("m-1", "o-1", sum: 20, customer: "rui"),
        ])
        #expect(try services.did("rui") == ["order_completed", "page_viewed"])
        #expect(try services.orders.order("o-1").customerExternalID == "rui")
    }

    @Test func `where the source takes no orders the event alone is kept`() async throws {
        let services = try await Self.services(takesOrders: false)
        try await services.tell([Self.signIn, Self.order("m-1", "o-1", sum: 20)])
        #expect(services.orders.count == 0)
        #expect(try services.did("ana").contains("order_completed"))
    }

    @Test func `what the shop said of an order is not replaced by what a site says`() async throws {
        let services = try await Self.services()
        try await services.tell([Self.signIn, Self.order("m-1", "o-1", sum: 20)])
        try await services.tell([Self.order("m-2", "o-1", sum: 25)])
        #expect(try services.orders.order("o-1").order.value == .units(25))
        _ = try await services.orders.register(.sample("o-1", customer: "ana", sum: 30), by: .test)
        try await services.tell([Self.order("m-3", "o-1", sum: 1)])
        #expect(try services.orders.order("o-1").order.value == .units(30))
        #expect(try services.did("ana").filter { $0 == "order_completed" }.count == 3)
    }

    @Test func `an order of nobody is told of, and its event stays with the visitor`() async throws {
        let services = try await Self.services()
        try await services.tell([
            Self.order("m-1", "o-1", sum: 20), Self.order("m-2", "o-2", sum: 20, customer: "stranger"),
        ])
        #expect(services.orders.count == 0)
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id)
        #expect(refusals.map(\.refusal.code) == ["unknown_customer", "order_of_nobody"])
        try await services.tell([Self.signIn])
        #expect(try services.did("ana").filter { $0 == "order_completed" }.count == 2)
    }

    @Test func `an order and its customer in one body are both there`() async throws {
        let services = try await Self.services()
        let signIn = TrackedBodies.event("i", type: "identify", at: -5, #""customer":{"external_id":"new"}"#)
        try await services.tell([signIn, Self.order("m-1", "o-1", sum: 20), Self.order("m-2", "o-2", sum: 5)])
        let profile = try services.customers.customer("new")
        #expect(profile.customer.version == 1)
        #expect(try services.orders.orders(ofCustomer: "new", offset: 0, limit: 10).total == 2)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }
}
