import Database
import Domain
import Logging
import Platform
import TestSupport
import Testing

/// What doors took is filed once, whatever happens meanwhile (ARCHITECTURE.md, "Events of customers").
struct EventFilingTests {
    private func services() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        return services
    }

    private static func known(_ id: String, as customer: String = "ana", of visitor: String = "v-1") -> String {
        TrackedBodies.event(id, of: visitor, type: "identify", #""customer":{"external_id":"\#(customer)"}"#)
    }

    private func figures(_ services: Services) async throws -> SourceFigures {
        let source = try services.tracking.source(EventSource.systemCode)
        return try await services.tracking.figures()[source.id] ?? SourceFigures()
    }

    @Test func `a project has the source online_store with a key from the beginning`() async throws {
        let services = try await services()
        let source = try services.tracking.source(EventSource.systemCode)
        #expect(source.isSystem && source.isOn && !source.takesOrders)
        #expect(source.keys.count == 1)
        let key = try #require(source.keys.first).text
        #expect(key.hasPrefix("rw_"))
        #expect(services.tracking.book.source(key: key)?.code == "online_store")
    }

    @Test func `an event is kept as it was sent`() async throws {
        let services = try await services()
        try await services.tell([
            Self.known("m-1"),
            TrackedBodies.event(
                "m-2", type: "view", at: 3,
                #""product":"sku-1","url":"https://shop.example/p/1?x=2","title":"Lamp","context":{ "b":1.50,"a":[null] }"#
            ),
        ])
        let event = try #require(try services.tracking.events(of: "ana", limit: 1).page.first)
        #expect(
            event.call == TrackedEventCall("product_viewed", subject: "sku-1", context: #"{ "b":1.50,"a":[null] }"#))
        #expect(event.page == TrackedPage(url: "https://shop.example/p/1?x=2", title: "Lamp"))
        #expect(event.session == "s-1")
        #expect(try services.did("ana") == ["product_viewed", "logged_in"].sorted(by: >))
    }

    @Test func `a message that comes again, within a body or later, is filed once`() async throws {
        let services = try await services()
        try await services.tell([Self.known("m-1"), TrackedBodies.event("m-2"), TrackedBodies.event("m-2")])
        try await services.tell([TrackedBodies.event("m-2"), TrackedBodies.event("m-3")])
        #expect(try services.did("ana").filter { $0 == "page_viewed" }.count == 2)
        #expect(try await figures(services) == SourceFigures(taken: 3, repeated: 2))
    }

    @Test func `a bad message stops no other, and is shown with its reason`() async throws {
        let services = try await services()
        try await services.tell([
            Self.known("m-1"), TrackedBodies.event("m-2", type: "dance"), "7", TrackedBodies.event("m-3"),
            TrackedBodies.event("m-4", type: "event", #""context":{}"#),
        ])
        try await services.tracking.accept(
            "{", by: .tracker, from: try services.tracking.source(EventSource.systemCode))
        try await services.tell([TrackedBodies.event("m-5")])
        #expect(try services.did("ana").filter { $0 == "page_viewed" }.count == 2)
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id)
        #expect(refusals.map(\.refusal.code) == ["not_json", "required", "not_an_object", "unknown_type"])
        #expect(refusals.last?.refusal.messageID == "m-2")
        #expect(try await figures(services).refused == 4)
    }

    @Test func `of the refused messages of a source the last hundred are kept`() async throws {
        let services = try await services()
        for round in 0..<3 {
            try await services.tell((0..<50).map { TrackedBodies.event("r-\(round)-\($0)", type: "dance") })
        }
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id)
        #expect(refusals.count == 100)
        #expect(refusals.first?.refusal.messageID == "r-2-49")
    }

    @Test func `a body of more messages than one transaction takes is filed in parts`() async throws {
        let services = try await services()
        let events = (0..<1300).map { TrackedBodies.event("m-\($0)", at: Int64($0)) }
        try await services.tell([Self.known("m-a")] + events)
        #expect(try services.did("ana").count == 1301)
        #expect(try await figures(services).taken == 1301)
        let left = try services.engine.read { tx in try tx.first("SELECT count(*) FROM tracked_inbox") { $0.integer(0) }
        }
        #expect(left == 0)
    }

    @Test func `two who file the same bodies file each message once`() async throws {
        let services = try await services()
        try await services.tell([Self.known("m-a")])
        for body in 0..<40 {
            try await services.take((0..<20).map { TrackedBodies.event("m-\(body)-\($0)", at: Int64(body)) })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await services.file() } }
            try await group.waitForAll()
        }
        try await services.file()
        #expect(try services.did("ana").count == 801)
    }

    @Test func `names are made by arriving where the source lets that be`() async throws {
        let services = try await services()
        try await services.tell([
            Self.known("m-1"), TrackedBodies.event("m-2", type: "event", #""name":"Quiz Finished""#),
        ])
        #expect(services.tracking.book.name("quiz_finished") == EventName(code: "quiz_finished", name: "Quiz finished"))
        var patch = EventSourcePatch()
        patch.learnsNames = false
        _ = try await services.tracking.update(EventSource.systemCode, patch)
        try await services.tell([
            TrackedBodies.event("m-3", type: "event", #""name":"quiz_begun""#),
            TrackedBodies.event("m-4", type: "event", #""name":"quiz_finished""#),
        ])
        #expect(services.tracking.book.name("quiz_begun") == nil)
        #expect(try services.did("ana").filter { $0 == "quiz_finished" }.count == 2)
        let source = try services.tracking.source(EventSource.systemCode)
        #expect(try await services.tracking.refusals(of: source.id).map(\.refusal.code) == ["unknown_event"])
    }

    @Test func `what waits of a source that was deleted goes with it`() async throws {
        let services = try await services()
        var patch = EventSourcePatch()
        (patch.name, patch.code) = ("App", "app")
        _ = try await services.tracking.create(patch)
        try await services.take([Self.known("m-1"), TrackedBodies.event("m-2")], source: "app")
        try await services.tracking.delete("app")
        try await services.file()
        #expect(try services.did("ana").isEmpty)
        await #expect(throws: TrackingError.system("online_store")) {
            try await services.tracking.delete(EventSource.systemCode)
        }
    }

    @Test func `a clock that runs ahead tells of nothing in the future`() async throws {
        let services = try await services()
        try await services.tell([Self.known("m-1"), TrackedBodies.event("m-2", at: 86_400)])
        let page = try services.tracking.events(of: "ana", limit: 10).page
        #expect(page.allSatisfy { $0.happenedAt <= StillClock.usual })
    }
}
