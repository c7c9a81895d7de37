import Database
import Domain
import Logging
import Platform
import TestSupport
import Testing

/// How long events are kept, and what becomes of them with their customer.
struct EventKeepingTests {
    private static func signIn(_ customer: String, of visitor: String = "v-1", _ at: Int64 = 0) -> String {
        TrackedBodies.event(
            "i-\(visitor)-\(customer)-\(at)", of: visitor, type: "identify", at: at,
            #""customer":{"external_id":"\#(customer)"}"#)
    }

    private func count(_ services: Services, _ table: String) throws -> Int64 {
        try services.engine.read { tx in
            try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)")) { $0.integer(0) } ?? 0
        }
    }

    private static func services(_ clock: StillClock = StillClock()) async throws -> Services {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("rui"))], by: .test)
        return services
    }

    private static let day: Int64 = 86_400

    @Test func `what an anonymous visitor did goes after 60 days, and the visitor with the last sign of them`()
        async throws
    {
        let clock = StillClock()
        let services = try await Self.services(clock)
        try await services.tell([TrackedBodies.event("a"), TrackedBodies.event("b", of: "v-2")])
        clock.advance(seconds: 30 * Self.day)
        try await services.tell([TrackedBodies.event("c", at: 30 * Self.day)])
        clock.advance(seconds: 31 * Self.day)
        #expect(try await EventPruning(services, logger: .quiet).prune() == 2)
        #expect(try count(services, "tracked_event") == 1)
        #expect(try count(services, "visitor") == 1)
        try await services.tell([Self.signIn("ana", 61 * Self.day)])
        #expect(try services.did("ana") == ["logged_in", "page_viewed"])
    }

    @Test func `what customers did goes after as many days as the project says`() async throws {
        let clock = StillClock()
        let services = try await Self.services(clock)
        var patch = ProjectPatch()
        patch.eventDays = 100
        try await services.project.update(patch)
        try await services.tell([Self.signIn("ana"), TrackedBodies.event("a")])
        clock.advance(seconds: 99 * Self.day)
        try await services.tell([TrackedBodies.event("b", at: 99 * Self.day)])
        #expect(try await EventPruning(services, logger: .quiet).prune() == 0)
        #expect(try services.did("ana").count == 3)
        clock.advance(seconds: 2 * Self.day)
        #expect(try await EventPruning(services, logger: .quiet).prune() == 2)
        #expect(try services.did("ana") == ["page_viewed"])
        patch.eventDays = 7
        await #expect(throws: Faults.self) { try await services.project.update(patch) }
    }

    @Test func `names of messages are known for thirty days`() async throws {
        let clock = StillClock()
        let services = try await Self.services(clock)
        try await services.tell([Self.signIn("ana"), TrackedBodies.event("a")])
        clock.advance(seconds: 30 * Self.day)
        _ = try await EventPruning(services, logger: .quiet).prune()
        try await services.tell([TrackedBodies.event("a", at: 30 * Self.day)])
        #expect(try services.did("ana").count == 2)
        clock.advance(seconds: 2 * Self.day)
        _ = try await EventPruning(services, logger: .quiet).prune()
        #expect(try count(services, "tracked_key") == 0)
    }

    @Test func `events and visitors go along with a customer who becomes part of another`() async throws {
        let services = try await Self.services()
        try await services.tell([Self.signIn("ana"), TrackedBodies.event("a", at: -3), Self.signIn("rui", of: "v-2")])
        _ = try await services.customers.merge("ana", into: "rui", by: .test)
        #expect(try services.did("rui") == ["logged_in", "logged_in", "page_viewed"])
        #expect(try services.did("ana").count == 3)
        try await services.tell([TrackedBodies.event("b")])
        #expect(try services.did("rui").count == 4)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `of an erased customer no event and no visitor is left`() async throws {
        let services = try await Self.services()
        try await services.tell(
            [Self.signIn("ana"), Self.signIn("rui", of: "v-2")]
                + (0..<2500).map { TrackedBodies.event("m-\($0)", at: Int64(-$0)) }
                + [TrackedBodies.event("bad", type: "dance", #""context":{"who":"ana"}"#)])
        try await services.customers.erase("ana", by: .test)
        #expect(try count(services, "tracked_event") == 1)
        #expect(try count(services, "visitor") == 1)
        #expect(try count(services, "tracked_move") == 0)
        #expect(try count(services, "tracked_refusal") == 0)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        try await services.tell([TrackedBodies.event("again")])
        #expect(try count(services, "visitor") == 2)
    }

    @Test func `all that is held of a person holds what they did`() async throws {
        let services = try await Self.services()
        try await services.tell([Self.signIn("ana"), TrackedBodies.event("a", at: -3)])
        let dossier = try await services.customers.dossier("ana", for: .system)
        #expect(dossier.tracked.map(\.call.name) == ["logged_in", "page_viewed"])
    }
}
