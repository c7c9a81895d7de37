import Database
import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// A server that is killed while it files events: each has its effect once.
@Suite(.serialized)
struct FilingKillTests {
    private static let bodies = 80
    private static let visitors = 20

    @Test(.timeLimit(.minutes(10)))
    func `killed at any moment while it files, the server has each message once`() async throws {
        let server = try await ServerProcess()
        try await fill(server)
        var chance = Chance(seed: 7)
        var kills = 0
        while try server.number("SELECT count(*) FROM tracked_inbox") > 0 {
            try await server.start(["WORKERS_LEASE": "5"])
            // On a server the lease of the one before must end first.
            let longest = TestDatabase.isEmbedded ? 120 : 8000
            try await Task.sleep(for: .milliseconds(chance.int(0...longest)))
            server.kill()
            kills += 1
            try #require(kills < 400, "it files nothing")
        }
        // What is left to be moved is moved.
        try await server.start()
        try await waitUntil("the rest") { try server.number("SELECT count(*) FROM tracked_move") == 0 }
        #expect(try server.number("SELECT count(*) FROM tracked_event") == Self.expected)
        #expect(try server.number("SELECT count(*) FROM tracked_key") == Int64(Self.bodies * 100))
        #expect(
            try server.number("SELECT CAST(sum(taken) AS BIGINT) FROM event_source_hour") == Int64(Self.bodies * 100))
        #expect(try server.number("SELECT count(*) FROM orders") == Int64(Self.visitors))
        #expect(try server.number("SELECT count(*) FROM customer") == Int64(Self.visitors))
        // Nobody is anonymous any more, so everything is a customer's.
        #expect(
            try server.number(
                "SELECT count(*) FROM tracked_event AS e LEFT JOIN customer AS c ON c.bucket = e.bucket AND c.id = e.owner_id WHERE c.id IS NULL"
            ) == 0)
        server.kill()
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    /// Each message is an event; an identification is one too, since each visitor signs in once.
    private static let expected = Int64(bodies * 100)

    /// Puts bodies into the inbox, as the doors do: pages at first, then each visitor signs in and orders.
    private func fill(_ server: ServerProcess) async throws {
        let address = server.place.firstIndex(of: "--database").map { server.place[$0 + 1] }
        let services = try await Services.open(server.data, server: address)
        var patch = EventSourcePatch()
        patch.takesOrders = true
        let source = try await services.tracking.update(EventSource.systemCode, patch)
        let time = Surroundings.live.now().milliseconds - 1000
        for body in 0..<Self.bodies {
            let events = (0..<100).map { number in
                let visitor = (body + number) % Self.visitors
                let start = #"{"id":"m-\#(body)-\#(number)","visitor":"v-\#(visitor)","time":\#(time)"#
                // In the last bodies everybody signs in and orders, once.
                if body == Self.bodies - 2, number < Self.visitors {
                    return start + #","type":"identify","customer":{"external_id":"c-\#(visitor)"}}"#
                }
                if body == Self.bodies - 1, number < Self.visitors {
                    return start + #","type":"order","order":{"external_id":"o-\#(visitor)"}}"#
                }
                return start + #","type":"page"}"#
            }
            try await services.tracking.accept(TrackedBodies.body(events), by: .tracker, from: source)
        }
        services.close()
    }
}
