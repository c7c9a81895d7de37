import Database
import Domain
import Platform
import TestSupport
import Testing

/// What waits to be filed of somebody who is erased: it is as if it had been filed before.
struct WaitingErasureTests {
    private static func signIn(_ id: String, _ customer: String, of visitor: String = "v-1") -> String {
        TrackedBodies.event(id, of: visitor, type: "identify", #""customer":{"external_id":"\#(customer)"}"#)
    }

    private static func add(_ id: String, of visitor: String) -> String {
        TrackedBodies.event(
            id, of: visitor, type: "container", #""container":"cart","action":"add","line":{"product":"tea"}"#)
    }

    private func count(_ services: Services, _ table: String) throws -> Int64 {
        try services.engine.read { tx in
            try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)")) { $0.integer(0) } ?? 0
        }
    }

    /// A shop with ana, who goes by v-1, and rui.
    private func services() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("rui"))], by: .test)
        try await services.tell([Self.signIn("i-0", "ana")])
        return services
    }

    private func expectNothing(of services: Services, events: Int64 = 0, visitors: Int64 = 0) async throws {
        #expect(try count(services, "tracked_event") == events)
        #expect(try count(services, "visitor") == visitors)
        #expect(try count(services, "container") == 0)
        #expect(try count(services, "tracked_erasure") == 0)
        #expect(try count(services, "tracked_inbox") == 0)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `what waited by their name or by their visitor is not filed, and not kept among the refusals`()
        async throws
    {
        let services = try await services()
        var patch = EventSourcePatch()
        patch.takesOrders = true
        _ = try await services.tracking.update(EventSource.systemCode, patch)
        try await services.take([
            TrackedBodies.event("a"), Self.add("b", of: "v-1"), Self.signIn("c", "ana", of: "v-2"),
            TrackedBodies.event("d", of: "v-2"),
            TrackedBodies.event(
                "e", of: "v-3", type: "order", #""order":{"external_id":"o-1","client_external_id":"ana"}"#),
            TrackedBodies.event("f", of: "v-1", type: "dance", #""context":{"who":"ana"}"#),
        ])
        try await services.customers.erase("ana", by: .test)
        try await services.file()
        try await expectNothing(of: services)
        #expect(try count(services, "orders") == 0)
        #expect(services.customers.count == 1)
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id).map(\.refusal)
        #expect(refusals.map(\.code).sorted() == ["erased", "erased", "erased", "erased", "erased", "unknown_type"])
        #expect(refusals.allSatisfy { $0.sample == nil && $0.messageID == nil && !$0.detail.contains("ana") })
    }

    @Test func `a visitor who waited to turn out to be them leaves nothing either`() async throws {
        let services = try await services()
        try await services.tell([TrackedBodies.event("a", of: "v-9"), Self.add("b", of: "v-9")])
        try await services.take([TrackedBodies.event("c", of: "v-9")])
        try await services.take([Self.signIn("d", "ana", of: "v-9"), Self.add("e", of: "v-9")])
        try await services.customers.erase("ana", by: .test)
        try await services.file()
        try await expectNothing(of: services)
    }

    @Test func `who waited to say that they are somebody else is that one`() async throws {
        let services = try await services()
        try await services.take([TrackedBodies.event("a"), Self.signIn("b", "rui"), TrackedBodies.event("c")])
        try await services.customers.erase("ana", by: .test)
        try await services.file()
        #expect(try services.did("rui").sorted() == ["logged_in", "page_viewed"])
        try await expectNothing(of: services, events: 2, visitors: 1)
    }

    @Test func `what comes afterwards is of somebody new`() async throws {
        let services = try await services()
        try await services.take([TrackedBodies.event("a")])
        try await services.customers.erase("ana", by: .test)
        try await services.take([TrackedBodies.event("b"), Self.signIn("c", "ana", of: "v-2")])
        try await services.file()
        #expect(try services.did("ana") == ["logged_in"])
        try await expectNothing(of: services, events: 2, visitors: 2)
    }

    @Test func `names of before a merge, and former keys of a visitor, are theirs too`() async throws {
        let services = try await services()
        _ = try await services.customers.merge("ana", into: "rui", by: .test)
        let source = try services.tracking.source(EventSource.systemCode)
        try await services.tracking.accept(
            #"{"batch":[{"type":"track","event":"Quiz","anonymousId":"old","messageId":"q"},"#
                + #"{"type":"alias","previousId":"old","anonymousId":"new","messageId":"r"},"#
                + #"{"type":"identify","anonymousId":"new","userId":"ana","messageId":"s"}]}"#,
            by: .segment, from: source)
        try await services.file()
        try await services.take([
            Self.signIn("a", "ana", of: "v-5"), TrackedBodies.event("b", of: "old"),
            TrackedBodies.event("c", of: "v-1"),
        ])
        try await services.customers.erase("rui", by: .test)
        try await services.file()
        try await expectNothing(of: services)
    }
}
